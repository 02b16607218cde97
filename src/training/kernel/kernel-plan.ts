import { ArgumentError, requireInteger } from "../../errors.js";
import { parameterCount as countParameters } from "../../model/model-shape.js";
import { instantiateKernel, kernelMemory } from "./kernel-module.js";
import type { KernelElement, KernelProblem } from "./kernel-problem.js";

/**
 * Where everything lies in the memory that the threads share; plain data, fit to be sent to a worker.
 *
 * Conventions.  addresses in bytes, multiples of 64. parameters, lossWeights, law and slots hold float64;
 *               weights, workspaces and records hold 16-byte vectors in the problem's element type.
 *               A slot is what one chunk of prompts adds: [Σ error² per loop, gradient]. The law is
 *               [Σ, Ω, σ²] and is read by the conditional estimator alone.
 */
export interface KernelPlan {
  readonly problem: KernelProblem;
  readonly parameterCount: number;
  readonly chunkPrompts: number;
  readonly parameters: number;
  readonly lossWeights: number;
  readonly law: number;
  readonly weights: number;
  /** One per worker. */
  readonly workspaces: readonly number[];
  /** Room for the records of `chunkPrompts` prompts each. */
  readonly records: readonly number[];
  /** One per chunk of a batch. */
  readonly slots: readonly number[];
  /** Size of the memory. */
  readonly bytes: number;
}

/** How many prompts a 16-byte vector holds. */
export function lanesOf(element: KernelElement): number {
  return element === "float64" ? 2 : 4;
}

/** Bytes of the record of one group of prompts: G, query, target, scale, one vector per entry. */
export function recordBytes(dim: number): number {
  const size = dim + 1;
  return 16 * (size * size + size + 2);
}

/**
 * Lays out the memory of a problem.
 *
 * Conventions.  chunks: chunks in a batch; recordBuffers: how many chunks of records are held at a time
 *               (one per worker where prompts are drawn just before they are evaluated)
 * Throws.       ArgumentError when a number is not a positive integer, the estimator does not exist for the
 *               family, or more than 4 GiB would be needed
 */
export function planKernel(
  module: WebAssembly.Module,
  problem: KernelProblem,
  sizes: {
    readonly chunkPrompts: number;
    readonly chunks: number;
    readonly workers: number;
    readonly recordBuffers: number;
  },
): KernelPlan {
  const where = "planKernel";
  const { dim, layers, loops, element } = problem;
  for (const [name, value] of Object.entries({ dim, layers, loops })) {
    requireInteger(where, name, value);
  }
  const { chunkPrompts, chunks, workers, recordBuffers } = sizes;
  for (const [name, value] of Object.entries(sizes)) requireInteger(where, name, value);
  // The routine knows its own needs; asking takes an instance, of a memory of one page.
  const probe = instantiateKernel(module, kernelMemory(1));
  const name = routineName(problem);
  const weightBytes = probe[`${name}WeightsBytes`]!(dim, layers, loops);
  const workspaceBytes = probe[`${name}Workspace`]!(dim, layers, loops);
  const parameterCount = countParameters(problem);
  let end = dataEnd(module);
  const take = (bytes: number): number => {
    const start = Math.ceil(end / 64) * 64;
    end = start + bytes;
    return start;
  };
  const requireRoom = (bytes: number): void => {
    if (bytes <= 2 ** 32) return;
    throw new ArgumentError(where, "chunks", "such that the memory stays below 4 GiB", chunks);
  };
  const takeEach = (count: number, bytes: number): number[] => {
    // Before the addresses are listed: there may be more of them than memory holds.
    requireRoom(end + count * bytes);
    return Array.from({ length: count }, () => take(bytes));
  };
  const groups = Math.ceil(chunkPrompts / lanesOf(element));
  const plan = {
    problem,
    parameterCount,
    chunkPrompts,
    parameters: take(8 * parameterCount),
    lossWeights: take(8 * loops),
    law: take(8 * (2 * dim * dim + 1)),
    weights: take(weightBytes),
    workspaces: takeEach(workers, workspaceBytes),
    records: takeEach(recordBuffers, groups * recordBytes(dim)),
    slots: takeEach(chunks, 8 * (loops + parameterCount)),
  };
  requireRoom(end);
  return { ...plan, bytes: end };
}

/** Prefix of the exported routines of a problem. */
export function routineName({ family, estimator }: KernelProblem): string {
  if (estimator === "conditional") {
    if (family === "restricted") return "conditional";
    throw new ArgumentError(
      "routineName",
      "estimator",
      `"plain" for the ${family} family`,
      estimator,
    );
  }
  return family === "gd++" ? "gdPlusPlus" : family;
}

function dataEnd(module: WebAssembly.Module): number {
  const { exports } = new WebAssembly.Instance(module, { env: { memory: kernelMemory(1) } });
  return (exports.dataEnd as WebAssembly.Global).value;
}
