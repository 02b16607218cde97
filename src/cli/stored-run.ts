import { existsSync } from "node:fs";
import { join } from "node:path";
import { compareWeights, type WeightComparison } from "../compare/compare-weights.js";
import { ArgumentError, Description } from "../errors.js";
import { readFileBytes } from "../io/read-file.js";
import { dimOf } from "../model/weights.js";
import { readWeights } from "../model/weights-file.js";
import { promptDistribution } from "../prompt/prompt-distribution.js";
import { Stream } from "../random/stream.js";
import type { ReportHeader } from "../report/page.js";
import { readMetrics } from "../training/metrics.js";
import type { TrainingRun } from "../training/training-run.js";
import type { RunRecord } from "./run-folder.js";

/** A finished training run, read back from its folder, held against the closed form. */
export interface StoredRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  readonly header: ReportHeader;
}

/** Fresh prompts where the run does not say. */
const PROMPTS = 20_000;

/** A folder's JSON document, or null where it has none of that name. */
export function readDocument(command: string, path: string): Record<string, unknown> | null {
  if (!existsSync(path)) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(readFileBytes(command, path)));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
  }
  throw new ArgumentError(command, path, "a JSON object", new Description("damaged text"));
}

/**
 * Reads a folder that `loopgd train` wrote. The comparison is drawn from the run's own seed, so that it
 * says what the run's report says.
 *
 * Throws.       ArgumentError when the folder holds no finished run
 */
export async function readStoredRun(command: string, folder: string): Promise<StoredRun> {
  const refuse = (requirement: string, got: string): never => {
    throw new ArgumentError(command, "run", requirement, new Description(`"${folder}"${got}`));
  };
  const document = readDocument(command, join(folder, "run.json"));
  if (document?.schema !== "loopgd.run/1") {
    return refuse("a folder that loopgd train wrote", " without a run.json of schema loopgd.run/1");
  }
  const record = document as unknown as RunRecord;
  if (record.status === "running" || !existsSync(join(folder, "weights.safetensors"))) {
    return refuse("a finished run", `, which is ${record.status}`);
  }
  const { options, seed } = record;
  const stored = readWeights(join(folder, "weights.safetensors"));
  const { weights, contextLength, loops } = stored;
  if (contextLength === undefined || loops === undefined) {
    return refuse("a run whose weights state n and L", ", whose weights do not");
  }
  const { covariance, taskCovariance, noiseVariance, covariateLaw, taskPool } = stored;
  const distribution = promptDistribution({
    ...{ dim: dimOf(weights), contextLength },
    ...(covariance !== undefined && { covariance }),
    ...(taskCovariance !== undefined && { taskCovariance }),
    ...(noiseVariance !== undefined && { noiseVariance }),
    ...(covariateLaw !== undefined && { covariateLaw }),
    ...(taskPool !== undefined && { taskPool }),
  });
  const started = Date.parse(record.started);
  const run: TrainingRun = {
    distribution,
    shape: { family: weights.family, dim: dimOf(weights), layers: weights.layers.length, loops },
    weights,
    history: await readMetrics(folder),
    positions: options.positions === "all" ? "all" : "last",
    losses: options.engine === "population" ? "exact" : "sampled",
    status: record.status,
    ...(record.message !== undefined && { message: record.message }),
    engine: record.engine ?? "an unknown engine",
    seconds: record.finished === undefined ? 0 : (Date.parse(record.finished) - started) / 1000,
  };
  const comparison = compareWeights(weights, distribution, {
    loops,
    prompts: typeof options.prompts === "number" ? options.prompts : PROMPTS,
    stream: Stream.fromSeed(seed).split("compare"),
  });
  const header: ReportHeader = {
    title: "Training run",
    version: record.version,
    seed,
    command: record.command,
    // Runs of version 0.1.0 before this field was recorded.
    machine: record.machine ?? "not recorded",
    date: record.started.slice(0, 10),
  };
  return { folder, record, run, comparison, header };
}
