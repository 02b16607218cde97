import { cpus } from "node:os";
import type { ReportHeader } from "../report/page.js";
import { VERSION } from "./version.js";

/** What a report says of its own origin. */
export function reportHeader(
  title: string,
  seed: number | null,
  command: string,
  date: Date,
): ReportHeader {
  const processors = cpus();
  return {
    title,
    version: VERSION,
    seed,
    command,
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`,
    date: date.toISOString().slice(0, 10),
  };
}
