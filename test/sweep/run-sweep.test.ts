import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readTable } from "../../src/io/table-file.js";
import { restrictedWeights } from "../../src/model/weights.js";
import { writeWeights } from "../../src/model/weights-file.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { mergeShards } from "../../src/sweep/merge-shards.js";
import { parseSweep } from "../../src/sweep/read-sweep.js";
import { runShard } from "../../src/sweep/run-sweep.js";
import { type Shard, WHOLE } from "../../src/sweep/shard.js";
import { ShardLock } from "../../src/sweep/shard-lock.js";
import { openSweep } from "../../src/sweep/sweep.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";

const BIN = fileURLToPath(new URL("../../bin/loopgd.js", import.meta.url));

const QUICK = `
axes:
  dim: [2, 3, 5]
  contextLength: [4, 20, 1e25]
  loops: [1, 2, 3]
where: contextLength > dim or loops < 3
compute: { optimum: [isotropic, untied, saddle] }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-sweep-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openText = (text: string) => openSweep(parseSweep(text, "grid.yaml"));

async function run(text: string, options: { shard?: Shard; threads?: number; out?: string } = {}) {
  const { shard = WHOLE, threads = 2, out = join(folder, "out") } = options;
  return runShard(await openText(text), { out, shard, threads });
}

describe("a sweep", () => {
  it("holds what the engine says, point by point", async () => {
    const { resultsPath, done } = await run(QUICK);
    const table = await readTable(resultsPath);
    expect(done).toBe(26);
    const column = (name: string) => table.get(name)!;
    for (let row = 0; row < done; row++) {
      const [dim, loops] = [column("dim")[row] as number, column("loops")[row] as number];
      const n = column("contextLength")[row] as number;
      const contextLength = n > 1e20 ? 10n ** 25n : n;
      const { stepSize, loss } = isotropicOptimum({ dim, contextLength, loops });
      expect(column("loss")[row]).toBe(loss.toNumber());
      expect(column("stepSize")[row]).toBe(stepSize.toNumber());
      expect(column("untiedLoss")[row] as number).toBeLessThanOrEqual(loss.toNumber());
    }
    // Far below the doubles' resolution at 1, and yet with all its digits: against sixty.
    for (const [row, n] of column("contextLength").entries()) {
      if (n !== 1e25) continue;
      const [dim, loops] = [column("dim")[row] as number, column("loops")[row] as number];
      const { stepSize } = isotropicOptimum({ dim, loops, contextLength: 10n ** 25n, digits: 60 });
      const deviation = stepSize.midpoint.minus(Rational.of(1n)).absolute().toNumber();
      const relative = (column("stepSizeDeviation")[row] as number) / deviation;
      expect(relative).toBeCloseTo(1, 15);
    }
  });

  it("gives the same bytes for any threads and any shards", async () => {
    const one = await run(QUICK, { threads: 1, out: join(folder, "one") });
    const two = await run(QUICK, { threads: 2, out: join(folder, "two") });
    expect(readFileSync(one.resultsPath).equals(readFileSync(two.resultsPath))).toBe(true);
    for (const index of [3, 1, 2]) {
      await run(QUICK, { shard: { index, count: 3 }, out: join(folder, "three") });
    }
    const sweep = await openText(QUICK);
    const whole = await mergeShards(join(folder, "one"), sweep);
    const parts = await mergeShards(join(folder, "three"), sweep);
    expect(readFileSync(parts.resultsPath!).equals(readFileSync(whole.resultsPath!))).toBe(true);
  });

  it("names the shards that are missing, unfinished or not sound", async () => {
    const out = join(folder, "out");
    await run(QUICK, { shard: { index: 1, count: 3 } });
    await run(QUICK, { shard: { index: 3, count: 3 } });
    const broken = join(out, "shards", "3-of-3", "results.parquet");
    const bytes = readFileSync(broken);
    bytes[Math.floor(bytes.length / 3)]! ^= 1;
    writeFileSync(broken, bytes);
    const { missing, resultsPath } = await mergeShards(out, await openText(QUICK));
    expect(resultsPath).toBeNull();
    expect(missing.map(({ shard }) => shard)).toEqual(["2/3", "3/3"]);
    expect(missing[0]!.reason).toBe("not begun");
    expect(missing[1]!.reason).toMatch(/not sound/);

    const again = await run(QUICK, { shard: { index: 3, count: 3 } });
    expect(again.setAside).toEqual([`${broken}.corrupt`]);
    expect(again.computed).toBe(8);
  });

  it("computes a point that fails, and the others", async () => {
    // Five hundred loops are beyond the exact moments; 1e-300 of noise and huge n give no failure.
    const { resultsPath, failures, done } = await run(`
axes: { dim: [2], contextLength: [20], loops: [1, 500] }
compute: { optimum: [isotropic, untied] }
`);
    const table = await readTable(resultsPath);
    expect([done, failures]).toEqual([2, 0]);
    expect(table.get("loss")![0]).toBeCloseTo(0.260869565, 8);
    expect(table.get("loss")![1]).toBeNull();
    expect(table.get("note")![1]).toMatch(/isotropic: .*256 loops/);
  });

  it("drops a point that takes too long and goes on", async () => {
    const { resultsPath, failures } = await run(`
axes: { dim: [2, 4], contextLength: [30], loops: [1, 200] }
compute: { optimum: [isotropic, untied] }
limits: { seconds: 0.25 }
`);
    const table = await readTable(resultsPath);
    expect(failures).toBe(2);
    expect(table.get("failure")).toEqual([
      null,
      "it took longer than 0.25 s",
      null,
      "it took longer than 0.25 s",
    ]);
    expect(table.get("loss")![0]).not.toBeNull();
  });

  it("computes failed points again when asked to, and keeps count of them", async () => {
    const slow = `
axes: { dim: [2, 4], contextLength: [30], loops: [1, 24] }
compute: { optimum: [isotropic, untied] }
limits: { seconds: 0.001 }
`;
    const out = join(folder, "out");
    const first = await run(slow);
    expect(first.failures).toBeGreaterThan(0);
    const same = await run(slow);
    expect([same.computed, same.failures]).toEqual([0, first.failures]);
    const sweep = await openText(slow.replace("0.001", "60"));
    const options = { out, shard: WHOLE, threads: 2, retryFailures: true };
    const again = await runShard(sweep, options);
    expect([again.computed, again.failures]).toEqual([first.failures, 0]);
    const whole = await run(slow.replace("0.001", "60"), { out: join(folder, "whole") });
    expect(readFileSync(again.resultsPath).equals(readFileSync(whole.resultsPath))).toBe(true);
  });

  it("keeps what is in the table when it was ended between writing it and removing the parts", async () => {
    const out = join(folder, "out");
    const { resultsPath } = await run(QUICK);
    const bytes = readFileSync(resultsPath);
    const cells = JSON.stringify({ loss: -1 });
    const line = { point: 4, cells, crc: crc32(`4:${cells}`) };
    writeFileSync(join(out, "shards", "1-of-1", "part-000002.jsonl"), `${JSON.stringify(line)}\n`);
    const again = await run(QUICK);
    expect([again.status, again.computed]).toEqual(["complete", 0]);
    const [before, after] = [await readTable(resultsPath), again.resultsPath];
    const loss = (await readTable(after)).get("loss")!;
    expect(loss[4]).toBe(-1);
    expect(loss.filter((value) => value === null)).toEqual([]);
    expect(before.get("point")).toHaveLength(26);
    expect(bytes.equals(readFileSync(after))).toBe(false);
  });

  it("ends when its lock was taken away while it was silent", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const lock = ShardLock.acquire(folder);
      vi.advanceTimersByTime(20_000);
      lock.requireHeld();
      const path = join(folder, "lock");
      writeFileSync(path, readFileSync(path, "utf8").replace(/"token":"[^"]*"/, '"token":"other"'));
      vi.advanceTimersByTime(20_000);
      expect(() => lock.requireHeld()).toThrow(/another process took over/);
      lock.release();
      expect(existsSync(path)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("leaves the lock of a live process elsewhere alone, and takes that of one long silent", () => {
    const path = join(folder, "lock");
    writeFileSync(path, JSON.stringify({ token: "t", host: "elsewhere", pid: 1, started: "" }));
    expect(() => ShardLock.acquire(folder)).toThrow(/held by process 1 on elsewhere/);
    const past = new Date(Date.now() - 300_000);
    utimesSync(path, past, past);
    ShardLock.acquire(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is refused in the folder of another, with the difference", async () => {
    await run(QUICK);
    await expect(run(QUICK.replace("[2, 3, 5]", "[2, 3]"))).rejects.toThrow(
      /holds another: axes\.dim is \[2,3,5\] there and \[2,3\] here/,
    );
    // How long a point may take is no part of what it is.
    const again = await run(`${QUICK}limits: { seconds: 30 }\n`);
    expect(again.computed).toBe(0);
  });

  it("is refused while another process has the shard", async () => {
    const sweep = await openText(QUICK);
    const out = join(folder, "out");
    const first = runShard(sweep, { out, shard: WHOLE, threads: 1 });
    await expect(runShard(sweep, { out, shard: WHOLE, threads: 1 })).rejects.toThrow(
      new RegExp(`held by process ${process.pid}`),
    );
    await first;
    expect(existsSync(join(out, "shards", "1-of-1", "lock"))).toBe(false);
  });

  it("goes on after an interruption without repeating a point", async () => {
    const sweep = await openText(QUICK);
    const out = join(folder, "out");
    const controller = new AbortController();
    const options = { out, shard: WHOLE, threads: 1 };
    const first = await runShard(sweep, {
      ...options,
      signal: controller.signal,
      onProgress: ({ computed }) => {
        if (computed === 7) controller.abort();
      },
    });
    expect([first.status, first.done]).toEqual(["interrupted", 7]);
    const second = await runShard(sweep, options);
    expect([second.status, second.computed]).toEqual(["complete", 19]);
    const whole = await run(QUICK, { out: join(folder, "whole") });
    expect(readFileSync(second.resultsPath).equals(readFileSync(whole.resultsPath))).toBe(true);
  });

  it("goes on after kill −9, past a torn line and a stale lock", async () => {
    const file = join(folder, "slow.yaml");
    const out = join(folder, "out");
    writeFileSync(
      file,
      "axes: { dim: 4, contextLength: {from: 5, to: 60}, loops: [9, 10, 11, 12] }\ncompute: { optimum: [isotropic, untied] }\n",
    );
    const child = spawn(process.execPath, [BIN, "sweep", file, "--out", out, "--quiet"]);
    const open = join(out, "shards", "1-of-1", "open.jsonl");
    while (!existsSync(open) || readFileSync(open, "utf8").split("\n").length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    const kept = readFileSync(open, "utf8").split("\n").length - 1;
    writeFileSync(open, `{"point": 3, "ce`, { flag: "a" });
    const again = await runShard(await openText(readFileSync(file, "utf8")), {
      out,
      shard: WHOLE,
      threads: 2,
    });
    expect([again.status, again.done, again.computed]).toEqual(["complete", 224, 224 - kept]);
    expect(readdirSync(join(out, "shards", "1-of-1"))).toEqual(["results.parquet"]);
  });

  it("sets a part with a changed digit aside and computes its points again", async () => {
    const sweep = await openText(QUICK);
    const out = join(folder, "out");
    const controller = new AbortController();
    const options = { out, shard: WHOLE, threads: 1 };
    await runShard(sweep, {
      ...options,
      signal: controller.signal,
      onProgress: ({ computed }) => computed === 7 && controller.abort(),
    });
    const open = join(out, "shards", "1-of-1", "open.jsonl");
    const changed = readFileSync(open, "utf8").replace(
      /(loss\\":)(\d)/,
      (_, name: string, digit: string) => `${name}${(Number(digit) + 1) % 10}`,
    );
    writeFileSync(open, changed);
    const again = await runShard(sweep, options);
    const aside = join(out, "shards", "1-of-1", "part-000001.jsonl.corrupt");
    expect(again.setAside).toEqual([aside]);
    expect(again.computed).toBe(26);
  });
});

describe("what a sweep computes", () => {
  it("claims: verdicts at the points of the axes", async () => {
    const { resultsPath, failures } = await run(`
axes: { dim: [2, 10], contextLength: [20, 1e25], loops: [1, 3] }
compute: { claims: global-minimiser-within-paper-bound }
`);
    const table = await readTable(resultsPath);
    expect(failures).toBe(0);
    const verdicts = table.get("global-minimiser-within-paper-bound.verdict")!;
    // c < 1 from n = 64 L² d⁴ 8^{4L}: 4·10⁶ and 2.6·10⁹ for one loop, 6·10¹⁴ and 4·10¹⁷ for three.
    expect(verdicts).toEqual([
      "vacuous",
      "vacuous",
      "holds",
      "holds",
      "vacuous",
      "vacuous",
      "holds",
      "holds",
    ]);
  });

  it("training: the excess over the optimum, once per seed", async () => {
    const { resultsPath, failures } = await run(`
axes: { dim: 3, contextLength: 10, loops: 2, steps: 40, batch: 64, seed: [0, 1] }
compute: train
`);
    const table = await readTable(resultsPath);
    expect(failures).toBe(0);
    const [first, second] = table.get("trainedExcess") as number[];
    expect(first).not.toBe(second);
    for (const excess of [first!, second!]) expect(excess).toBeGreaterThan(-0.05);
    expect(["trace", "traceless", "antisymmetric"]).toContain(table.get("slowMode")![0]);
  });

  it("identification: gradient descent, at contexts it was not trained for too", async () => {
    const path = join(folder, "gd.safetensors");
    const [dim, contextLength, loops] = [3, 10, 2];
    const { stepSize } = isotropicOptimum({ dim, contextLength, loops });
    const preconditioner = Matrix.eye(dim).mul(stepSize.toNumber());
    writeWeights(path, {
      weights: restrictedWeights(preconditioner),
      ...{ contextLength, loops, noiseVariance: 0, covariance: Matrix.eye(dim) },
    });
    const { resultsPath, failures } = await run(`
axes: { contextLength: [10, 200] }
compute: [{ identify: ${path} }, { compare: ${path} }]
`);
    const table = await readTable(resultsPath);
    expect(failures).toBe(0);
    expect(table.get("identity")![0]).toBe("identified");
    expect(table.get("algorithms")![0]).toContain("gradient-descent");
    expect(table.get("nearestDistance")![0] as number).toBeLessThan(1e-9);
    expect(table.get("weightsExcess")![0] as number).toBeCloseTo(0, 9);
    // With 200 examples a step that was best for 10 is far from what any of them does.
    expect(table.get("weightsExcess")![1] as number).toBeGreaterThan(1);
  });
});
