import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { type ModelShape, parameterCount } from "../../../src/model/model-shape.js";
import { conditionedCovariance } from "../../../src/prompt/covariance-family.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { adam } from "../../../src/training/adam.js";
import { adamW } from "../../../src/training/adam-w.js";
import {
  exponentialAverage,
  polynomialAverage,
  tailAverage,
} from "../../../src/training/averaging.js";
import { checkpointPath } from "../../../src/training/checkpoint.js";
import {
  type KernelObjectiveOptions,
  kernelObjective,
} from "../../../src/training/kernel-objective.js";
import type { Objective } from "../../../src/training/objective.js";
import { constantSchedule, cosineSchedule } from "../../../src/training/schedule.js";
import { train } from "../../../src/training/train.js";
import type {
  TrainingOptions,
  TrainingResult,
  TrainingStep,
} from "../../../src/training/training-options.js";
import { temporaryFolder } from "../../io/temporary-folder.js";
import { testStream } from "../../seed.js";

const stream = testStream("step loop");
const dim = 3;
const covariance = conditionedCovariance(dim, 3, stream.split("Σ"));
const distribution = promptDistribution({ dim, contextLength: 7, covariance, noiseVariance: 0.2 });
const RESTRICTED: ModelShape = { family: "restricted", dim, layers: 1, loops: 2 };

type Problem = Partial<Omit<KernelObjectiveOptions, "distribution">>;
type Run = Partial<Omit<TrainingOptions, "objective">>;

/** A run and everything it reports, by blocks of steps or one at a time. */
async function run(problem: Problem, options: Run, way: "blocks" | "single") {
  const shape = problem.shape ?? RESTRICTED;
  const kernel = kernelObjective({ shape, distribution, batch: 5, workers: 1, ...problem });
  let evaluations = 0;
  const { stepper, ...rest } = kernel;
  const objective: Objective = {
    ...rest,
    ...(way === "blocks" && stepper !== undefined && { stepper }),
    evaluate: (parameters, own) => {
      evaluations += 1;
      return kernel.evaluate(parameters, own);
    },
  };
  const reported: Omit<TrainingStep, "seconds" | "secondsLeft">[] = [];
  try {
    const result = await train({
      ...{ objective, steps: 40, optimizer: adam(), learningRate: 0.01 },
      schedule: cosineSchedule(3),
      start: Float64Array.from({ length: parameterCount(shape) }, (_, i) => 0.05 * Math.cos(i)),
      stream: stream.split("run"),
      onStep: ({ seconds: _, secondsLeft: _left, ...step }) => reported.push(step),
      ...options,
    });
    return { ...withoutTimes(result), reported, evaluations };
  } finally {
    kernel.dispose?.();
  }
}

function withoutTimes({ stats: { seconds: _, ...stats }, ...result }: TrainingResult) {
  return { ...result, stats };
}

/** What both ways give, which must be the same bit for bit, and that blocks were taken at all. */
async function bothWays(problem: Problem, options: Run) {
  const { evaluations, ...blocks } = await run(problem, options, "blocks");
  const { evaluations: all, ...single } = await run(problem, options, "single");
  expect(blocks).toEqual(single);
  expect(evaluations).toBeLessThan(all / 2);
  return blocks;
}

describe("steps inside the kernel equal one step at a time, bit for bit,", () => {
  const problems: [string, Problem][] = [
    ["restricted", { batch: 33 }],
    ["restricted, an odd number of prompts", { batch: 1 }],
    ["restricted, float32", { batch: 70, precision: "float32" }],
    ["restricted, untied", { shape: { ...RESTRICTED, layers: 3, loops: 1 } }],
    ["conditional", { estimator: "conditional", lossWeights: [0.5, 1] }],
    ["conditional, float32", { estimator: "conditional", precision: "float32", batch: 33 }],
    ["full", { shape: { ...RESTRICTED, family: "full" }, batch: 100 }],
    ["gd++, an odd number of parameters", { shape: { ...RESTRICTED, family: "gd++" } }],
    ["full, float32", { shape: { ...RESTRICTED, family: "full" }, precision: "float32" }],
  ];

  test.each(problems)("%s", async (_, problem) => {
    const { status } = await bothWays(problem, {});
    expect(status).toBe("max-steps");
  });

  const options: [string, Run][] = [
    ["weight decay", { optimizer: adamW(0.1) }],
    ["other decays", { optimizer: adam({ firstDecay: 0.5, secondDecay: 0.9 }) }],
    ["a clipped gradient", { clipNorm: 0.3 }],
    ["an exponential average", { averaging: exponentialAverage(0.9) }],
    ["a tail average", { averaging: tailAverage(0.4) }],
    ["a polynomial average", { averaging: polynomialAverage(8) }],
  ];

  test.each(options)("with %s", async (_, own) => {
    await bothWays({}, own);
  });

  it("and ends where a rule says so, inside a block", async () => {
    for (const last of [2, 9, 23]) {
      let seen = 0;
      const rule = {
        ...{ spec: "count", needsReference: false, start: () => new Float64Array(1) },
        observe: () => (++seen % last === 0 ? "counted" : undefined),
      };
      const averaging = exponentialAverage(0.9);
      seen = 0;
      const first = await run({}, { stop: { rules: [rule] }, averaging }, "blocks");
      seen = 0;
      const { evaluations: _, ...other } = await run(
        {},
        { stop: { rules: [rule] }, averaging },
        "single",
      );
      const { evaluations: _few, ...found } = first;
      expect(found).toEqual(other);
      expect(found.stats.steps).toBe(last);
      expect(found.status).toBe("converged");
    }
  });

  it("and diverges at the same step, with the same parameters left", async () => {
    const far = { learningRate: 40, schedule: constantSchedule() };
    for (const clipNorm of [1, 1e-3]) {
      const found = await run({}, { ...far, clipNorm }, "blocks");
      const { evaluations: _, ...single } = await run({}, { ...far, clipNorm }, "single");
      expect(found).toMatchObject(single);
      expect(found.status).toBe("diverged");
    }
  });

  it("and leaves the same checkpoints", async () => {
    const files = ["blocks", "single"].map(async (way) => {
      const folder = temporaryFolder();
      await run(
        {},
        { checkpoint: { folder, every: 7 }, averaging: exponentialAverage(0.9), steps: 24 },
        way as "blocks" | "single",
      );
      return readFileSync(checkpointPath(folder));
    });
    const [blocks, single] = await Promise.all(files);
    expect(blocks!.equals(single!)).toBe(true);
  });
});

describe("a block of steps", () => {
  const block = () => ({
    parameters: new Float64Array(12).fill(0.1),
    optimizer: adam().start(12),
    rule: adam().adam!,
    average: undefined,
    averageWeights: [0, 0, 0],
    learningRates: [0.01, 0.01, 0.01],
    streamOf: (i: number) => stream.split(i),
    clipNorm: Number.POSITIVE_INFINITY,
    lossLimit: Number.POSITIVE_INFINITY,
  });
  const objective = kernelObjective({ shape: RESTRICTED, distribution, batch: 4, workers: 1 });

  it("stops before parameters that are not finite", () => {
    const twoSteps = block();
    objective.stepper!.takeSteps({ ...twoSteps, learningRates: [0.01] });
    const own = { ...block(), learningRates: [0.01, Number.POSITIVE_INFINITY, 0.01] };
    const { steps, ending, losses } = objective.stepper!.takeSteps(own);
    expect({ steps, ending, found: losses.length }).toEqual({
      ...{ steps: 1, ending: "unsound-parameters", found: 2 },
    });
    expect(own.parameters).toEqual(twoSteps.parameters);
  });

  it("stops at a loss beyond the limit", () => {
    const whole = objective.stepper!.takeSteps(block());
    const lossLimit = Math.max(...whole.losses) * (1 - 1e-12);
    const worst = whole.losses.indexOf(Math.max(...whole.losses));
    const { steps, ending } = objective.stepper!.takeSteps({ ...block(), lossLimit });
    expect({ steps, ending }).toEqual({ steps: worst, ending: "unsound-estimate" });
  });

  it("is offered by one thread that draws prompts of one query alone", () => {
    const base = { shape: RESTRICTED, distribution, batch: 4 };
    for (const options of [{ workers: 2 }, { workers: 1, positions: "all" as const }]) {
      const other = kernelObjective({ ...base, ...options });
      expect(other.stepper).toBeUndefined();
      other.dispose?.();
    }
  });
});
