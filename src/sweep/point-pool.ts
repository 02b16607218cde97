import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { NumericalError } from "../errors.js";
import type { PointCells } from "./point-computer.js";
import type { SweepSpec } from "./sweep-spec.js";
import type { PointTask } from "./sweep-worker.js";

/** Named in package.json, so that the sources find the built file as the built files do. */
const WORKER = createRequire(import.meta.url).resolve("#sweep-worker");

/** Seconds of work that a thread should have waiting: enough to hide the way to it. */
const QUEUED_SECONDS = 0.02;
const LONGEST_QUEUE = 64;

/** The outcome of a point on a thread. */
export interface PooledResult {
  readonly position: number;
  readonly cells: PointCells;
  readonly seconds: number;
}

/**
 * Computes points on threads.
 *
 * Statement.    a point that takes longer than the limit, or kills its thread, gets a `failure`; the
 *               thread is replaced and the points that waited behind it are computed
 *
 * @param tasks     taken from as threads have room
 * @param options.onResult  called with each outcome; what it throws ends the work
 * @param options.signal    when aborted, threads end at once and the promise resolves
 */
export function computeOnThreads(
  tasks: Iterator<PointTask>,
  options: {
    readonly spec: SweepSpec;
    readonly threads: number;
    readonly onResult: (result: PooledResult) => void;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const pool = new Pool(tasks, options, (error) =>
      error === undefined ? resolve() : reject(error),
    );
    pool.start();
  });
}

class Pool {
  readonly #threads = new Set<Thread>();
  readonly #returned: PointTask[] = [];
  #isEnded = false;
  #meanSeconds = QUEUED_SECONDS;

  constructor(
    private readonly tasks: Iterator<PointTask>,
    private readonly options: Parameters<typeof computeOnThreads>[1],
    private readonly settle: (error?: unknown) => void,
  ) {}

  start(): void {
    const { signal, threads } = this.options;
    signal?.addEventListener("abort", this.#stop);
    for (let i = 0; i < threads && signal?.aborted !== true; i++) this.#spawn();
    if (this.#threads.size === 0) this.end();
  }

  /** The next point for a thread, those first that a lost thread left behind. */
  next(): PointTask | undefined {
    const returned = this.#returned.pop();
    if (returned !== undefined) return returned;
    const { done, value } = this.tasks.next();
    return done === true ? undefined : value;
  }

  get queueLength(): number {
    const wanted = Math.ceil(QUEUED_SECONDS / Math.max(this.#meanSeconds, 1e-9));
    return Math.min(LONGEST_QUEUE, Math.max(1, wanted));
  }

  finish(result: PooledResult): void {
    // Recent points count most: the order of work goes from long to short.
    this.#meanSeconds += 0.1 * (result.seconds - this.#meanSeconds);
    this.#attempt(() => this.options.onResult(result));
  }

  /** A thread that ran out of work, or was lost with `waiting` points. */
  leave(thread: Thread, waiting: readonly PointTask[]): void {
    this.#threads.delete(thread);
    this.#returned.push(...waiting);
    if (this.#isEnded) return;
    if (waiting.length > 0 || thread.wasLost) this.#spawn();
    if (this.#threads.size === 0) this.end();
  }

  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.options.signal?.removeEventListener("abort", this.#stop);
    const ended = [...this.#threads].map((thread) => thread.terminate());
    void Promise.all(ended).then(() => this.settle(error));
  }

  #stop = () => this.end();

  #spawn(): void {
    const first = this.next();
    if (first !== undefined) this.#threads.add(new Thread(this, this.options.spec, first));
  }

  #attempt(act: () => void): void {
    try {
      if (!this.#isEnded) act();
    } catch (error) {
      this.end(error);
    }
  }
}

class Thread {
  wasLost = false;
  readonly #worker: Worker;
  /** Sent and not answered; the first is being computed. */
  readonly #queue: PointTask[] = [];
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly spec: SweepSpec,
    first: PointTask,
  ) {
    const { memory } = spec.limits;
    this.#worker = new Worker(WORKER, {
      workerData: spec,
      ...(memory !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memory } }),
    });
    this.#worker.on("message", (message: "ready" | PooledResult) => this.#receive(message));
    this.#worker.on("error", (error) => this.#lose(describeLoss(error, memory)));
    this.#worker.on("exit", (code) => this.#lose(`its thread ended with code ${code}`));
    this.#send(first);
  }

  async terminate(): Promise<void> {
    clearTimeout(this.#timer);
    this.#worker.removeAllListeners();
    // What a thread still has to say when it is ended is of no use to anybody.
    this.#worker.on("error", () => {});
    await this.#worker.terminate();
  }

  #receive(message: "ready" | PooledResult): void {
    if (message === "ready") this.#isReady = true;
    else {
      this.#queue.shift();
      this.pool.finish(message);
    }
    this.#refill();
    this.#startTimer();
    if (this.#queue.length > 0) return;
    void this.terminate();
    this.pool.leave(this, []);
  }

  #refill(): void {
    while (this.#queue.length < this.pool.queueLength) {
      const task = this.pool.next();
      if (task === undefined) return;
      this.#send(task);
    }
  }

  #send(task: PointTask): void {
    this.#queue.push(task);
    this.#worker.postMessage(task);
  }

  #startTimer(): void {
    clearTimeout(this.#timer);
    const { seconds } = this.spec.limits;
    if (seconds === undefined || this.#queue.length === 0) return;
    const reason = `it took longer than ${seconds} s`;
    const [head] = this.#queue;
    this.#timer = setTimeout(() => {
      // Where this process was busy, the answer may be waiting: it is read first.
      setImmediate(() => this.#queue[0] === head && this.#lose(reason));
    }, seconds * 1000);
  }

  #lose(reason: string): void {
    if (this.wasLost) return;
    this.wasLost = true;
    void this.terminate();
    // A thread that never began says that the sweep itself cannot run there.
    if (!this.#isReady) {
      this.pool.end(new NumericalError(`sweep: no thread: ${reason}`));
      return;
    }
    const [lost, ...waiting] = this.#queue;
    const seconds = this.spec.limits.seconds ?? 0;
    if (lost !== undefined) {
      this.pool.finish({ position: lost.position, cells: { failure: reason }, seconds });
    }
    this.pool.leave(this, waiting);
  }
}

function describeLoss(error: unknown, memory: number | undefined): string {
  const { code, message } = error as Error & { code?: string };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY") return `its thread died: ${message}`;
  return memory === undefined ? "it ran out of memory" : `it needs more than ${memory} MiB of heap`;
}
