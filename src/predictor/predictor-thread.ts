import { parentPort, workerData } from "node:worker_threads";
import type { PromptTokens } from "../prompt/token-prompt.js";
import { LOADED, type ThreadAnswer } from "./module-thread.js";

// The thread of `moduleThread`: loads the module at the first question.
const url = workerData as string;
let predictor: unknown;

async function answer({ prompt, loops }: { prompt: PromptTokens; loops: number }) {
  try {
    predictor ??= await load();
  } catch (error) {
    return { unusable: `${url} cannot be loaded: ${messageOf(error)}` };
  }
  if (typeof predictor !== "function") {
    return { unusable: `${url} exports no predictor: no function as default or predict` };
  }
  parentPort!.postMessage(LOADED);
  try {
    const given: unknown = await predictor(prompt, loops);
    const isList = ArrayBuffer.isView(given) || Array.isArray(given);
    // What is neither a number nor a list is judged by whoever asked.
    return { answer: (isList ? Array.from(given as ArrayLike<number>) : given) as number };
  } catch (error) {
    return { threw: messageOf(error) };
  }
}

async function load(): Promise<unknown> {
  const module = (await import(url)) as { readonly default?: unknown; readonly predict?: unknown };
  return module.predict ?? module.default ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

parentPort!.on("message", async (question: { prompt: PromptTokens; loops: number }) => {
  const given: ThreadAnswer = await answer(question);
  try {
    parentPort!.postMessage(given);
  } catch (error) {
    parentPort!.postMessage({ threw: `the answer cannot be sent: ${messageOf(error)}` });
  }
});
