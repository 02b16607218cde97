import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { adam } from "../../src/training/adam.js";
import { checkpointPath, previousCheckpointPath } from "../../src/training/checkpoint.js";
import type { Objective } from "../../src/training/objective.js";
import { parseOptimizer } from "../../src/training/parse-optimizer.js";
import { constantSchedule, cosineSchedule } from "../../src/training/schedule.js";
import { sgd } from "../../src/training/sgd.js";
import { type TrainingOptions, type TrainingStep, train } from "../../src/training/train.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { checkAsyncProperty, testStream } from "../seed.js";

/** ½ Σ (θ_i − i)² with a noisy gradient: minimum at (0, 1, 2, …). */
function noisyQuadratic(noise = 0.1): Objective {
  return {
    describe: () => `quadratic with noise ${noise}`,
    evaluate(parameters, stream) {
      const distances = parameters.map((value, i) => value - i);
      return {
        loss: 0.5 * distances.reduce((sum, distance) => sum + distance ** 2, 0),
        gradient: distances.map((distance) => distance + noise * stream.normal()),
      };
    },
  };
}

function options(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    objective: noisyQuadratic(),
    start: Float64Array.of(5, 5, 5),
    steps: 20,
    optimizer: adam(),
    learningRate: 0.1,
    schedule: cosineSchedule(),
    stream: testStream("train"),
    ...changes,
  };
}

/** A signal that fires in the middle of the given step. */
function abortAt(step: number, objective: Objective = noisyQuadratic()) {
  const controller = new AbortController();
  let evaluations = 0;
  const aborting: Objective = {
    describe: () => objective.describe(),
    evaluate(parameters, stream) {
      evaluations += 1;
      if (evaluations === step) controller.abort();
      return objective.evaluate(parameters, stream);
    },
  };
  return { objective: aborting, signal: controller.signal };
}

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
    expect(await run(1e-300)).toMatchObject({ status: "max-steps" });
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

describe("resuming", () => {
  const bits = (vector: Float64Array) => Buffer.from(vector.buffer).toString("hex");

  it("equals a run that was not interrupted, bit for bit, wherever it was cut", async () => {
    const setting = fc.record({
      spec: fc.constantFrom("adam", "adamw:0.1", "sgd", "sgd:0.9", "nesterov:0.5"),
      cut: fc.integer({ min: 1, max: 19 }),
      every: fc.integer({ min: 1, max: 25 }),
      clipNorm: fc.constantFrom(undefined, 1),
    });
    await checkAsyncProperty(
      fc.asyncProperty(setting, async ({ spec, cut, every, clipNorm }) => {
        const shared = {
          optimizer: parseOptimizer(spec),
          ...(clipNorm !== undefined && { clipNorm }),
        };
        const whole = await train(options(shared));
        const checkpoint = { folder: temporaryFolder(), every };
        const first = await train(options({ ...shared, checkpoint, ...abortAt(cut) }));
        expect(first).toMatchObject({ status: "interrupted", stats: { steps: cut } });
        expect(first.message).toContain(checkpointPath(checkpoint.folder));
        const second = await train(options({ ...shared, checkpoint, resume: true }));
        expect(second).toMatchObject({ status: "max-steps", stats: { steps: 20 } });
        expect(bits(second.value)).toBe(bits(whole.value));
        expect(second.stats.initialLoss).toBe(whole.stats.initialLoss);
        expect(second.stats.lastLoss).toBe(whole.stats.lastLoss);
      }),
      { numRuns: 15 },
    );
  });

  it("continues from the last checkpoint of a run that was killed", async () => {
    const checkpoint = { folder: temporaryFolder(), every: 4 };
    const killed = train(
      options({
        checkpoint,
        onStep: ({ step }) => {
          if (step === 11) throw new Error("killed");
        },
      }),
    );
    await expect(killed).rejects.toThrow("killed");
    const steps: number[] = [];
    const resumed = await train(
      options({ checkpoint, resume: true, onStep: ({ step }) => steps.push(step) }),
    );
    expect(steps[0]).toBe(9);
    expect(bits(resumed.value)).toBe(bits((await train(options())).value));
  });

  it("prolongs a run whose schedule does not depend on its length", async () => {
    const checkpoint = { folder: temporaryFolder(), every: 100 };
    const constant = { schedule: constantSchedule() };
    await train(options({ ...constant, checkpoint, steps: 7 }));
    const prolonged = await train(options({ ...constant, checkpoint, resume: true }));
    expect(bits(prolonged.value)).toBe(bits((await train(options(constant))).value));
  });

  it("has nothing left to do after the last step", async () => {
    const checkpoint = { folder: temporaryFolder(), every: 100 };
    const whole = await train(options({ checkpoint }));
    const again = await train(options({ checkpoint, resume: true }));
    expect(again).toMatchObject({ status: "max-steps", stats: { steps: 20 } });
    expect(bits(again.value)).toBe(bits(whole.value));
  });

  it.each<[string, Partial<TrainingOptions>]>([
    ["objective", { objective: noisyQuadratic(0.2) }],
    ["optimizer", { optimizer: sgd() }],
    ["learningRate", { learningRate: 0.2 }],
    ["schedule", { steps: 30 }],
    ["clipNorm", { clipNorm: 1 }],
    ["stream", { stream: testStream("another") }],
    ["parameters", { start: new Float64Array(4) }],
  ])("refuses a checkpoint of a run with another %s, by name", async (name, changes) => {
    const checkpoint = { folder: temporaryFolder(), every: 100 };
    await train(options({ checkpoint }));
    const resumed = train(options({ ...changes, checkpoint, resume: true }));
    await expect(resumed).rejects.toThrow(ArgumentError);
    await expect(resumed).rejects.toThrow(
      new RegExp(`^readCheckpoint: ${name} of ".*" must be .*as in this run, got "[^"]*"$`),
    );
  });

  it("refuses a damaged checkpoint and names the sound one before it", async () => {
    const folder = temporaryFolder();
    const checkpoint = { folder, every: 10 };
    const whole = await train(options({ checkpoint }));
    const path = checkpointPath(folder);
    truncateSync(path, readFileSync(path).length - 8);
    const resume = () => train(options({ checkpoint, resume: true }));
    const previous = previousCheckpointPath(folder);
    await expect(resume()).rejects.toThrow(`the one before it, "${previous}", is sound`);
    copyFileSync(previous, path);
    expect(bits((await resume()).value)).toBe(bits(whole.value));
  });

  it("refuses an absent or foreign checkpoint, and names no other that is not sound", async () => {
    const folder = temporaryFolder();
    const path = checkpointPath(folder);
    const resume = () => train(options({ checkpoint: { folder, every: 10 }, resume: true }));
    await expect(resume()).rejects.toThrow(/\(ENOENT\)$/);
    writeFileSync(previousCheckpointPath(folder), "junk that is longer than eight bytes");
    writeSafetensors(path, new Map([["A", { shape: [1], data: Float64Array.of(1) }]]));
    await expect(resume()).rejects.toThrow(
      /the schema of .* loopgd\.checkpoint\/1, got no schema$/,
    );
  });

  it.each([
    ["a step that is no number", { step: "many" }, /the step of/],
    ["no losses", { initialLoss: "" }, /initialLoss|lastLoss/],
    ["options that are no JSON", { options: "{" }, /the options of .* a JSON object/],
  ])("refuses a checkpoint with %s", async (_name, changes, message) => {
    const folder = temporaryFolder();
    const checkpoint = { folder, every: 100 };
    await train(options({ checkpoint, steps: 20 }));
    const { readSafetensors } = await import("../../src/io/safetensors.js");
    const { tensors, metadata } = readSafetensors(checkpointPath(folder));
    const altered: Record<string, string> = { ...metadata, ...changes };
    if (altered.initialLoss === "") delete altered.initialLoss;
    writeSafetensors(checkpointPath(folder), tensors, altered);
    await expect(train(options({ checkpoint, resume: true }))).rejects.toThrow(message);
  });

  it("refuses a checkpoint whose optimiser is of another size", async () => {
    const folder = temporaryFolder();
    const checkpoint = { folder, every: 100 };
    await train(options({ checkpoint }));
    const { readSafetensors } = await import("../../src/io/safetensors.js");
    const { tensors, metadata } = readSafetensors(checkpointPath(folder));
    const short = { shape: [1], data: Float64Array.of(1) };
    writeSafetensors(
      checkpointPath(folder),
      new Map([...tensors, ["optimizer.first", short]]),
      metadata,
    );
    await expect(train(options({ checkpoint, resume: true }))).rejects.toThrow(
      /tensor "optimizer\.first" .* 3 entries, got 1 entries/,
    );
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
