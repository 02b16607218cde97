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
const work = chunkWork(instantiateKernel(module, memory), memory, plan, thread);
new ChunkQueue(memory, plan.control).serve(work);
