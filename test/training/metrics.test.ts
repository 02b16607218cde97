import { appendFileSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MetricsWriter, readMetrics } from "../../src/training/metrics.js";
import type { StepRecord } from "../../src/training/training-run.js";
import { temporaryFolder } from "../io/temporary-folder.js";

const record = (step: number): StepRecord => ({
  step,
  loss: 1 / step,
  gradientNorm: Math.PI * step,
  learningRate: 0.1,
});
const records = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i));

/** Records steps into a folder, as a run that is killed before it ends. */
async function runKilled(folder: string, from: number, to: number, resume: boolean) {
  const writer = await MetricsWriter.open(folder, resume);
  for (const step of records(from, to)) writer.append(step);
  writer.close();
}

describe("the metrics of a run folder", () => {
  it("are lines while it runs and a table once it has ended", async () => {
    const folder = temporaryFolder();
    expect(await readMetrics(folder)).toEqual([]);
    const writer = await MetricsWriter.open(folder, false);
    for (const step of records(1, 5)) {
      writer.append(step);
      expect((await readMetrics(folder)).length).toBe(step.step);
    }
    expect(readdirSync(folder)).toEqual(["metrics.jsonl"]);
    writer.close(records(1, 5));
    expect(readdirSync(folder)).toEqual(["metrics.parquet"]);
    expect(await readMetrics(folder)).toEqual(records(1, 5));
  });

  it("hold the penalty of a run that has one", async () => {
    const folder = temporaryFolder();
    const penalised = records(1, 4).map((step) => ({ ...step, penalty: 0.1 * step.step }));
    const writer = await MetricsWriter.open(folder, false);
    for (const step of penalised) writer.append(step);
    expect(await readMetrics(folder)).toEqual(penalised);
    writer.close(penalised);
    expect(await readMetrics(folder)).toEqual(penalised);
  });

  it("are compacted on resumption, without what the checkpoint does not have", async () => {
    const folder = temporaryFolder();
    await runKilled(folder, 1, 8, false);
    await runKilled(folder, 6, 9, true);
    expect(readdirSync(folder).sort()).toEqual(["metrics.jsonl", "metrics.parquet"]);
    expect(await readMetrics(folder)).toEqual(records(1, 9));
    const writer = await MetricsWriter.open(folder, true);
    expect(writer.recordsBefore(4)).toEqual(records(1, 3));
    writer.append({ ...record(4), loss: 7 });
    expect(await readMetrics(folder)).toEqual([...records(1, 3), { ...record(4), loss: 7 }]);
    writer.close();
  });

  it("of a run that begins anew take nothing over", async () => {
    const folder = temporaryFolder();
    await runKilled(folder, 1, 8, false);
    await runKilled(folder, 6, 9, true);
    await runKilled(folder, 1, 2, false);
    expect(await readMetrics(folder)).toEqual(records(1, 2));
  });

  // Each state is one that a kill can leave between two operations on files.
  it.each<[string, (folder: string) => void, number]>([
    [
      "within a line",
      (folder) => appendFileSync(join(folder, "metrics.jsonl"), '{"step":9,"lo'),
      8,
    ],
    [
      "before the table is renamed into place",
      (folder) => writeFileSync(join(folder, ".metrics.parquet.1.1.tmp"), "PAR1 and half a tab"),
      8,
    ],
    [
      "after the table is in place, with the lines still there",
      (folder) => cpSync(join(folder, "table"), join(folder, "metrics.parquet")),
      8,
    ],
    [
      "after the lines are gone",
      (folder) => {
        cpSync(join(folder, "table"), join(folder, "metrics.parquet"));
        rmSync(join(folder, "metrics.jsonl"));
      },
      5,
    ],
  ])(
    "of a run killed %s are whole, and so is the run resumed from it",
    async (_stage, kill, last) => {
      const folder = temporaryFolder();
      // What compaction on resumption from a checkpoint at step 5 would put in place.
      await runKilled(folder, 1, 5, false);
      const writer = await MetricsWriter.open(folder, true);
      writer.close(records(1, 5));
      cpSync(join(folder, "metrics.parquet"), join(folder, "table"));
      await runKilled(folder, 1, 8, false);
      kill(folder);
      expect(await readMetrics(folder)).toEqual(records(1, last));
      await runKilled(folder, 6, 12, true);
      expect(await readMetrics(folder)).toEqual(records(1, 12));
      expect(existsSync(join(folder, "metrics.jsonl"))).toBe(true);
    },
  );
});
