/**
 * The queue of a step's chunks in the shared memory, from which threads take what is left.
 *
 * A thread that wakes late finds nothing left, or the next step's chunks, and needs no reply: steps are
 * begun and ended by four words, without messages. Whoever takes a chunk reads everything else of the
 * step afterwards, so that what was written before `begin` is what it sees.
 */
export class ChunkQueue {
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory, address: number) {
    this.#words = new Int32Array(memory.buffer, address, CONTROL_BYTES / 4);
  }

  /** Offers chunks 0 … count−1; all chunks of the step before must be done. */
  begin(count: number): void {
    this.#words[COUNT] = count;
    Atomics.store(this.#words, DONE, 0);
    // Counted down: an idle thread that looks in between takes nothing.
    Atomics.store(this.#words, LEFT, count);
    this.#wake();
  }

  /** Does chunks until none is left. */
  work(doChunk: (chunk: number) => void): void {
    for (;;) {
      const left = Atomics.sub(this.#words, LEFT, 1);
      if (left <= 0) return;
      const count = this.#words[COUNT]!;
      doChunk(count - left);
      if (Atomics.add(this.#words, DONE, 1) === count - 1) Atomics.notify(this.#words, DONE);
    }
  }

  /** Works whenever a step begins, until the queue is closed: the whole life of a worker. */
  serve(doChunk: (chunk: number) => void): void {
    for (;;) {
      const turn = Atomics.load(this.#words, TURN);
      if (Atomics.load(this.#words, CLOSED) !== 0) return;
      this.work(doChunk);
      Atomics.wait(this.#words, TURN, turn);
    }
  }

  /** Blocks until all chunks are done, at most about `milliseconds`; whether they are. */
  wait(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    for (;;) {
      const done = Atomics.load(this.#words, DONE);
      if (done >= this.#words[COUNT]!) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, DONE, done, left);
    }
  }

  /** Ends every `serve`. */
  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#words, TURN, 1);
    Atomics.notify(this.#words, TURN);
  }
}

// A cache line for each word: threads that count chunks do not disturb those that wait for a turn.
const [TURN, LEFT, DONE, COUNT, CLOSED] = [0, 16, 32, 48, 64] as const;

export const CONTROL_BYTES = 4 * 80;
