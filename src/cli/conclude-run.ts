import { join } from "node:path";
import { compareWeights } from "../compare/compare-weights.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { Stream } from "../random/stream.js";
import { renderTrainingReport } from "../report/training-report.js";
import type { TrainingRun } from "../training/training-run.js";
import { comparisonDocument, describeComparison } from "./comparison-document.js";
import type { CliIo } from "./io.js";
import { reportHeader } from "./report-header.js";
import type { TrainOptions } from "./train-options.js";

const POSITIONS_NOTE =
  "training weighed a query after every example; the losses above are of the last position alone";

/** Compares the finished run with the closed form; prints and reports it. */
export function concludeRun(
  run: TrainingRun,
  options: TrainOptions,
  out: string,
  reproduce: string,
  io: CliIo,
): void {
  const comparison = compareWeights(run.weights, run.distribution, {
    loops: options.loops,
    prompts: options.prompts,
    stream: Stream.fromSeed(options.seed).split("compare"),
  });
  const document = {
    ...comparisonDocument(comparison),
    seed: options.seed,
    out,
    training: {
      status: run.status,
      message: run.message ?? null,
      engine: run.engine,
      steps: run.history.at(-1)?.step ?? 0,
      seconds: run.seconds,
      positions: run.positions,
      averaged: run.lastWeights !== undefined,
    },
  };
  const header = reportHeader("Training run", options.seed, reproduce, io.now());
  const report = join(out, "report.html");
  const json = `${JSON.stringify(document, null, 2)}\n`;
  writeFileAtomically("train", join(out, "comparison.json"), json);
  writeFileAtomically("train", report, renderTrainingReport({ run, comparison, header }));
  io.stdout(options.json ? json : describeComparison(comparison));
  if (run.positions === "all" && !options.quiet) io.stderr(`${POSITIONS_NOTE}\n`);
  if (!options.quiet) io.stderr(`report: ${report}\n`);
}
