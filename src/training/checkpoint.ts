import { existsSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { readFileBytes } from "../io/read-file.js";
import { readSafetensors, writeSafetensors } from "../io/safetensors.js";
import type { NamedTensor } from "../io/tensor.js";
import type { AverageState } from "./averaging.js";
import type { OptimizerState } from "./optimizer.js";

/** The state of a run between two steps: enough to continue it bit for bit. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  /** Of the parameters so far, where an average is kept. */
  readonly average: AverageState | undefined;
  /** What each stop rule remembers. */
  readonly stopMemories: readonly Float64Array[];
  /** Why the run has ended early, if it has. */
  readonly converged: string | undefined;
  /** Everything the trajectory depends on, by name; resuming demands equality. */
  readonly options: Readonly<Record<string, string>>;
  /** Losses of the first step, from which divergence is judged, and of the last; none at step 0. */
  readonly losses: { readonly initial: number; readonly last: number } | undefined;
}

const SCHEMA = "loopgd.checkpoint/1";
const SLOT = "optimizer.";
const MEMORY = "stop.";

/** Where the newest checkpoint of a folder lies. */
export function checkpointPath(folder: string): string {
  return join(folder, "checkpoint.safetensors");
}

/** Where the one before the newest lies. */
export function previousCheckpointPath(folder: string): string {
  return join(folder, "checkpoint.previous.safetensors");
}

/**
 * Writes a checkpoint atomically; the one that was the newest is kept as the previous one.
 *
 * Throws.       ArgumentError when the folder is not writable or a number is not finite
 */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint): void {
  const { step, parameters, optimizer, options, losses, average, converged } = checkpoint;
  const vector = (data: Float64Array): NamedTensor => ({ shape: [data.length], data });
  const tensors = new Map([["parameters", vector(parameters)]]);
  for (const [slot, data] of Object.entries(optimizer.slots)) {
    tensors.set(SLOT + slot, vector(data));
  }
  if (average !== undefined) tensors.set("average", vector(average.vector));
  checkpoint.stopMemories.forEach((memory, i) => {
    tensors.set(MEMORY + i, vector(memory));
  });
  const path = checkpointPath(folder);
  if (existsSync(path)) {
    const newest = readFileBytes("writeCheckpoint", path);
    writeFileAtomically("writeCheckpoint", previousCheckpointPath(folder), newest);
  }
  writeSafetensors(path, tensors, {
    schema: SCHEMA,
    step: `${step}`,
    optimizerStep: `${optimizer.step}`,
    ...(average && { averageCount: `${average.count}` }),
    ...(converged !== undefined && { converged }),
    ...(losses && { initialLoss: `${losses.initial}`, lastLoss: `${losses.last}` }),
    options: JSON.stringify(options),
  });
}

/**
 * The newest checkpoint of a folder, checked against the run that wants to continue it.
 *
 * Throws.       ArgumentError when it is absent, damaged, not a checkpoint, or of a run with other
 *               options (named); the message names the previous checkpoint when there is one
 */
export function readCheckpoint(
  folder: string,
  options: Readonly<Record<string, string>>,
): Checkpoint {
  const path = checkpointPath(folder);
  try {
    return decodeCheckpoint(path, options);
  } catch (error) {
    const previous = previousCheckpointPath(folder);
    if (error instanceof ArgumentError && isUsable(previous, options)) {
      error.message += `; the one before it, "${previous}", is sound: copy it over to resume there`;
    }
    throw error;
  }
}

function isUsable(path: string, options: Readonly<Record<string, string>>): boolean {
  try {
    decodeCheckpoint(path, options);
    return true;
  } catch {
    return false;
  }
}

function decodeCheckpoint(path: string, options: Readonly<Record<string, string>>): Checkpoint {
  const refuse = (field: string, requirement: string, got: string): never => {
    const value = new Description(got);
    throw new ArgumentError("readCheckpoint", `${field} of "${path}"`, requirement, value);
  };
  const { tensors, metadata } = readSafetensors(path);
  const { schema, step, optimizerStep, averageCount, initialLoss, lastLoss } = metadata;
  if (schema !== SCHEMA) {
    refuse("the schema", SCHEMA, schema === undefined ? "no schema" : `"${schema}"`);
  }
  const count = (field: string, text: string | undefined): number => {
    const value = /^\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : refuse(field, "a whole number", `"${text}"`);
  };
  const loss = (field: string, text: string | undefined): number => {
    const value = Number(text ?? Number.NaN);
    return Number.isFinite(value) ? value : refuse(field, "a finite number", `"${text}"`);
  };
  const { parameters, slots, average, stopMemories } = readVectors(tensors, refuse);
  requireSameOptions(readOptions(metadata.options, refuse), options, refuse);
  const stepsDone = count("the step", step);
  return {
    step: stepsDone,
    parameters,
    optimizer: { step: count("the optimizerStep", optimizerStep), slots },
    average: average && { count: count("the averageCount", averageCount), vector: average },
    stopMemories,
    converged: metadata.converged,
    options,
    losses:
      stepsDone === 0
        ? undefined
        : { initial: loss("initialLoss", initialLoss), last: loss("lastLoss", lastLoss) },
  };
}

/** Sorts a checkpoint's tensors by what they are; refuses one that is nothing. */
function readVectors(tensors: ReadonlyMap<string, NamedTensor>, refuse: Refuse) {
  const parameters = tensors.get("parameters")?.data;
  if (parameters === undefined) return refuse("the tensors", "with parameters", "none");
  const slots: Record<string, Float64Array> = {};
  const stopMemories: Float64Array[] = [];
  for (const [name, { data }] of tensors) {
    if (name.startsWith(MEMORY)) {
      stopMemories[Number(name.slice(MEMORY.length))] = data;
    } else if (!(name.startsWith(SLOT) || ["parameters", "average"].includes(name))) {
      refuse("the tensors", "parts of a checkpoint", `"${name}"`);
    } else if (data.length !== parameters.length) {
      const got = `${data.length} entries`;
      refuse(`tensor "${name}"`, `of the parameters' ${parameters.length} entries`, got);
    } else if (name.startsWith(SLOT)) slots[name.slice(SLOT.length)] = data;
  }
  return { parameters, slots, average: tensors.get("average")?.data, stopMemories };
}

type Refuse = (field: string, requirement: string, got: string) => never;

function readOptions(text: string | undefined, refuse: Refuse): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below, as any other value that is not an object.
  }
  return refuse("the options", "a JSON object", `"${text}"`);
}

function requireSameOptions(
  stored: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, string>>,
  refuse: Refuse,
): void {
  for (const name of new Set([...Object.keys(stored), ...Object.keys(wanted)])) {
    if (stored[name] !== wanted[name]) {
      refuse(name, `"${wanted[name]}", as in this run`, `"${stored[name]}"`);
    }
  }
}
