import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "../errors.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { JsonLinesWriter, readJsonLines, rewriteJsonLines } from "../io/json-lines.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import type { StepRecord } from "./training-run.js";

/** What `run.json` says of a training run. */
export interface RunRecord {
  readonly schema: "loopgd.run/1";
  readonly version: string;
  /** The command line that repeats the run. */
  readonly command: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly engine?: string;
  readonly status: "running" | "converged" | "max-steps" | "diverged" | "interrupted" | "failed";
  readonly message?: string;
  /** ISO 8601. */
  readonly started: string;
  readonly finished?: string;
}

/** The files of one training run: run.json, metrics.jsonl, weights.safetensors, checkpoints. */
export interface RunFolder {
  readonly folder: string;
  readonly weightsPath: string;
  readonly reportPath: string;
  /** Steps recorded before this session, when resuming. */
  readonly earlierSteps: readonly StepRecord[];
  writeRecord(record: RunRecord): void;
  /** Appends a step to metrics.jsonl; the first one drops what is recorded of it and later steps. */
  appendStep(step: StepRecord, seconds: number): void;
  close(): void;
}

/**
 * Opens the folder of a training run, for a new run or to continue one.
 *
 * Conventions.  a new run clears the metrics of an earlier one; a resumed run keeps those of the steps
 *               before the one it starts with, since steps after a checkpoint are done again.
 * @param options.argument  what messages call the folder, e.g. "--out"
 * @param options.resume    default: a new run
 * Throws.       ArgumentError when the folder is not writable, or the metrics are damaged
 */
export function openRunFolder(options: {
  readonly where: string;
  readonly argument: string;
  readonly folder: string;
  readonly resume?: boolean;
}): RunFolder {
  const { where, argument, folder, resume = false } = options;
  requireWritableFolder(where, argument, folder);
  const metricsPath = join(folder, "metrics.jsonl");
  if (!resume) rmSync(metricsPath, { force: true });
  const recorded = existsSync(metricsPath) ? readJsonLines(metricsPath) : [];
  const earlierSteps = recorded.map((record, index) =>
    stepRecord(record, `line ${index + 1} of "${metricsPath}"`),
  );
  let metrics: JsonLinesWriter | undefined;
  const openMetrics = (firstStep: number): JsonLinesWriter => {
    const isEarlier = (_: unknown, index: number) => earlierSteps[index]!.step < firstStep;
    rewriteJsonLines(metricsPath, recorded.filter(isEarlier));
    return new JsonLinesWriter(where, metricsPath);
  };
  return {
    folder,
    weightsPath: join(folder, "weights.safetensors"),
    reportPath: join(folder, "report.html"),
    earlierSteps,
    writeRecord(record) {
      const text = `${JSON.stringify(record, undefined, 2)}\n`;
      writeFileAtomically(where, join(folder, "run.json"), text, argument);
    },
    appendStep({ step, loss, gradientNorm, learningRate }, seconds) {
      metrics ??= openMetrics(step);
      metrics.write({ step, loss, gradientNorm, learningRate, seconds });
    },
    close: () => metrics?.close(),
  };
}

function stepRecord(record: Readonly<Record<string, unknown>>, source: string): StepRecord {
  const number = (field: string): number => {
    const value = record[field];
    if (typeof value === "number") return value;
    throw new ArgumentError("openRunFolder", `${field} in ${source}`, "a number", value);
  };
  return {
    step: number("step"),
    loss: number("loss"),
    gradientNorm: number("gradientNorm"),
    learningRate: number("learningRate"),
  };
}
