import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { JsonLinesWriter, readJsonLines } from "../../src/io/json-lines.js";
import { checkpointPath, previousCheckpointPath } from "../../src/training/checkpoint.js";
import { MetricsWriter, readMetrics } from "../../src/training/metrics.js";
import { constantSchedule } from "../../src/training/schedule.js";
import { train } from "../../src/training/train.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { options } from "./noisy-quadratic.js";

/** Bytes the disk still takes, and takes at once. */
const disk = vi.hoisted(() => ({ room: Infinity, portion: Infinity }));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const full = () => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  return {
    ...fs,
    // A full disk takes what fits and says so, and refuses the next byte.
    writeSync(descriptor: number, bytes: Uint8Array, offset = 0) {
      if (disk.room === 0) throw full();
      const length = Math.min(disk.room, disk.portion, bytes.length - offset);
      disk.room -= length;
      return fs.writeSync(descriptor, bytes, offset, length);
    },
  };
});

afterEach(() => {
  disk.room = Infinity;
  disk.portion = Infinity;
});

describe("a disk that fills up", () => {
  it.each([0, 1, 100, 1000])(
    "after %i bytes of a checkpoint leaves the earlier ones, from which the run resumes",
    async (room) => {
      const folder = temporaryFolder();
      const checkpoint = { folder, every: 5 };
      const whole = await train(options());
      const before: Buffer[] = [];
      const run = train(
        options({
          checkpoint,
          onStep({ step }) {
            if (step !== 15) return;
            before.push(readFileSync(checkpointPath(folder)));
            disk.room = room;
          },
        }),
      );
      await expect(run).rejects.toThrow(/\(ENOSPC\)/);
      disk.room = Infinity;
      expect(readFileSync(checkpointPath(folder)).equals(before[0]!)).toBe(true);
      const names = ["checkpoint.previous.safetensors", "checkpoint.safetensors"];
      expect(readdirSync(folder).sort()).toEqual(names);
      expect(existsSync(previousCheckpointPath(folder))).toBe(true);
      const steps: number[] = [];
      const onStep = ({ step }: { step: number }) => steps.push(step);
      const resumed = await train(options({ checkpoint, resume: true, onStep }));
      expect(steps[0]).toBe(11);
      expect(resumed.value).toEqual(whole.value);
    },
  );

  it.each([0, 1, 29])("after %i bytes of a line leaves the lines before it, unharmed", (room) => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    const writer = new JsonLinesWriter("train", path);
    writer.write({ step: 1, loss: 0.123456789 });
    disk.room = room;
    expect(() => writer.write({ step: 2, loss: 0.123456789 })).toThrow(/ENOSPC/);
    disk.room = Infinity;
    expect(readFileSync(path, "utf8").endsWith("}\n")).toBe(true);
    writer.write({ step: 2, loss: 0.5 });
    writer.close();
    expect(readJsonLines(path)).toEqual([
      { step: 1, loss: 0.123456789 },
      { step: 2, loss: 0.5 },
    ]);
  });

  it("that takes a line in parts gets all of them", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    const writer = new JsonLinesWriter("train", path);
    disk.portion = 5;
    writer.write({ step: 1, loss: 0.25 });
    writer.write({ step: 2, loss: 0.25 });
    writer.close();
    expect(readJsonLines(path).map(({ step }) => step)).toEqual([1, 2]);
  });

  it("while metrics are compacted leaves every record where it was", async () => {
    const folder = temporaryFolder();
    const writer = await MetricsWriter.open(folder, false);
    const history = Array.from({ length: 40 }, (_, i) => ({
      ...{ step: i + 1, loss: 1 / (i + 1), gradientNorm: 1, learningRate: 0.1 },
    }));
    for (const record of history) writer.append(record);
    disk.room = 300;
    expect(() => writer.close(history)).toThrow(/ENOSPC/);
    disk.room = Infinity;
    expect(readdirSync(folder)).toEqual(["metrics.jsonl"]);
    expect(await readMetrics(folder)).toEqual(history);
  });

  it("is met at the first step that has to be saved, not before", async () => {
    disk.room = 0;
    const checkpoint = { folder: temporaryFolder(), every: 5 };
    const run = train(options({ checkpoint, schedule: constantSchedule() }));
    await expect(run).rejects.toThrow(/ENOSPC/);
    disk.room = Infinity;
    expect(readdirSync(checkpoint.folder)).toEqual([]);
  });
});
