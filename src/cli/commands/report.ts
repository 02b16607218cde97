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
    .description("write a training run's report again, or compare two runs (of train or of verify)")
    .argument("<run>", "folder of a finished run")
    .argument("[other]", "a second one of the same kind, to compare with")
    .addHelpText(
      "before",
      "Example: loopgd report runs/a runs/b --out a-and-b.html\n" +
        "         loopgd report runs/a\n",
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
  const { pageOf, comparisonPage } = await import("../compared-runs.js");
  const out =
    options.out ?? (second === undefined ? join(first, "report.html") : "comparison.html");
  const folders = second === undefined ? [first] : [first, second];
  requireWritableFolder("report", "--out", dirname(out));
  const command = reproduceCommand("report", [...folders, "--out", out]);
  const { kind, page } =
    second === undefined
      ? await pageOf(first)
      : await comparisonPage(first, second, { command, date: io.now() });
  writeFileAtomically("report", out, page, "--out");
  if (options.json) {
    const document = { schema: "loopgd.report/1", kind, runs: folders, out };
    io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else io.stdout(`${out}\n`);
  return EXIT.ok;
}
