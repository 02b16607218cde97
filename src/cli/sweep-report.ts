import { join } from "node:path";
import { writeFileAtomically } from "../io/atomic-file.js";
import { readTable } from "../io/table-file.js";
import { renderSweepReport } from "../report/sweep/sweep-report.js";
import type { Sweep } from "../sweep/sweep.js";
import type { CliIo } from "./io.js";
import { reportHeader } from "./report-header.js";

/**
 * Writes report.html beside the results.parquet of a sweep; gives its path.
 *
 * Throws.       ArgumentError when there are no sound results, or the page cannot be written
 */
export async function writeSweepReport(
  folder: string,
  sweep: Sweep,
  command: string,
  io: CliIo,
): Promise<string> {
  const path = join(folder, "report.html");
  writeFileAtomically("report", path, await sweepPage(folder, sweep, command, io), "--out");
  return path;
}

/** The page of a sweep, from the results.parquet of its folder. */
export async function sweepPage(
  folder: string,
  sweep: Sweep,
  command: string,
  io: CliIo,
): Promise<string> {
  const { name, seed, axes, maps, fits } = sweep.spec;
  const cells = await readTable(join(folder, "results.parquet"));
  const columns = [{ name: "point", kind: "number" as const }, ...sweep.columns].map((column) => ({
    ...column,
    values: cells.get(column.name) ?? [],
  }));
  return renderSweepReport({
    table: { name, axes, columns, maps, fits },
    parquet: "results.parquet",
    header: reportHeader(`Sweep ${name}`, seed, command, io.now()),
  });
}
