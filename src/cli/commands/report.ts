import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, Finish } from "../io.js";

interface ReportOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `loopgd report DIR`: writes the report of what a folder holds again. */
export function addReportCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command("report")
    .description("write the report of a finished sweep again, with the maps and fits of its file")
    .argument("<folder>", "the --out of a sweep")
    .option("--json", "print one JSON document on stdout", false)
    .option("--quiet", "no messages on stderr", false)
    .addHelpText("before", "Example: loopgd report runs/saddle-map\n")
    .action(async (folder: string, options: ReportOptions) => {
      const report = await reportSweep(folder, io);
      const document = { schema: "loopgd.report/1", report };
      io.stdout(options.json ? `${JSON.stringify(document, null, 2)}\n` : `${report}\n`);
      finish(EXIT.ok);
    });
}

/** The report of a folder that holds a sweep. */
async function reportSweep(folder: string, io: CliIo): Promise<string> {
  const { readSweepFolder } = await import("../../sweep/sweep-folder.js");
  const { openSweep } = await import("../../sweep/sweep.js");
  const { reproduceCommand } = await import("../reproduce.js");
  const { writeSweepReport } = await import("../sweep-report.js");
  const sweep = await openSweep(readSweepFolder(folder), { allowLarge: true });
  return writeSweepReport(folder, sweep, reproduceCommand("report", [folder]), io);
}
