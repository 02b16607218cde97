import { describe, expect, it } from "vitest";
import { populationEngine } from "../../src/compare/population-objective.js";
import { HypothesisError } from "../../src/errors.js";
import { layerParameterCount, packWeights, parameterCount } from "../../src/model/model-shape.js";
import { parseCovariateLaw } from "../../src/prompt/covariate-law.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { drawTaskPool } from "../../src/prompt/task-pool.js";
import { parseAveraging } from "../../src/training/averaging.js";
import type { Engine } from "../../src/training/engine/engine.js";
import { parseCurriculum } from "../../src/training/staging/curriculum.js";
import { parseStacking } from "../../src/training/staging/stacking.js";
import { parseStop } from "../../src/training/stopping/parse-stop.js";
import { type ContextTraining, trainInContext } from "../../src/training/train-in-context.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { testStream } from "../seed.js";

const small: ContextTraining = {
  distribution: promptDistribution({ dim: 2, contextLength: 6 }),
  shape: { family: "restricted", dim: 2, layers: 1, loops: 2 },
  ...{ steps: 12, batch: 16, learningRate: 0.1, workers: 1 },
  stream: testStream("staged training"),
};
const untied = { family: "restricted", dim: 2, layers: 4, loops: 1 } as const;
const taskPool = drawTaskPool(small.distribution.taskCovariance, 3, testStream("staged pool"));

const runs: [string, Partial<ContextTraining>][] = [
  ["the fused kernel, by default", {}],
  ["an average", { averaging: parseAveraging("tail:0.5") }],
  ["all positions, loops weighted", { positions: "all", lossWeights: [0.5, 0.5] }],
  ["the conditional estimator in float32", { estimator: "conditional", precision: "float32" }],
  [
    "other covariates",
    { distribution: { ...small.distribution, covariateLaw: parseCovariateLaw("student:9") } },
  ],
  ["a pool of tasks", { distribution: { ...small.distribution, taskPool } }],
  [
    "a pool of tasks, TensorFlow.js",
    { engine: "tfjs", backend: "cpu", distribution: { ...small.distribution, taskPool } },
  ],
  ["a curriculum over context lengths", { contextCurriculum: parseCurriculum("2:6:9") }],
  ["a curriculum over loops", { loopsCurriculum: parseCurriculum("1@0,2@7") }],
  [
    "stacking",
    { shape: untied, stacking: parseStacking("middle"), averaging: parseAveraging("ema:0.5") },
  ],
  [
    "everything at once",
    {
      ...{ shape: { ...untied, loops: 2 }, stacking: parseStacking("last:2:2:reset") },
      ...{ similarity: { strength: 0.1, blockLayers: 2 }, averaging: parseAveraging("ema:0.9") },
      ...{
        contextCurriculum: parseCurriculum("3:6:5"),
        loopsCurriculum: parseCurriculum("1@0,2@6"),
      },
      stop: [parseStop("plateau:20")],
    },
  ],
];

describe("a run resumed", () => {
  it.each(runs)(
    "under %s equals one that was not interrupted, bit for bit",
    async (_name, changes) => {
      const run = { ...small, ...changes } as ContextTraining;
      // The kernel has no backend and TensorFlow.js no threads.
      const { workers: _workers, ...withoutThreads } = run;
      const options = run.engine === "tfjs" ? withoutThreads : run;
      const whole = await trainInContext(options);
      expect(whole.status).toBe("max-steps");
      // Loops and layers change before step 7: the checkpoint is the state before they do.
      const cut = 7;

      const folder = temporaryFolder();
      const controller = new AbortController();
      const stopped = await trainInContext({
        ...{ ...options, folder, signal: controller.signal },
        onStep: ({ step }) => {
          if (step === cut) controller.abort();
        },
      });
      expect(stopped.status).toBe("interrupted");
      expect(stopped.history.length).toBe(cut);
      const resumed = await trainInContext({ ...options, folder, resume: true });
      expect(packWeights(resumed.weights)).toEqual(packWeights(whole.weights));
      expect(resumed.lastWeights).toEqual(whole.lastWeights);
      expect(resumed.history).toEqual(whole.history);
    },
  );

  it("is refused for another law of prompts, estimator, curriculum or stack, by name", async () => {
    const folder = temporaryFolder();
    await trainInContext({ ...small, folder });
    const others: [Partial<ContextTraining>, RegExp][] = [
      [{ distribution: { ...small.distribution, taskPool } }, /: objective of /],
      [
        { distribution: { ...small.distribution, covariateLaw: { kind: "sphere" } } },
        /: objective of /,
      ],
      [{ estimator: "conditional" }, /: objective of /],
      [{ lossWeights: [1, 1] }, /: objective of /],
      [{ contextCurriculum: parseCurriculum("2:6:9") }, /: objective of /],
      [{ averaging: parseAveraging("ema:0.5") }, /: averaging of /],
      [{ stop: [parseStop("plateau:20")] }, /: stop of /],
    ];
    for (const [changes, message] of others) {
      await expect(trainInContext({ ...small, ...changes, folder, resume: true })).rejects.toThrow(
        message,
      );
    }
  });
});

describe("stages of a run", () => {
  /** An engine that notes what it is asked for; its loss pulls all parameters to 1. */
  function noting(): { engine: Engine; asked: string[] } {
    const asked: string[] = [];
    const engine: Engine = {
      ...{ name: "noting", losses: "exact" },
      objective: (shape, { contextLength }) => ({
        describe: () => "noting",
        evaluate(parameters) {
          expect(parameters.length).toBe(parameterCount(shape));
          asked.push(`k${shape.layers} L${shape.loops} n${contextLength}`);
          const gradient = parameters.map((value) => value - 1);
          return { loss: 0.5 * gradient.reduce((sum, slope) => sum + slope * slope, 0), gradient };
        },
      }),
    };
    return { engine, asked };
  }
  const { batch: _batch, workers: _workers, ...plain } = small;

  it("minimise at each step the loss of that step's model and prompts", async () => {
    const { engine, asked } = noting();
    const run = await trainInContext({
      ...{ ...plain, engine, shape: { ...untied, layers: 3, loops: 2 }, steps: 6 },
      stacking: parseStacking("last:1:0"),
      contextCurriculum: parseCurriculum("2@0,6@3"),
      loopsCurriculum: parseCurriculum("1:2:2"),
    });
    expect(asked).toEqual(["k1 L1 n2", "k1 L2 n2", "k2 L2 n2", "k2 L2 n6", "k3 L2 n6", "k3 L2 n6"]);
    expect(run.shape.layers).toBe(3);
  });

  it("let stop rules begin once model and prompts are the final ones", async () => {
    const { engine, asked } = noting();
    const loss = 0.5 * parameterCount(small.shape);
    const run = await trainInContext({
      ...{ ...plain, engine, steps: 100, learningRate: 1e-9 },
      contextCurriculum: parseCurriculum("2@0,6@33"),
      stop: [parseStop("within:1:10", loss)],
    });
    expect(run.status).toBe("converged");
    expect(run.message).toMatch(
      /^training stopped after step 43: the mean loss of the last 10 steps/,
    );
    expect(asked.length).toBe(43);
  });

  it("end in a model of fewer layers when cut off before it is grown", async () => {
    const controller = new AbortController();
    const run = await trainInContext({
      ...{ ...small, shape: untied, stacking: parseStacking("last"), signal: controller.signal },
      onStep: ({ step }) => {
        if (step === 4) controller.abort();
      },
    });
    expect(run.status).toBe("interrupted");
    expect(run.shape.layers).toBe(2);
    expect(run.weights.layers.length).toBe(2);
  });

  it("make the layers of an untied model alike where similarity is asked for", async () => {
    const spread = async (strength: number | undefined) => {
      const run = await trainInContext({
        ...{ ...small, shape: { ...untied, layers: 2 }, steps: 300, learningRate: 0.03, batch: 64 },
        ...(strength !== undefined && { similarity: { strength, blockLayers: 1 } }),
      });
      const packed = packWeights(run.weights);
      const stride = layerParameterCount(untied);
      const [one, other] = [packed.slice(0, 4), packed.slice(stride, stride + 4)];
      const dot = (a: Float64Array, b: Float64Array) =>
        a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      return 1 - dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
    };
    const [free, drawn] = [await spread(undefined), await spread(10)];
    expect(drawn).toBeLessThan(0.2 * free);
    expect(drawn).toBeLessThan(1e-3);
  });

  it("descend the exact loss under curricula too", async () => {
    const distribution = promptDistribution({ dim: 2, contextLength: 6 });
    const run = await trainInContext({
      ...{ ...plain, distribution, engine: populationEngine(small.shape, distribution) },
      ...{ steps: 40, loopsCurriculum: parseCurriculum("1@0,2@10") },
    });
    expect(run.losses).toBe("exact");
    expect(run.history.at(-1)!.loss).toBeLessThan(0.6 * run.history[0]!.loss);
  });
});

describe("options that do not go together are refused before any work", () => {
  const exact = populationEngine(small.shape, small.distribution);
  it.each<[string, Partial<ContextTraining>, string]>([
    [
      "a curriculum to another end",
      { contextCurriculum: parseCurriculum("2:5:3") },
      'ends at the run\'s 6, got "2:5:3"',
    ],
    [
      "one that never ends",
      { loopsCurriculum: parseCurriculum("1@0,2@12") },
      "ends before the last of 12 steps",
    ],
    [
      "weights of changing loops",
      { lossWeights: [1, 1], loopsCurriculum: parseCurriculum("1@0,2@7") },
      "lossWeights must be absent under a curriculum",
    ],
    [
      "a reference for weighted losses",
      { lossWeights: [1, 1], stop: [parseStop("within:0.1", 1)] },
      "stop must be without a reference",
    ],
    [
      "a stack of one",
      { stacking: parseStacking("last") },
      "layers must be a multiple of 1, at least 2",
    ],
    [
      "similar blocks that are no parts of the stacked",
      {
        shape: untied,
        stacking: parseStacking("last:1"),
        similarity: { strength: 1, blockLayers: 2 },
      },
      "a divisor of the stacked block's 1",
    ],
    [
      "similarity of a single layer",
      { similarity: { strength: 1, blockLayers: 1 } },
      "at least twice",
    ],
    [
      "a backend of the kernel",
      { engine: "kernel", backend: "cpu" },
      "backend must be absent with engine kernel",
    ],
    ["threads of TensorFlow.js", { engine: "tfjs" }, "workers must be absent with engine tfjs"],
    [
      "a batch of the exact loss",
      { engine: exact },
      'must be absent with engine "the exact population loss',
    ],
  ])("%s", async (_name, changes, message) => {
    await expect(trainInContext({ ...small, ...changes })).rejects.toThrow(message);
  });

  it("a loss that heavy tails make infinite", async () => {
    const distribution = { ...small.distribution, covariateLaw: parseCovariateLaw("student:8") };
    const run = trainInContext({ ...small, distribution });
    await expect(run).rejects.toThrow(HypothesisError);
    await expect(run).rejects.toThrow("takes moments of order 8");
  });
});
