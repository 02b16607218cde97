import { ArgumentError } from "../../errors.js";
import { CONTROL_BYTES } from "./chunk-queue.js";
import type { KernelExports } from "./kernel-module.js";
import { type KernelPlan, lanesOf, planKernel } from "./kernel-plan.js";
import type { KernelProblem } from "./kernel-problem.js";
import { promptLawBytes } from "./prompt-law.js";
import type { SampledLaw } from "./sampled-law.js";
import { planStepLoop, type StepLoopPlan } from "./step-loop-plan.js";

/**
 * How a batch is cut into chunks, and where what drawing and the threads need lies behind the kernel's
 * own plan; plain data, fit to be sent to a worker.
 *
 * Conventions.  an item is a prompt, or under positions > 1 a sequence of that many prompts. Chunks do
 *               not depend on the number of threads, and their sums are added in chunk order: so neither
 *               does the result, bit for bit.
 */
export interface BatchPlan {
  readonly kernel: KernelPlan;
  /**
   * Whether the kernel draws prompts, or each thread samples them from a law, or they are found in the
   * record buffer of each chunk.
   */
  readonly source: "drawn" | "given" | SampledLaw;
  readonly items: number;
  readonly positions: number;
  readonly chunkItems: number;
  readonly chunks: number;
  /** The queue that threads take chunks from. */
  readonly control: number;
  readonly promptLaw: number;
  /** Of the prompts that the kernel draws; the words of the step's stream where they are sampled. */
  readonly key: number;
  /** One per thread. */
  readonly scratch: readonly number[];
  /** Where one thread may take whole steps: it draws the prompts, each with one query. */
  readonly stepLoop: StepLoopPlan | undefined;
  /** Size of the memory. */
  readonly bytes: number;
}

/** Few enough that records and workspace stay in a core's cache, enough to share a batch evenly. */
const CHUNK_PROMPTS = 32;

/** Lays out a batch; `exports` is any instance of the module. */
export function planBatch(options: {
  readonly module: WebAssembly.Module;
  readonly exports: KernelExports;
  readonly problem: KernelProblem;
  readonly source: BatchPlan["source"];
  readonly items: number;
  readonly positions: number;
  readonly threads: number;
}): BatchPlan {
  const { module, exports, problem, source, items, positions, threads } = options;
  const lanes = lanesOf(problem.element);
  const chunkItems = lanes * Math.max(1, Math.floor(CHUNK_PROMPTS / (lanes * positions)));
  const chunks = Math.ceil(items / chunkItems);
  const kernel = planKernel(module, problem, {
    chunkPrompts: CHUNK_PROMPTS,
    // Behind the chunks' slots one for each thread, for the parts of a chunk that is evaluated in runs.
    chunks: chunks + threads,
    workers: threads,
    recordBuffers: source === "given" ? chunks : threads,
  });
  let end = kernel.bytes;
  const take = (bytes: number): number => {
    const start = Math.ceil(end / 64) * 64;
    end = start + bytes;
    return start;
  };
  const plan = {
    ...{ kernel, source, items, positions, chunkItems, chunks },
    control: take(CONTROL_BYTES),
    promptLaw: take(promptLawBytes(exports, problem.dim)),
    key: take(16),
    scratch: Array.from({ length: threads }, () => take(exports.drawScratchBytes!(problem.dim))),
    stepLoop:
      source === "drawn" && threads === 1 && positions === 1
        ? planStepLoop(take, kernel.parameterCount)
        : undefined,
  };
  if (end > 2 ** 32) {
    throw new ArgumentError("planBatch", "batch", "such that 4 GiB of memory hold it", items);
  }
  return { ...plan, bytes: end };
}
