import { describe, expect, it } from "vitest";
import { answerQuestion } from "../../src/explorer/worker/answer-question.js";
import { Lane, type WorkerHandle } from "../../src/explorer/worker/lane.js";
import type { Question, Reply } from "../../src/explorer/worker/message.js";
import { stateOf } from "./explorer-states.js";

/** A worker that answers when it is told to. */
class StandInWorker implements WorkerHandle {
  onmessage: WorkerHandle["onmessage"] = null;
  onerror: WorkerHandle["onerror"] = null;
  readonly questions: Question[] = [];
  isTerminated = false;

  postMessage(question: Question): void {
    this.questions.push(question);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(reply: Reply): void {
    this.onmessage?.({ data: reply });
  }
}

function laneWithLog() {
  const workers: StandInWorker[] = [];
  const log: string[] = [];
  const spawn = () => {
    const worker = new StandInWorker();
    workers.push(worker);
    return worker;
  };
  const lane = new Lane("curves", spawn, {
    reply: (reply) => log.push(`${reply.kind} ${reply.id}`),
    busy: (isBusy) => log.push(isBusy ? "busy" : "idle"),
  });
  return { lane, workers, log };
}

describe("Lane", () => {
  it("hears about the newest question only, whatever order the answers come in", () => {
    const { lane, workers, log } = laneWithLog();
    lane.ask(stateOf({ dim: 2 }));
    lane.ask(stateOf({ dim: 3 }));
    const [worker] = workers;
    worker!.say({ id: 1, kind: "done" });
    worker!.say({ id: 2, kind: "done" });
    worker!.say({ id: 1, kind: "done" });
    expect(log).toEqual(["busy", "idle", "done 2"]);
    expect(workers).toHaveLength(1);
    expect(worker!.questions.map(({ state }) => state.dim)).toEqual([2, 3]);
  });

  it("stops the worker when cancelled, and hears nothing more of it", () => {
    const { lane, workers, log } = laneWithLog();
    lane.ask(stateOf());
    lane.cancel();
    workers[0]!.say({ id: 1, kind: "done" });
    workers[0]!.say({ id: 2, kind: "done" });
    expect(workers[0]!.isTerminated).toBe(true);
    lane.ask(stateOf());
    workers[1]!.say({ id: 3, kind: "done" });
    expect(log).toEqual(["busy", "idle", "busy", "idle", "done 3"]);
  });

  it("tells of a worker that broke, and starts another", () => {
    const { lane, workers, log } = laneWithLog();
    lane.ask(stateOf());
    workers[0]!.onerror?.({ message: "out of memory" });
    expect(log).toEqual(["busy", "idle", "failed 1"]);
    lane.ask(stateOf());
    expect(workers).toHaveLength(2);
  });
});

describe("answerQuestion", () => {
  const question = { id: 7, task: "curves", state: stateOf({ dim: 2, loops: 2 }) } as const;

  it("sends the parts of a task in order, then done, all of it fit for a worker's message", async () => {
    const replies: Reply[] = [];
    await answerQuestion(
      question,
      (reply) => replies.push(structuredClone(reply)),
      async () => false,
    );
    const names = replies.map((reply) => (reply.kind === "part" ? reply.name : reply.kind));
    expect(names).toEqual(["loops", "optimum", "context", "rates", "done"]);
    expect(replies.every(({ id }) => id === 7)).toBe(true);
  });

  it("stops between two parts when a newer question has come", async () => {
    const replies: Reply[] = [];
    await answerQuestion(
      question,
      (reply) => replies.push(reply),
      async () => replies.length > 1,
    );
    expect(replies).toHaveLength(2);
  });

  it("answers what the theory does not reach with a reason", async () => {
    const replies: Reply[] = [];
    const state = stateOf({ dim: 1, loops: 9 });
    await answerQuestion(
      { id: 1, task: "shape", state },
      (reply) => replies.push(reply),
      async () => false,
    );
    expect(replies.at(-1)).toEqual({ id: 1, kind: "done" });
    expect(replies[0]).toMatchObject({
      name: "saddle",
      answer: { unavailable: expect.any(String) },
    });
  });

  it("says what broke", async () => {
    const replies: Reply[] = [];
    const state = stateOf({ dim: 2, covariance: "diag:1" });
    await answerQuestion(
      { id: 1, task: "curves", state },
      (reply) => replies.push(reply),
      async () => false,
    );
    expect(replies).toEqual([{ id: 1, kind: "failed", message: expect.stringContaining("d = 2") }]);
  });
});
