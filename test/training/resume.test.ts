import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { parseAveraging } from "../../src/training/averaging.js";
import { checkpointPath, previousCheckpointPath } from "../../src/training/checkpoint.js";
import { parseOptimizer } from "../../src/training/parse-optimizer.js";
import { constantSchedule } from "../../src/training/schedule.js";
import { sgd } from "../../src/training/sgd.js";
import type { Growth } from "../../src/training/staging/growth.js";
import { parseStop } from "../../src/training/stopping/parse-stop.js";
import { train } from "../../src/training/train.js";
import type { TrainingOptions } from "../../src/training/training-options.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { checkAsyncProperty, testStream } from "../seed.js";
import { abortAt, noisyQuadratic, options } from "./noisy-quadratic.js";

/** From three parameters to five before step 7, and to six before step 12. */
function growth(keepsOptimizer: boolean): Growth {
  const sources: Record<number, number[]> = { 7: [0, 1, 1, 2, 0], 12: [0, 1, 2, 3, 4, 4] };
  return {
    spec: `doubling, optimizer ${keepsOptimizer}`,
    keepsOptimizer,
    sourcesAt: (step) => (step in sources ? Int32Array.from(sources[step]!) : undefined),
  };
}

describe("resuming", () => {
  const bits = (vector: Float64Array) => Buffer.from(vector.buffer).toString("hex");

  it("equals a run that was not interrupted, bit for bit, wherever it was cut", async () => {
    const setting = fc.record({
      spec: fc.constantFrom("adam", "adamw:0.1", "sgd", "sgd:0.9", "nesterov:0.5"),
      cut: fc.integer({ min: 1, max: 19 }),
      every: fc.integer({ min: 1, max: 25 }),
      clipNorm: fc.constantFrom(undefined, 1),
      average: fc.constantFrom(undefined, "ema:0.9", "tail:0.5"),
      grows: fc.constantFrom(undefined, true, false),
    });
    await checkAsyncProperty(
      fc.asyncProperty(setting, async ({ spec, cut, every, clipNorm, average, grows }) => {
        const shared = {
          optimizer: parseOptimizer(spec),
          ...(clipNorm !== undefined && { clipNorm }),
          ...(average !== undefined && { averaging: parseAveraging(average) }),
          ...(grows !== undefined && { growth: growth(grows) }),
        };
        const whole = await train(options(shared));
        const checkpoint = { folder: temporaryFolder(), every };
        const first = await train(options({ ...shared, checkpoint, ...abortAt(cut) }));
        expect(first).toMatchObject({ status: "interrupted", stats: { steps: cut } });
        expect(first.message).toContain(checkpointPath(checkpoint.folder));
        const second = await train(options({ ...shared, checkpoint, resume: true }));
        expect(second).toMatchObject({ status: "max-steps", stats: { steps: 20 } });
        expect(bits(second.value)).toBe(bits(whole.value));
        expect(second.value.length).toBe(grows === undefined ? 3 : 6);
        expect(second.average).toEqual(whole.average);
        expect(second.average === undefined).toBe(average === undefined);
        expect(second.stats.initialLoss).toBe(whole.stats.initialLoss);
        expect(second.stats.lastLoss).toBe(whole.stats.lastLoss);
      }),
      { numRuns: 20 },
    );
  });

  it("stops where an uninterrupted run stops, wherever it was cut, and stays stopped", async () => {
    const shared = {
      ...{ steps: 400, schedule: constantSchedule(), optimizer: sgd() },
      ...{ objective: noisyQuadratic(1), stop: { rules: [parseStop("plateau:20")], from: 7 } },
    };
    const whole = await train(options(shared));
    expect(whole.status).toBe("converged");
    // Windows of 20 begin after step 7.
    expect((whole.stats.steps - 7) % 20).toBe(0);
    expect(whole.message).toMatch(/^training stopped after step \d+: a plateau: over the last two/);
    for (const cut of [3, 7, 8, 30, whole.stats.steps - 1]) {
      const checkpoint = { folder: temporaryFolder(), every: 1000 };
      const aborted = abortAt(cut, shared.objective);
      await train(options({ ...shared, ...aborted, checkpoint }));
      for (const _again of [1, 2]) {
        const resumed = await train(options({ ...shared, checkpoint, resume: true }));
        expect(resumed).toMatchObject({ status: "converged", message: whole.message });
        expect(resumed.stats.steps).toBe(whole.stats.steps);
        expect(bits(resumed.value)).toBe(bits(whole.value));
      }
    }
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
    ["averaging", { averaging: parseAveraging("ema:0.9") }],
    ["stop", { stop: { rules: [parseStop("plateau:20")] } }],
    ["gradientTolerance", { gradientTolerance: 1 }],
    ["growth", { growth: growth(true) }],
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
    writeSafetensors(checkpointPath(folder), new Map([...tensors, ["mystery", short]]), metadata);
    await expect(train(options({ checkpoint, resume: true }))).rejects.toThrow(
      /parts of a checkpoint, got "mystery"/,
    );
  });

  it.each(["average", "stop.0"])("refuses a checkpoint that lacks its %s", async (name) => {
    const checkpoint = { folder: temporaryFolder(), every: 100 };
    const shared = {
      ...{ checkpoint, averaging: parseAveraging("ema:0.9") },
      stop: { rules: [parseStop("plateau:20")] },
    };
    await train(options(shared));
    const { tensors, metadata } = readSafetensors(checkpointPath(checkpoint.folder));
    const rest = new Map([...tensors].filter(([key]) => key !== name));
    writeSafetensors(checkpointPath(checkpoint.folder), rest, metadata);
    await expect(train(options({ ...shared, resume: true }))).rejects.toThrow(
      /must be a whole checkpoint of this run, got 3 parameters, [01] stop rules, (no|an) average$/,
    );
  });
});
