import { existsSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { readFileBytes } from "../io/read-file.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { writeWeights } from "../model/weights-file.js";
import type { TrainingRun } from "../training/training-run.js";
import { describeMachine } from "./machine.js";
import { VERSION } from "./version.js";

/** What run.json says of a run, schema loopgd.run/1. */
export interface RunRecord {
  readonly schema: "loopgd.run/1";
  readonly version: string;
  readonly seed: number;
  readonly command: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly machine: string;
  readonly started: string;
  readonly status: "running" | TrainingRun["status"];
  readonly finished?: string;
  readonly engine?: string;
  readonly message?: string;
}

/**
 * Opens the folder of a training run; `begin` records in run.json that it runs, `finish` how it ended.
 *
 * Throws.       ArgumentError when the folder is not writable, holds a run that would be overwritten, or
 *               (resuming) holds none or one with other options
 */
export function openRunFolder(
  out: string,
  run: {
    readonly options: Readonly<Record<string, unknown>>;
    readonly seed: number;
    readonly reproduce: string;
    readonly now: () => Date;
  },
  resume: boolean,
): { begin(): void; finish(result: TrainingRun): void } {
  const path = join(out, "run.json");
  const refuse = (requirement: string, got: string) => {
    throw new ArgumentError("train", "--out", requirement, new Description(`"${out}"${got}`));
  };
  if (resume && !existsSync(path)) refuse("a folder with a run to resume", " without run.json");
  if (!resume && existsSync(path)) {
    refuse("a new folder, or given with --resume", ", which holds a run already");
  }
  if (resume) requireSameRun(path, run.options);
  requireWritableFolder("train", "--out", out);
  const write = (record: Partial<RunRecord>) =>
    writeFileAtomically(
      "train",
      path,
      `${JSON.stringify(
        {
          schema: "loopgd.run/1",
          version: VERSION,
          seed: run.seed,
          command: run.reproduce,
          options: run.options,
          machine: describeMachine(),
          started,
          ...record,
        },
        null,
        2,
      )}\n`,
    );
  const started = run.now().toISOString();
  return {
    begin: () => write({ status: "running" }),
    finish(result) {
      const { distribution, shape, weights, lastWeights, status, engine, message } = result;
      const law = {
        contextLength: distribution.contextLength,
        loops: shape.loops,
        noiseVariance: distribution.noiseVariance,
        covariance: distribution.covariance,
        ...(distribution.covariateLaw.kind === "gaussian"
          ? {}
          : { covariateLaw: distribution.covariateLaw }),
        ...(distribution.taskPool === undefined ? {} : { taskPool: distribution.taskPool }),
        ...(run.options.taskPrior === "inverse"
          ? {}
          : { taskCovariance: distribution.taskCovariance }),
      };
      writeWeights(join(out, "weights.safetensors"), { weights, ...law });
      if (lastWeights !== undefined) {
        writeWeights(join(out, "weights.last.safetensors"), { weights: lastWeights, ...law });
      }
      write({
        status,
        finished: run.now().toISOString(),
        engine,
        ...(message === undefined ? {} : { message }),
      });
    },
  };
}

function requireSameRun(path: string, options: Readonly<Record<string, unknown>>): void {
  const stored = readOptions(path);
  for (const name of new Set([...Object.keys(stored), ...Object.keys(options)])) {
    if (JSON.stringify(stored[name]) !== JSON.stringify(options[name])) {
      throw new ArgumentError(
        "train",
        `option ${name}`,
        `${JSON.stringify(stored[name])}, as in the run to resume`,
        options[name],
      );
    }
  }
}

function readOptions(path: string): Record<string, unknown> {
  try {
    const record = JSON.parse(new TextDecoder().decode(readFileBytes("train", path))) as {
      schema?: unknown;
      options?: unknown;
    };
    if (record.schema === "loopgd.run/1" && typeof record.options === "object") {
      return record.options as Record<string, unknown>;
    }
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
  }
  throw new ArgumentError(
    "train",
    "--out",
    "a folder whose run.json has schema loopgd.run/1",
    new Description(`"${path}"`),
  );
}
