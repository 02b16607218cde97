import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Claim } from "../claim/claim.js";
import { decodeResults } from "../claim/result-text.js";
import type { ClaimResult, Profile } from "../claim/run-claim.js";
import { NumericalError } from "../errors.js";

/** Named in package.json, so that the sources find the built file as the built files do. */
const WORKER = createRequire(import.meta.url).resolve("#claim-worker");

/** Threads that run claims, one claim at a time each. */
export class ClaimPool {
  readonly #idle: Worker[];
  readonly #workers: readonly Worker[];

  constructor(size: number, run: { readonly seed: number; readonly profile: Profile }) {
    this.#workers = Array.from({ length: size }, () => new Worker(WORKER, { workerData: run }));
    this.#idle = [...this.#workers];
  }

  /**
   * The results of a claim from an idle thread; no more claims may run at once than there are threads.
   *
   * Throws.       NumericalError naming the claim when its thread dies (out of memory, say) or the pool
   *               is closed
   */
  async run(claim: Claim): Promise<ClaimResult[]> {
    const worker = this.#idle.pop();
    if (worker === undefined) throw new NumericalError(`ClaimPool: no idle thread for ${claim.id}`);
    const text = await new Promise<string>((resolve, reject) => {
      const settle = <T>(act: (value: T) => void) => {
        return (value: T) => {
          worker.off("message", onMessage).off("error", onError).off("exit", onExit);
          act(value);
        };
      };
      const onMessage = settle<string>(resolve);
      const onError = settle<Error>(({ message }) =>
        reject(new NumericalError(`verify: the thread of ${claim.id} died: ${message}`)),
      );
      const onExit = settle<number>((code) =>
        reject(new NumericalError(`verify: the thread of ${claim.id} ended with code ${code}`)),
      );
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage(claim.id);
    });
    this.#idle.push(worker);
    return decodeResults(text)!;
  }

  /** Ends all threads at once, whatever they do. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
