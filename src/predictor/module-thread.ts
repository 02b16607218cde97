import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { PredictorFailure, type RemotePredictor, START_TIME } from "./predictor.js";

const THREAD = createRequire(import.meta.url).resolve("#predictor-thread");

/** What the thread answers. */
export type ThreadAnswer =
  | { readonly answer: number | number[] }
  | { readonly threw: string }
  | { readonly unusable: string };

/**
 * A predictor that a JavaScript module exports, in a thread of its own, so that one that never returns
 * can be stopped.
 *
 * @param url              the module: its default export, or `predict`, is a `Predictor`
 * @param options.timeout  milliseconds for an answer; START_TIME to load the module before the first; the thread
 *                         is stopped when they are over
 * Throws.       asking rejects with PredictorFailure when the module cannot be loaded or exports no
 *               predictor, or the thread dies or hangs
 */
export function moduleThread(url: string, options: { readonly timeout: number }): RemotePredictor {
  let thread: Worker | undefined;
  return {
    async predict(prompt, loops) {
      thread ??= new Worker(THREAD, { workerData: url });
      const answer = await ask(thread, { prompt, loops }, options.timeout).catch(async (error) => {
        const stopped = thread;
        thread = undefined;
        await stopped?.terminate();
        throw error;
      });
      if ("answer" in answer) return answer.answer;
      if ("threw" in answer) throw new Error(answer.threw);
      throw new PredictorFailure(answer.unusable);
    },
    async close() {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

/** What the thread says at every question once the module is there: from then on the answer is timed. */
export const LOADED = "loaded";

function ask(thread: Worker, question: unknown, timeout: number): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => finish(() => reject(new PredictorFailure(message)));
    const onMessage = (message: ThreadAnswer | typeof LOADED) => {
      if (message !== LOADED) {
        finish(() => resolve(message));
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(() => fail(`the model gave no answer in ${timeout} ms`), timeout);
    };
    const onError = ({ message }: Error) => fail(`the model's thread died: ${message}`);
    const onExit = (code: number) => fail(`the model's thread ended with code ${code}`);
    let timer = setTimeout(() => fail(`the module did not load in ${START_TIME} ms`), START_TIME);
    function finish(settle: () => void): void {
      clearTimeout(timer);
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      settle();
    }
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    thread.postMessage(question);
  });
}
