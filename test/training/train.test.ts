import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { type Averaging, exponentialAverage, tailAverage } from "../../src/training/averaging.js";
import { checkpointPath } from "../../src/training/checkpoint.js";
import type { Objective, StagedObjective } from "../../src/training/objective.js";
import { constantSchedule } from "../../src/training/schedule.js";
import { sgd } from "../../src/training/sgd.js";
import { train } from "../../src/training/train.js";
import type { TrainingOptions, TrainingStep } from "../../src/training/training-options.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { noisyQuadratic, options } from "./noisy-quadratic.js";

describe("train", () => {
  it("follows gradient descent where that has a closed form", async () => {
    const objective = noisyQuadratic(0);
    const { value, status, stats } = await train(
      options({ objective, optimizer: sgd(), schedule: constantSchedule() }),
    );
    // θ_k − i = (1 − η)^k (θ_0 − i) for ½(θ − i)².
    value.forEach((found, i) => {
      expect(found).toBeCloseTo(i + 0.9 ** 20 * (5 - i), 12);
    });
    expect(status).toBe("max-steps");
    expect(stats.steps).toBe(20);
    expect(stats.initialLoss).toBe(0.5 * (25 + 16 + 9));
    expect(stats.lastLoss).toBeCloseTo(0.9 ** 38 * 25, 9);
  });

  it("reports every step, with the distance to a reference loss when one is given", async () => {
    const steps: TrainingStep[] = [];
    const objective = noisyQuadratic(0);
    await train(options({ objective, referenceLoss: 10, onStep: (step) => steps.push(step) }));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
    expect(steps[0]).toMatchObject({ loss: 25, excess: 1.5, learningRate: 0.1, steps: 20 });
    expect(steps[0]!.gradientNorm).toBeCloseTo(Math.hypot(5, 4, 3), 12);
    expect(steps[10]!.learningRate).toBeCloseTo(0.05, 12);
    expect(steps.at(-1)!.secondsLeft).toBe(0);
    let excess: number | undefined = 0;
    await train(
      options({
        onStep: (step) => {
          excess = step.excess;
        },
      }),
    );
    expect(excess).toBeUndefined();
  });

  it("does not change the start, nor the gradient an objective may keep", async () => {
    const start = Float64Array.of(5, 5, 5);
    const gradient = Float64Array.of(3, 4, 0);
    const objective: Objective = {
      describe: () => "kept",
      evaluate: () => ({ loss: 1, gradient }),
    };
    await train(options({ start, objective, clipNorm: 1 }));
    expect([...start]).toEqual([5, 5, 5]);
    expect([...gradient]).toEqual([3, 4, 0]);
  });

  it("clips what the optimiser sees, and reports the norm before", async () => {
    const objective: Objective = {
      describe: () => "steep",
      evaluate: () => ({ loss: 1, gradient: Float64Array.of(30, 40, 0) }),
    };
    const norms: number[] = [];
    const { value } = await train(
      options({
        ...{ objective, steps: 1, clipNorm: 5, optimizer: sgd(), schedule: constantSchedule() },
        onStep: ({ gradientNorm }) => norms.push(gradientNorm),
      }),
    );
    expect(norms).toEqual([50]);
    expect([...value]).toEqual([5 - 0.3, 5 - 0.4, 5].map((v) => expect.closeTo(v, 12)));
  });

  it("ends as converged once the gradient is within the tolerance", async () => {
    const run = (gradientTolerance: number) =>
      train(
        options({
          ...{ objective: noisyQuadratic(0), optimizer: sgd(), gradientTolerance },
          ...{ learningRate: 0.5, schedule: constantSchedule(), steps: 100 },
        }),
      );
    // ‖g_k‖ = 0.5^k √50: at most 1e−3 first at k = 13, the 14th step.
    expect(await run(1e-3)).toMatchObject({ status: "converged", stats: { steps: 14 } });
    expect((await run(1e-3)).message).toMatch(/gradient norm 0\.000\d+ is within 0\.001/);
    expect(await run(1e-300)).toMatchObject({ status: "max-steps" });
  });

  it("returns the average of the parameters it went through, beside the last ones", async () => {
    const seen: number[] = [];
    const quadratic = noisyQuadratic();
    const objective: Objective = {
      describe: () => "seen",
      evaluate(parameters, stream) {
        seen.push(parameters[0]!);
        return quadratic.evaluate(parameters, stream);
      },
    };
    const run = (averaging: Averaging) => train(options({ objective, averaging }));
    const { value, average } = await run(tailAverage(0.5));
    const tail = [...seen.slice(11), value[0]!];
    expect(tail.length).toBe(10);
    expect(average![0]).toBeCloseTo(tail.reduce((sum, entry) => sum + entry, 0) / 10, 12);
    expect((await run(exponentialAverage(1e-12))).average![0]).toBeCloseTo(value[0]!, 9);
    expect((await train(options())).average).toBeUndefined();
  });

  it("lets objectives take turns", async () => {
    const turns: number[] = [];
    const objective: StagedObjective = {
      describe: () => "turns",
      at(step) {
        turns.push(step);
        return noisyQuadratic(step < 5 ? 0 : 1);
      },
    };
    const first = await train(options({ objective, steps: 5, schedule: constantSchedule() }));
    const plain = { objective: noisyQuadratic(0), steps: 5, schedule: constantSchedule() };
    expect(first.value).toEqual((await train(options(plain))).value);
    const second = await train(options({ objective, steps: 9, schedule: constantSchedule() }));
    expect(second.value).not.toEqual((await train(options({ ...plain, steps: 9 }))).value);
    expect(turns).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("grows the model before the steps that say so, with the optimiser's memory or without", async () => {
    const run = (keepsOptimizer: boolean, steps: number) =>
      train(
        options({
          ...{ objective: noisyQuadratic(0), optimizer: sgd({ momentum: 0.5 }), steps },
          schedule: constantSchedule(),
          growth: {
            ...{ spec: "one more", keepsOptimizer },
            sourcesAt: (step) => (step === 2 ? Int32Array.of(0, 1, 2, 0) : undefined),
          },
        }),
      );
    const before = await run(true, 2);
    expect(before.value.length).toBe(3);
    // ½ Σ (θ_i − i)²: v ← v/2 + (θ − i), θ ← θ − v/10; the copy starts at θ₀ with target 3.
    const kept = await run(true, 3);
    const reset = await run(false, 3);
    const [x] = before.value;
    const v2 = 0.5 * 5 + (5 - 0.5);
    expect(x).toBeCloseTo(5 - 0.5 - 0.1 * v2, 12);
    expect(kept.value[3]).toBeCloseTo(x! - 0.1 * (0.5 * v2 + (x! - 3)), 12);
    expect(kept.value[0]).toBeCloseTo(x! - 0.1 * (0.5 * v2 + x!), 12);
    expect(reset.value[3]).toBeCloseTo(x! - 0.1 * (x! - 3), 12);
  });

  it("hears a signal while it runs", async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 20);
    const result = await train(options({ steps: 1_000_000_000, signal: controller.signal }));
    clearTimeout(timer);
    expect(result.status).toBe("interrupted");
    expect(result.message).toMatch(/interrupted after step \d+ of 1000000000; no checkpoint/);
  });

  it("does nothing when the signal came before the first step", async () => {
    const result = await train(options({ signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ status: "interrupted", stats: { steps: 0 } });
    expect(result.stats.initialLoss).toBeUndefined();
    expect([...result.value]).toEqual([5, 5, 5]);
  });
});

describe("divergence", () => {
  it("stops at the step it happens, keeps a sound checkpoint and says what to try", async () => {
    const folder = temporaryFolder();
    const result = await train(
      options({
        ...{ objective: noisyQuadratic(0), optimizer: sgd(), schedule: constantSchedule() },
        ...{ learningRate: 11, steps: 100, checkpoint: { folder, every: 2 } },
      }),
    );
    // θ_k − i grows tenfold a step, the loss a hundredfold: beyond 10⁶ times the first at k = 4.
    expect(result).toMatchObject({ status: "diverged", stats: { steps: 4 } });
    expect(result.message).toMatch(/^training diverged at step 5: loss 2\.500e\+9, /);
    expect(result.message).toContain("--lr 1.1");
    expect(result.message).toContain("--clip 1");
    expect(result.message).toContain(`"${checkpointPath(folder)}" is kept`);
    // The last parameters whose loss was in bounds: θ_3.
    expect(result.value[0]).toBeCloseTo(5 * (-10) ** 3, 6);
    const resumed = await train(
      options({
        ...{ objective: noisyQuadratic(0), optimizer: sgd(), schedule: constantSchedule() },
        ...{ learningRate: 11, steps: 4, checkpoint: { folder, every: 2 }, resume: true },
      }),
    );
    expect(resumed).toMatchObject({ status: "max-steps", stats: { steps: 4 } });
  });

  it.each<[string, Objective["evaluate"]]>([
    ["loss", () => ({ loss: Number.NaN, gradient: new Float64Array(3) })],
    ["infinite loss", () => ({ loss: Number.POSITIVE_INFINITY, gradient: new Float64Array(3) })],
    ["gradient", () => ({ loss: 1, gradient: Float64Array.of(0, Number.NaN, 0) })],
    ["result", () => ({ loss: 1, gradient: Float64Array.of(0, 1.7e308, 0) })],
  ])("sees a %s that is not finite at the first step", async (_name, evaluate) => {
    const folder = temporaryFolder();
    const result = await train(
      options({
        objective: { describe: () => "broken", evaluate },
        ...{ optimizer: sgd(), learningRate: 10, checkpoint: { folder, every: 1 } },
      }),
    );
    expect(result).toMatchObject({ status: "diverged", stats: { steps: 0 } });
    expect([...result.value]).toEqual([5, 5, 5]);
    expect(readFileSync(checkpointPath(folder)).length).toBeGreaterThan(0);
  });

  it("does not take rounding for divergence where the first loss is zero", async () => {
    const start = Float64Array.of(0, 1, 2);
    expect(await train(options({ start }))).toMatchObject({ status: "max-steps" });
  });

  it("suggests a smaller clip where one was set", async () => {
    const objective: Objective = {
      describe: () => "broken",
      evaluate: () => ({ loss: Number.NaN, gradient: new Float64Array(3) }),
    };
    const { message } = await train(options({ objective, clipNorm: 5 }));
    expect(message).toContain("a smaller --clip than 5");
  });
});

describe("bad input", () => {
  it.each<[string, Partial<TrainingOptions>, string]>([
    ["no steps", { steps: 0 }, "train: steps must be a positive integer, got 0"],
    ["a rate of NaN", { learningRate: Number.NaN }, "learningRate must be a finite number > 0"],
    ["an infinite rate", { learningRate: Infinity }, "learningRate must be a finite number > 0"],
    ["a clip of 0", { clipNorm: 0 }, "clipNorm must be a finite number > 0, got 0"],
    ["a negative tolerance", { gradientTolerance: -1 }, "gradientTolerance must be"],
    ["a start with NaN", { start: Float64Array.of(1, Number.NaN) }, "start[1] must be a finite"],
    ["resume without a folder", { resume: true }, "checkpoint must be given when resume is set"],
  ])("%s is refused before any work", async (_name, changes, message) => {
    const objective: Objective = {
      describe: () => "must not run",
      evaluate: () => {
        throw new Error("ran");
      },
    };
    const run = train(options({ objective, ...changes }));
    await expect(run).rejects.toThrow(ArgumentError);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses a folder that takes no files, and a checkpoint every 0 steps", async () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "");
    const run = (folder: string, every: number) =>
      train(options({ checkpoint: { folder, every } }));
    await expect(run(path, 1)).rejects.toThrow(
      `checkpoint.folder must be a writable folder, got "${path}" (ENOTDIR)`,
    );
    await expect(run(temporaryFolder(), 0)).rejects.toThrow("checkpoint.every must be a positive");
  });
});
