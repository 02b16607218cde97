import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ArgumentError, Description } from "../errors.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import { readAnswer } from "./json-lines-answer.js";
import { PredictorFailure, type RemotePredictor, START_TIME } from "./predictor.js";

/** Lines of the child's stderr that a failure shows. */
const SHOWN_LINES = 12;

/** Longest line a child may answer with: predictions of a million loops fit. */
const LONGEST_ANSWER = 32 * 2 ** 20;

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** The last lines of stderr. */
  readonly complaints: string[];
  /** Settles the question in flight. */
  settle: ((answer: string | PredictorFailure) => void) | undefined;
  hasAnswered: boolean;
  /** How it ended, once it has. */
  end: string | undefined;
}

/**
 * A model in a program of its own, in any language, that answers JSON lines on stdin and stdout.
 *
 * Statement.    question: {"id": 1, "dim": d, "contextLength": n, "tokens": [d + 1 rows of n + 1], "loops": L};
 *               answer: {"id": 1, "predictions": [ŷ₁ … ŷ_L]} or {"id": 1, "prediction": ŷ_L}, or
 *               {"id": 1, "error": "why"}. One question at a time; stderr is for the program's own words.
 *
 * @param options.timeout  milliseconds for an answer, the first one START_TIME more; the program is killed when
 *                         they are over
 * Throws.       ArgumentError for an empty command. Asking rejects with PredictorFailure when the program
 *               cannot be started, ends, hangs or answers something else
 */
export function jsonLinesProcess(
  command: readonly string[],
  options: { readonly timeout: number },
): RemotePredictor {
  if (command.length === 0) {
    throw new ArgumentError("jsonLinesProcess", "command", "a program", new Description("nothing"));
  }
  const name = command.join(" ");
  let child: Child | undefined;
  let questions = 0;
  return {
    async predict({ dim, contextLength, tokens }, loops) {
      if (child === undefined || child.end !== undefined) child = start(command);
      questions += 1;
      const question = { id: questions, dim, contextLength, tokens: rows(dim, tokens), loops };
      const answer = await ask(child, JSON.stringify(question), options.timeout, name);
      return readAnswer(answer, questions, name);
    },
    async close() {
      if (child === undefined || child.end !== undefined) return;
      const { process } = child;
      const ended = new Promise((resolve) => process.once("close", resolve));
      process.kill();
      await ended;
    },
  };
}

function rows(dim: number, tokens: PromptTokens["tokens"]): number[][] {
  const columns = tokens.length / (dim + 1);
  return Array.from({ length: dim + 1 }, (_, i) => [
    ...tokens.subarray(i * columns, (i + 1) * columns),
  ]);
}

function start([program, ...args]: readonly string[]): Child {
  const process = spawn(program!, args, { stdio: "pipe" });
  const child: Child = {
    process,
    complaints: [],
    settle: undefined,
    hasAnswered: false,
    end: undefined,
  };
  const end = (how: string) => {
    child.end ??= how;
    child.settle?.(new PredictorFailure(how));
  };
  process.on("error", (error) => end(`could not be started: ${error.message}`));
  process.on("close", (code, signal) =>
    end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
  );
  // A child that is gone closes its stdin: its end says so.
  process.stdin.on("error", () => {});
  createInterface({ input: process.stderr }).on("line", (line) => {
    child.complaints.push(line.slice(0, 500));
    if (child.complaints.length > SHOWN_LINES) child.complaints.shift();
  });
  let pending = "";
  process.stdout.setEncoding("utf8").on("data", (text: string) => {
    pending += text;
    const stop = pending.indexOf("\n");
    if (stop >= 0) {
      const line = pending.slice(0, stop);
      pending = pending.slice(stop + 1);
      child.settle?.(line);
    } else if (pending.length > LONGEST_ANSWER) {
      pending = "";
      end(`answered with more than ${LONGEST_ANSWER} characters on one line`);
      process.kill("SIGKILL");
    }
  });
  return child;
}

async function ask(child: Child, question: string, timeout: number, name: string): Promise<string> {
  const limit = child.hasAnswered ? timeout : timeout + START_TIME;
  let timer: NodeJS.Timeout | undefined;
  const answer = await new Promise<string | PredictorFailure>((resolve) => {
    child.settle = resolve;
    timer = setTimeout(() => {
      child.end = `gave no answer in ${limit} ms`;
      child.process.kill("SIGKILL");
      resolve(new PredictorFailure(child.end));
    }, limit);
    child.process.stdin.write(`${question}\n`);
  });
  clearTimeout(timer);
  child.settle = undefined;
  if (typeof answer === "string") {
    child.hasAnswered = true;
    return answer;
  }
  // Its last words may still be on their way.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const words = child.complaints.map((line) => `\n  stderr: ${line}`).join("");
  throw new PredictorFailure(`${name} ${answer.message}${words}`);
}
