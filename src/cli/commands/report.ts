import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions } from "../options.js";
import { reproduceCommand } from "../reproduce.js";

interface ReportOptions extends CommonOptions {
  readonly out?: string;
}

/** `loopgd report RUN [RUN_B]`: a run's report again, or two runs side by side. */
export function addReportCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("report")
    .description(
      "write the report of a run or a sweep again, or compare two runs (of train or of verify)",
    )
    .argument("<run>", "folder of a finished run or sweep")
    .argument("[other]", "a second one of the same kind, to compare with")
    .addHelpText(
      "before",
      "Example: loopgd report runs/a runs/b --out a-and-b.html\n" +
        "         loopgd report runs/verify\n",
    )
    .option(
      "--out <file>",
      "default: report.html in the run's folder; of two runs, comparison.html",
    );
  addCommonOptions(command).action(
    async (run: string, other: string | undefined, options: ReportOptions) => {
      finish(await report(run, other, options, io));
    },
  );
}

async function report(
  first: string,
  second: string | undefined,
  options: ReportOptions,
  io: CliIo,
): Promise<number> {
  const { dirname, join } = await import("node:path");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const { claims } = await import("../../../proofs-checks/registry.js");
  const { pageOf, comparisonPage } = await import("../compared-runs.js");
  const out =
    options.out ?? (second === undefined ? join(first, "report.html") : "comparison.html");
  const folders = second === undefined ? [first] : [first, second];
  requireWritableFolder("report", "--out", dirname(out));
  const command = reproduceCommand("report", [...folders, "--out", out]);
  const { existsSync } = await import("node:fs");
  const { kind, page } =
    second === undefined && existsSync(join(first, "sweep.json"))
      ? { kind: "sweep" as const, page: await pageOfSweep(first, command, io) }
      : second === undefined
        ? await pageOf(first, claims)
        : await comparisonPage(first, second, { command, date: io.now(), claims });
  writeFileAtomically("report", out, page, "--out");
  if (options.json) {
    const document = { schema: "loopgd.report/1", kind, runs: folders, out };
    io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else io.stdout(`${out}\n`);
  return EXIT.ok;
}

/** The page of a folder that holds a sweep, with the maps and fits of its file. */
async function pageOfSweep(folder: string, command: string, io: CliIo): Promise<string> {
  const { readSweepFolder } = await import("../../sweep/sweep-folder.js");
  const { openSweep } = await import("../../sweep/sweep.js");
  const { sweepPage } = await import("../sweep-report.js");
  const sweep = await openSweep(readSweepFolder(folder), { allowLarge: true });
  return sweepPage(folder, sweep, command, io);
}
