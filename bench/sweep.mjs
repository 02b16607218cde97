// @ts-check
// What a sweep takes: `node bench/sweep.mjs`, parts `points`, `overhead`, `workers`, `plan`, `memory`,
// `merge`; `--update` writes the block in docs/benchmarks.md. Exit 1 when a limit is exceeded.
//
// "memory" and "merge" write results that were computed once, since what is measured is their handling.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTable, writeTable } from "../dist/src/io/table-file.js";
import { mergeShards } from "../dist/src/sweep/merge-shards.js";
import { parseSweep } from "../dist/src/sweep/read-sweep.js";
import { runShard } from "../dist/src/sweep/run-sweep.js";
import { shardName, WHOLE } from "../dist/src/sweep/shard.js";
import { openSweep } from "../dist/src/sweep/sweep.js";
import { reportBenchmark } from "./report.mjs";

const TEN_THOUSAND = `
axes: { dim: {from: 1, to: 20}, contextLength: {from: 1, to: 100}, loops: {from: 1, to: 5} }
compute: { optimum: [isotropic, untied, paperBound] }
`;
const COSTLY = `
axes: { dim: {from: 1, to: 10}, contextLength: {from: 1, to: 20}, loops: [9, 10] }
compute: { optimum: [isotropic, untied] }
`;
const CHEAP = `
axes: { dim: {from: 1, to: 100}, contextLength: {from: 1, to: 100}, loops: 1 }
compute: { optimum: [isotropic] }
`;
const MILLION = `
axes: { dim: {from: 1, to: 100}, contextLength: {from: 1, to: 10000}, loops: 1 }
compute: { optimum: [isotropic, paperBound] }
where: contextLength > 0
`;

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "loopgd-bench-sweep-"));
let runs = 0;

const open = (/** @type {string} */ text) => openSweep(parseSweep(text, "bench.yaml"));

/** Seconds of a sweep from its first result on, threads started. */
async function secondsOf(/** @type {string} */ text, /** @type {number} */ threads) {
  runs += 1;
  const sweep = await open(text);
  let first = Number.NaN;
  let done = 0;
  await runShard(sweep, {
    ...{ out: join(folder, `run-${runs}`), shard: WHOLE, threads },
    onProgress: () => {
      done += 1;
      if (done === 1) first = performance.now();
    },
  });
  return (performance.now() - first) / 1000;
}

/** Seconds and MiB at most of a script in a process of its own. */
function inProcess(/** @type {string} */ script) {
  const ending =
    "console.log(JSON.stringify({seconds: performance.now() / 1000, memory: process.resourceUsage().maxRSS / 1024}))";
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `${script}\n${ending}`],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

function points() {
  const file = join(folder, "points.yaml");
  writeFileSync(file, TEN_THOUSAND);
  const run = ["sweep", file, "--workers", "2", "--quiet", "--out"];
  // Every run into a folder of its own: a second one would find everything done.
  let out = 0;
  const seconds = [0, 1].map(() => {
    out += 1;
    const started = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["bin/loopgd.js", ...run, join(folder, `points-${out}`)],
      { cwd: root, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - started) / 1000;
  });
  const best = Math.min(...seconds);
  return limited(
    `10000 points of isotropic, untied and paperBound, 2 threads: ${best.toFixed(1)} s (${seconds.map((value) => value.toFixed(1)).join(", ")}), report included`,
    best,
    60,
    "s",
  );
}

async function overhead() {
  const sweep = await open(CHEAP);
  const started = performance.now();
  for (let number = 0; number < sweep.grid.size; number++) {
    await sweep.computer.compute(sweep.grid.point(number));
  }
  const alone = (performance.now() - started) / 1000;
  const onThread = await secondsOf(CHEAP, 1);
  const each = ((onThread - alone) / sweep.grid.size) * 1000;
  return limited(
    `10000 cheap points: ${alone.toFixed(2)} s in a loop, ${onThread.toFixed(2)} s as a sweep on one thread: ${each.toFixed(3)} ms more a point, storing included`,
    each,
    1,
    "ms",
  );
}

async function workers() {
  const [one, two] = [await secondsOf(COSTLY, 1), await secondsOf(COSTLY, 2)];
  const efficiency = one / (2 * two);
  return {
    text: `400 costly points: ${one.toFixed(2)} s on one thread, ${two.toFixed(2)} s on two: efficiency ${efficiency.toFixed(2)}; limit 0.9 on an idle machine${efficiency >= 0.9 ? "" : ": MISSED"}`,
    isWithinLimits: efficiency >= 0.9,
  };
}

function plan() {
  const file = join(folder, "million.yaml");
  writeFileSync(file, MILLION);
  const io =
    "{stdout(){}, stderr(){}, isTerminal: false, hasColour: false, signal: new AbortController().signal, now: () => new Date()}";
  const { seconds, memory } = inProcess(
    `const {main} = await import("./dist/src/cli/main.js"); await main(["sweep", ${JSON.stringify(file)}, "--plan"], ${io});`,
  );
  return limited(
    `plan of 10⁶ points with a condition: ${memory.toFixed(0)} MiB at most, ${seconds.toFixed(1)} s`,
    memory,
    1000,
    "MiB",
  );
}

function memory() {
  const out = JSON.stringify(join(folder, "memory"));
  const measured = inProcess(`
const {ShardStore} = await import("./dist/src/sweep/shard-store.js");
const {parseSweep} = await import("./dist/src/sweep/read-sweep.js");
const {openSweep} = await import("./dist/src/sweep/sweep.js");
const sweep = await openSweep(parseSweep(${JSON.stringify(MILLION)}, "million.yaml"));
const store = await ShardStore.open(${out}, sweep, {index: 1, count: 1});
const cells = await sweep.computer.compute(sweep.grid.point(4711));
for (let position = 0; position < sweep.grid.size; position++) store.add(position, {...cells, loss: position / 3});
await store.compact();
store.close();`);
  return limited(
    `storing 10⁶ results and making them one table: ${measured.memory.toFixed(0)} MiB at most, ${measured.seconds.toFixed(0)} s`,
    measured.memory,
    2000,
    "MiB",
  );
}

async function merge() {
  const sweep = await open(CHEAP);
  const whole = join(folder, "whole");
  await runShard(sweep, { out: whole, shard: WHOLE, threads: 2 });
  const table = await readTable(join(whole, "shards", "1-of-1", "results.parquet"));
  const [count, kinds] = [1000, new Map(sweep.columns.map(({ name, kind }) => [name, kind]))];
  const out = join(folder, "thousand");
  for (let index = 1; index <= count; index++) {
    const place = join(out, "shards", shardName({ index, count }));
    mkdirSync(place, { recursive: true });
    writeTable(
      join(place, "results.parquet"),
      [...table].map(([name, values]) => ({
        ...{ name, kind: kinds.get(name) ?? "number" },
        values: values.filter((_, row) => row % count === index - 1),
      })),
    );
  }
  const started = performance.now();
  const { merged, missing } = await mergeShards(out, sweep);
  const seconds = (performance.now() - started) / 1000;
  if (merged !== 10_000 || missing.length > 0) throw new Error("the merge is not complete");
  return limited(`merge of 1000 shards: ${seconds.toFixed(2)} s`, seconds, 10, "s");
}

function limited(
  /** @type {string} */ text,
  /** @type {number} */ value,
  /** @type {number} */ limit,
  /** @type {string} */ unit,
) {
  const isWithinLimits = value <= limit;
  return {
    text: `${text}; limit ${limit} ${unit}${isWithinLimits ? "" : ": EXCEEDED"}`,
    isWithinLimits,
  };
}

try {
  await reportBenchmark("sweep", { points, overhead, workers, plan, memory, merge });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
