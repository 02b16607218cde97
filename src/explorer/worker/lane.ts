import type { ExplorerState } from "../state/explorer-state.js";
import type { Question, Reply, Task } from "./message.js";

/** The part of a Worker that a lane uses. */
export interface WorkerHandle {
  onmessage: ((event: { data: Reply }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  postMessage(question: Question): void;
  terminate(): void;
}

/** Who is told what a lane's worker says, of the newest question only. */
export interface LaneListener {
  reply(reply: Reply): void;
  /** Whether the lane has begun or stopped working. */
  busy(isBusy: boolean): void;
}

/**
 * One worker for one task: asked again and again, heard only about the newest question.
 *
 * Statement.    a reply to an older question than the newest, or to one cancelled, is dropped
 */
export class Lane {
  #worker: WorkerHandle | null = null;
  #newest = 0;
  #isBusy = false;

  constructor(
    private readonly task: Task,
    private readonly spawn: () => WorkerHandle,
    private readonly listener: LaneListener,
  ) {}

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Asks about a state; what was asked before no longer counts. */
  ask(state: ExplorerState): void {
    this.#newest += 1;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id: this.#newest, task: this.task, state });
    this.#setBusy(true);
  }

  /** Drops the question and what was computed for it. */
  cancel(): void {
    this.#newest += 1;
    this.#worker?.terminate();
    this.#worker = null;
    this.#setBusy(false);
  }

  #start(): WorkerHandle {
    const worker = this.spawn();
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker || data.id !== this.#newest) return;
      if (data.kind === "done" || data.kind === "failed") this.#setBusy(false);
      this.listener.reply(data);
    };
    worker.onerror = ({ message }) => {
      if (worker !== this.#worker) return;
      const id = this.#newest;
      this.cancel();
      this.listener.reply({ id, kind: "failed", message });
    };
    return worker;
  }

  #setBusy(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return;
    this.#isBusy = isBusy;
    this.listener.busy(isBusy);
  }
}
