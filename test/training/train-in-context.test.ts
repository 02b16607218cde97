import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packWeights } from "../../src/model/model-shape.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { readMetrics } from "../../src/training/metrics.js";
import { type ContextTraining, trainInContext } from "../../src/training/train-in-context.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { testStream } from "../seed.js";

const small: ContextTraining = {
  distribution: promptDistribution({ dim: 2, contextLength: 6 }),
  shape: { family: "restricted", dim: 2, layers: 1, loops: 2 },
  steps: 12,
  batch: 16,
  learningRate: 0.1,
  stream: testStream("train in context"),
  backend: "wasm",
};

describe("trainInContext", () => {
  it("resumes on the real engine bit for bit, with gap-free metrics", async () => {
    const folder = temporaryFolder();
    const whole = await trainInContext(small);
    const controller = new AbortController();
    const first = await trainInContext({
      ...{ ...small, folder, checkpointEvery: 5, signal: controller.signal },
      onStep: ({ step }) => {
        if (step === 8) controller.abort();
      },
    });
    expect(first.status).toBe("interrupted");
    expect(first.history.length).toBe(8);
    // A killed run may have recorded more steps than its checkpoint holds, and half a line.
    const metrics = join(folder, "metrics.jsonl");
    appendFileSync(metrics, '{"step":9,"loss":1,"gradientNorm":1,"learningRate":1}\n{"st');
    const second = await trainInContext({ ...small, folder, checkpointEvery: 5, resume: true });
    expect(second.status).toBe("max-steps");
    expect(packWeights(second.weights)).toEqual(packWeights(whole.weights));
    expect(second.history).toEqual(whole.history);
    expect(await readMetrics(folder)).toEqual(whole.history);
    expect(existsSync(metrics)).toBe(false);
  });

  it.each([
    { family: "restricted" },
    { family: "restricted", layers: 2, loops: 1 },
    { family: "gd++" },
    { family: "full" },
  ] as const)("lowers the loss of %j", async (part) => {
    const { history, engine, status } = await trainInContext({
      ...{ ...small, shape: { ...small.shape, ...part }, steps: 60, batch: 64 },
    });
    const mean = (part: typeof history) =>
      part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(status).toBe("max-steps");
    expect(engine).toBe("TensorFlow.js wasm, float32");
    // From E y² = dim = 2 at the start; the best restricted model reaches about 0.6 here.
    expect(mean(history.slice(-10))).toBeLessThan(0.7 * mean(history.slice(0, 3)));
  });

  it("names the engine before the first step", async () => {
    const events: string[] = [];
    await trainInContext({
      ...{ ...small, steps: 1 },
      onEngine: (engine) => events.push(engine),
      onStep: ({ step }) => events.push(`step ${step}`),
    });
    expect(events).toEqual(["wasm", "step 1"]);
  });
});
