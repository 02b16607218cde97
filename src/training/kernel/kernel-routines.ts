import type { GramPrompt } from "../../prompt/gram-prompt.js";
import type { KernelExports } from "./kernel-module.js";
import { type KernelPlan, lanesOf, recordBytes, routineName } from "./kernel-plan.js";

/** The two calls of a training step, bound to one thread's instance. */
export interface KernelRoutines {
  /** Brings the parameters into the form that every chunk reads; once per step, in one thread. */
  prepareWeights(): void;
  /** Evaluates prompts 0 … prompts−1 of a record buffer into a slot; any thread, any order. */
  evaluateChunk(chunk: {
    readonly worker: number;
    readonly records: number;
    readonly slot: number;
    readonly prompts: number;
  }): void;
}

/** Binds the routines of a plan's problem. */
export function kernelRoutines(exports: KernelExports, plan: KernelPlan): KernelRoutines {
  const { problem, parameters, law, lossWeights, weights } = plan;
  const { dim, layers, loops } = problem;
  const bits = problem.element === "float64" ? 64 : 32;
  const name = routineName(problem);
  const prepare = exports[`${name}Weights${bits}`]!;
  const evaluate = exports[`${name}Chunk${bits}`]!;
  return {
    prepareWeights: () => {
      prepare(dim, layers, loops, parameters, weights, law);
    },
    evaluateChunk: ({ worker, records, slot, prompts }) => {
      const workspace = plan.workspaces[worker]!;
      const [from, to] = [plan.records[records]!, plan.slots[slot]!];
      evaluate(dim, layers, loops, lossWeights, weights, from, prompts, workspace, to);
    },
  };
}

/** Writes float64 numbers to an address of a plan. */
export function writeNumbers(
  memory: WebAssembly.Memory,
  address: number,
  values: ArrayLike<number>,
): void {
  new Float64Array(memory.buffer, address, values.length).set(values);
}

/** Writes at most `chunkPrompts` prompts into a record buffer, interleaved by lanes. */
export function writePrompts(
  memory: WebAssembly.Memory,
  plan: KernelPlan,
  records: number,
  prompts: readonly GramPrompt[],
): void {
  const { dim, element } = plan.problem;
  const lanes = lanesOf(element);
  const entries = recordBytes(dim) / 16;
  const groups = Math.ceil(prompts.length / lanes);
  const View = element === "float64" ? Float64Array : Float32Array;
  const view = new View(memory.buffer, plan.records[records]!, groups * entries * lanes);
  prompts.forEach(({ gram, query, target, contextLength }, i) => {
    const group = Math.floor(i / lanes) * entries * lanes + (i % lanes);
    const put = (entry: number, value: number) => {
      view[group + entry * lanes] = value;
    };
    gram.forEach((value, entry) => {
      put(entry, value);
    });
    query.forEach((value, entry) => {
      put(gram.length + entry, value);
    });
    put(entries - 2, target);
    put(entries - 1, 1 / contextLength);
  });
}

/**
 * The sums over the first `chunks` slots, always in slot order.
 *
 * Conventions.  losses: Σ error² over prompts, for each loop with a loss weight other than 0; gradient: that
 *               of Σ_t ω_t losses_t. Neither is divided by the number of prompts.
 */
export function sumSlots(
  memory: WebAssembly.Memory,
  plan: KernelPlan,
  chunks: number,
): { readonly losses: Float64Array; readonly gradient: Float64Array } {
  const { loops } = plan.problem;
  const total = new Float64Array(loops + plan.parameterCount);
  for (const slot of plan.slots.slice(0, chunks)) {
    const part = new Float64Array(memory.buffer, slot, total.length);
    for (let i = 0; i < total.length; i++) total[i]! += part[i]!;
  }
  return { losses: total.slice(0, loops), gradient: total.slice(loops) };
}
