// @ts-check
// What the benchmarks share: timing of child processes, medians, and the machine they ran on.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * A command as a person types it, measured from start to end, wall clock, in a process of its own.
 *
 * @typedef {{ readonly argv: readonly string[], readonly runs: number, readonly limit: number }} Benchmark
 */

/**
 * Runs `loopgd` with the built tree once to warm the disk cache, then `runs` times.
 *
 * @param {Benchmark} benchmark
 */
export function measureCommand({ argv, runs, limit }) {
  timeOnce(argv);
  const seconds = Array.from({ length: runs }, () => timeOnce(argv));
  return { command: `npx loopgd ${argv.join(" ")}`, seconds, median: median(seconds), limit };
}

function timeOnce(/** @type {readonly string[]} */ argv) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["bin/loopgd.js", ...argv], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`loopgd ${argv.join(" ")} ended with ${status}: ${stderr}`);
  return (performance.now() - started) / 1000;
}

export function median(/** @type {readonly number[]} */ values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [lower, upper] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}

/** Date, commit, machine and how busy it is with other things, in one line each. */
export function circumstances() {
  const git = (/** @type {string[]} */ ...args) =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const changed = git("status", "--porcelain", "--untracked-files=no") === "" ? "" : ", changed";
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return [
    `date     ${new Date().toISOString().slice(0, 10)}`,
    `loopgd   ${version}, commit ${git("rev-parse", "--short", "HEAD")}${changed}`,
    `node     ${process.version}`,
    `machine  ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `load     ${loadavg()[0]?.toFixed(1)} before the start`,
  ];
}

/** One measured command in two lines. */
export function describe(/** @type {ReturnType<typeof measureCommand>} */ measured) {
  const { command, seconds, median: middle, limit } = measured;
  const all = seconds.map((value) => value.toFixed(2)).join(", ");
  const excess = middle <= limit ? "" : ": EXCEEDED";
  return `${command}\n  median ${middle.toFixed(2)} s of ${seconds.length} (${all}); limit ${limit} s${excess}`;
}
