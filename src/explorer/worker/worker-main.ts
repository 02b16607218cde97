import { answerQuestion } from "./answer-question.js";
import type { Question, Reply } from "./message.js";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(reply: Reply): void;
}

const scope = globalThis as unknown as WorkerScope;
let newest: Question | null = null;
let isBusy = false;

scope.onmessage = ({ data }) => {
  newest = data;
  if (!isBusy) void work();
};

/** Answers the newest question, and again while a newer one has come meanwhile. */
async function work(): Promise<void> {
  isBusy = true;
  while (newest !== null) {
    const question: Question = newest;
    newest = null;
    await answerQuestion(question, (reply) => scope.postMessage(reply), isStale);
  }
  isBusy = false;
}

/** Lets messages in that have arrived, and tells whether one is a newer question. */
async function isStale(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  return newest !== null;
}
