import { Command, CommanderError } from "commander";
import { ArgumentError, HypothesisError, LoopgdError } from "../errors.js";
import { addBaselinesCommand } from "./commands/baselines.js";
import { addCertifyCommand } from "./commands/certify.js";
import { addCheckCertificateCommand } from "./commands/check-certificate.js";
import { addCompareCommand } from "./commands/compare.js";
import { addExploreCommand } from "./commands/explore.js";
import { addExportCommand } from "./commands/export.js";
import { addFigureCommand } from "./commands/figure.js";
import { addIdentifyCommand } from "./commands/identify.js";
import { addListCommand } from "./commands/list.js";
import { addMergeCommand } from "./commands/merge.js";
import { addOptimumCommand } from "./commands/optimum.js";
import { addReportCommand } from "./commands/report.js";
import { addSlurmCommand } from "./commands/slurm.js";
import { addSweepCommand } from "./commands/sweep.js";
import { addTestModelCommand } from "./commands/test-model.js";
import { addTrainCommand } from "./commands/train.js";
import { addVerifyCommand } from "./commands/verify.js";
import { EXIT } from "./exit-code.js";
import type { CliIo, Finish } from "./io.js";
import { VERSION } from "./version.js";

/**
 * The command line as a function.
 *
 * @param argv  arguments without node and script
 * @returns     the exit code: 0 as expected, 1 a verdict changed, 2 usage, 3 failure, 130/143 stopped
 */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.ok;
  const finish: Finish = (code) => {
    exitCode = code;
  };
  const program = new Command("loopgd")
    .description("Verifies theorems about in-context linear regression with looped transformers.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(run with --help for an example)");
  program.addHelpText(
    "before",
    "Example: loopgd verify                      check every claim, write a report\n" +
      "         loopgd optimum --dim 10 --context 20 --loops 5\n",
  );
  for (const add of [
    addVerifyCommand,
    addListCommand,
    addOptimumCommand,
    addExploreCommand,
    addTrainCommand,
    addCompareCommand,
    addExportCommand,
    addTestModelCommand,
    addSweepCommand,
    addMergeCommand,
    addSlurmCommand,
    addIdentifyCommand,
    addBaselinesCommand,
    addCertifyCommand,
    addCheckCertificateCommand,
    addFigureCommand,
    addReportCommand,
  ]) {
    add(program, io, finish);
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportError(error, io);
  }
}

function reportError(error: unknown, io: CliIo): number {
  // Commander has already written its message; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof LoopgdError) {
    io.stderr(`loopgd: ${error.message}\n`);
    return error instanceof ArgumentError || error instanceof HypothesisError
      ? EXIT.usage
      : EXIT.failure;
  }
  io.stderr(
    `loopgd: unexpected failure, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.failure;
}
