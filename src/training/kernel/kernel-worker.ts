import { workerData } from "node:worker_threads";
import type { BatchPlan } from "./batch-plan.js";
import { ChunkQueue } from "./chunk-queue.js";
import { chunkWork } from "./chunk-work.js";
import { instantiateKernel } from "./kernel-module.js";

/** What a thread of `KernelThreads` is started with. */
export interface KernelWorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: BatchPlan;
  readonly thread: number;
}

const { module, memory, plan, thread } = workerData as KernelWorkerStart;
const { source } = plan;
// Only where it is needed, for it loads what else workers do without.
const draw =
  typeof source === "object"
    ? (await import("./sampled-law.js")).sampledLawDrawer(source)
    : undefined;
const work = chunkWork(instantiateKernel(module, memory), memory, plan, thread, draw);
new ChunkQueue(memory, plan.control).serve(work);
