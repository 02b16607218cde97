import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { NumericalError } from "../../errors.js";
import type { BatchPlan } from "./batch-plan.js";
import { ChunkQueue } from "./chunk-queue.js";
import { chunkWork } from "./chunk-work.js";
import type { KernelExports } from "./kernel-module.js";
import type { KernelWorkerStart } from "./kernel-worker.js";
import { sampledLawDrawer } from "./sampled-law.js";

/** Named in package.json, so that the sources find the built file as the built files do. */
const WORKER = createRequire(import.meta.url).resolve("#kernel-worker");

/** How long a step blocks the event loop for others' chunks, before it lets events through. */
const BLOCKING_MILLISECONDS = 200;
/** How often it looks whether they are done, from then on. */
const POLLING_MILLISECONDS = 10;

/**
 * The threads that share the chunks of a step; the calling one is thread 0 and works too.
 *
 * Workers start in the background, and do nothing for a step they wake too late for. They keep no
 * process alive.
 */
export class KernelThreads {
  readonly #plan: BatchPlan;
  readonly #queue: ChunkQueue;
  readonly #work: (chunk: number) => void;
  readonly #workers: readonly Worker[];
  #failure: NumericalError | undefined;
  #isClosed = false;
  #isWaiting = false;

  constructor(options: {
    readonly module: WebAssembly.Module;
    readonly exports: KernelExports;
    readonly memory: WebAssembly.Memory;
    readonly plan: BatchPlan;
    readonly threads: number;
  }) {
    const { module, exports, memory, plan, threads } = options;
    this.#plan = plan;
    this.#queue = new ChunkQueue(memory, plan.control);
    const draw = typeof plan.source === "object" ? sampledLawDrawer(plan.source) : undefined;
    this.#work = chunkWork(exports, memory, plan, 0, draw);
    this.#workers = Array.from({ length: threads - 1 }, (_, i) => {
      const thread = i + 1;
      const start: KernelWorkerStart = { module, memory, plan, thread };
      const worker = new Worker(WORKER, { workerData: start });
      worker.on("error", ({ message }) => this.#fail(`worker ${thread} died: ${message}`));
      worker.on("exit", (code) => this.#fail(`worker ${thread} ended with code ${code}`));
      worker.unref();
      return worker;
    });
  }

  /**
   * Does all chunks of a step; a promise only where others take unusually long.
   *
   * Throws.       as `requireReady`; NumericalError naming a worker that dies over a chunk
   */
  run(): void | Promise<void> {
    this.requireReady();
    this.#queue.begin(this.#plan.chunks);
    this.#queue.work(this.#work);
    // A worker that died with a chunk would be waited for in vain, and its exit is an event: so a long
    // wait goes on without blocking.
    if (!this.#queue.wait(this.#workers.length > 0 ? BLOCKING_MILLISECONDS : 0)) {
      return this.#waitForWorkers();
    }
  }

  /**
   * Asked before anything of a step is written to the memory.
   *
   * Throws.       NumericalError once a worker has died, naming it; when the threads are closed, or still
   *               at work on a step that was not awaited
   */
  requireReady(): void {
    if (this.#isClosed) throw new NumericalError("kernel: closed before the step");
    this.#requireAlive();
    if (this.#isWaiting) throw new NumericalError("kernel: the step before was not awaited");
  }

  /** Ends the workers. */
  close(): void {
    this.#isClosed = true;
    this.#queue.close();
    for (const worker of this.#workers) void worker.terminate();
  }

  async #waitForWorkers(): Promise<void> {
    this.#isWaiting = true;
    while (!this.#queue.wait(0)) {
      this.#requireAlive();
      if (this.#isClosed) throw new NumericalError("kernel: closed during a step");
      await new Promise((resolve) => setTimeout(resolve, POLLING_MILLISECONDS));
    }
    this.#isWaiting = false;
  }

  #fail(what: string): void {
    if (!this.#isClosed) this.#failure ??= new NumericalError(`kernel: ${what}`);
  }

  #requireAlive(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
