import type { PromptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { lanesOf, recordBytes } from "../../src/training/kernel/kernel-plan.js";
import type { KernelElement } from "../../src/training/kernel/kernel-problem.js";
import { promptLawBytes, writeKey, writePromptLaw } from "../../src/training/kernel/prompt-law.js";
import { compileKernel, FREE_MEMORY } from "./compile-kernel.js";

const { exports, memory } = await compileKernel(`export * from "./draw";`);
const buffer = memory.buffer;

/** One prompt as the kernel drew it. */
export interface DrawnPrompt {
  readonly gram: Float64Array;
  readonly query: Float64Array;
  readonly target: number;
  readonly scale: number;
}

export interface DrawOptions {
  readonly precision?: KernelElement;
  readonly covariatesOnly?: boolean;
  readonly firstPrompt?: number;
}

const KEY = FREE_MEMORY;
const LAW = FREE_MEMORY + 16;

/** Draws whole groups of lanes, at least `count` prompts, and returns the first `count`. */
export function drawPrompts(
  distribution: PromptDistribution,
  stream: Stream,
  count: number,
  options: DrawOptions = {},
): DrawnPrompt[] {
  const { precision = "float64", firstPrompt = 0 } = options;
  const { scratch, records } = prepare(distribution, stream, options);
  const groups = Math.ceil(count / lanesOf(precision));
  const draw = precision === "float64" ? exports.drawGram64! : exports.drawGram32!;
  draw(LAW, KEY, firstPrompt, groups, records, scratch);
  return readRecords(distribution.dim, precision, records, count);
}

/** The prompts of one group of sequences, position by position, drawn in runs of the given lengths. */
export function drawSequences(
  distribution: PromptDistribution,
  stream: Stream,
  runs: readonly number[],
  options: DrawOptions = {},
): DrawnPrompt[][] {
  const { precision = "float64", firstPrompt = 0 } = options;
  const { dim } = distribution;
  const { scratch, records } = prepare(distribution, stream, options);
  const bits = precision === "float64" ? "64" : "32";
  exports[`startSequences${bits}`]!(LAW, KEY, firstPrompt, scratch);
  let position = 1;
  const drawn = runs.flatMap((length) => {
    exports[`drawPositions${bits}`]!(LAW, position, length, records, scratch);
    position += length;
    return readRecords(dim, precision, records, length * lanesOf(precision));
  });
  // One list per lane.
  return Array.from({ length: lanesOf(precision) }, (_, lane) =>
    drawn.filter((_, k) => k % lanesOf(precision) === lane),
  );
}

function prepare(distribution: PromptDistribution, stream: Stream, options: DrawOptions) {
  const { dim } = distribution;
  writeKey(buffer, KEY, stream);
  writePromptLaw(exports, buffer, LAW, distribution, options.covariatesOnly ?? false);
  const scratch = LAW + 16 * Math.ceil(promptLawBytes(exports, dim) / 16);
  return { scratch, records: scratch + exports.drawScratchBytes!(dim) };
}

function readRecords(
  dim: number,
  precision: KernelElement,
  address: number,
  count: number,
): DrawnPrompt[] {
  const lanes = lanesOf(precision);
  const size = dim + 1;
  const stride = (recordBytes(dim) / 16) * lanes;
  const total = Math.ceil(count / lanes) * stride;
  const numbers =
    precision === "float64"
      ? new Float64Array(buffer, address, total)
      : new Float32Array(buffer, address, total);
  return Array.from({ length: count }, (_, prompt) => {
    const start = Math.floor(prompt / lanes) * stride + (prompt % lanes);
    const entries = (first: number, length: number) =>
      Float64Array.from({ length }, (_, k) => numbers[start + (first + k) * lanes]!);
    const [target, scale] = entries(size * size + size, 2) as unknown as [number, number];
    return { gram: entries(0, size * size), query: entries(size * size, size), target, scale };
  });
}
