// @ts-check
// Which BLAS PyTorch runs on: whichever of those at hand is fastest, so that it is not held back by one.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../measure.mjs";
import { runScript } from "./process.mjs";

const LIBRARIES = "/usr/lib/x86_64-linux-gnu";
const PACKAGES = "/var/cache/apt/archives";

/**
 * Milliseconds of every step of one formulation.
 *
 * @typedef {{ readonly name: string, readonly times: readonly number[] }} Timing
 * @typedef {import("./process.mjs").Environment} Environment
 */

/** The formulations of `training_step.py ARGV`, timed. @returns {Timing[]} */
export function timeFormulations(
  /** @type {Environment} */ environment,
  /** @type {readonly string[]} */ argv,
) {
  const lines = runScript("training_step.py", { environment, argv }).trim().split("\n");
  return lines.map((line) => {
    const { formulation, milliseconds } = JSON.parse(line);
    return { name: `PyTorch, ${formulation}`, times: milliseconds };
  });
}

/** The environment where `training_step.py ARGV` is fastest, its times there, and a line on each one. */
export function fastestEnvironment(/** @type {readonly string[]} */ argv) {
  const tried = environments().map((environment) => {
    const timings = timeFormulations(environment, argv);
    const medians = timings.map(({ times }) => median(times));
    const total = medians.reduce((sum, middle) => sum + middle, 0);
    const all = medians.map((middle) => middle.toFixed(1)).join(", ");
    return { environment, timings, total, line: `with ${environment.name}: ${all} ms` };
  });
  const [first] = tried.sort((a, b) => a.total - b.total);
  if (first === undefined) throw new Error("no environment to run PyTorch in");
  const { environment, timings } = first;
  return { environment, timings, lines: tried.map(({ line }) => line) };
}

/**
 * The machine's BLAS, which is Debian's slow reference one unless another is installed; OpenBLAS where it
 * is installed, or its package lies in apt's cache; and each without the variables that steer OpenBLAS,
 * where those are set.
 *
 * @returns {Environment[]}
 */
function environments() {
  /** @type {NodeJS.ProcessEnv} */
  const one = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const found = [{ name: "the system's libblas", env: one }];
  const folder = openblasFolder();
  if (folder !== undefined) {
    found.push({ name: "OpenBLAS", env: { ...one, LD_LIBRARY_PATH: folder } });
  }
  const steering = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"].filter((name) => name in process.env);
  if (steering.length === 0) return found;
  return found.flatMap(({ name, env }) => [
    { name: `${name}, ${steering.join(" and ")} as set`, env },
    {
      name: `${name}, ${steering.join(" and ")} unset`,
      env: Object.fromEntries(Object.entries(env).filter(([key]) => !steering.includes(key))),
    },
  ]);
}

function openblasFolder() {
  const installed = ["serial", "pthread", "openmp"]
    .map((kind) => join(LIBRARIES, `openblas-${kind}`))
    .find((folder) => existsSync(join(folder, "libblas.so.3")));
  if (installed !== undefined || !existsSync(PACKAGES)) return installed;
  const file = readdirSync(PACKAGES).find((name) => /^libopenblas0-(serial|pthread)_/.test(name));
  const kind = file?.match(/^libopenblas0-(\w+)_/)?.[1];
  if (file === undefined || kind === undefined) return undefined;
  const target = mkdtempSync(join(tmpdir(), "loopgd-openblas-"));
  process.on("exit", () => rmSync(target, { recursive: true, force: true }));
  spawnSync("dpkg-deb", ["-x", join(PACKAGES, file), target]);
  return join(target, LIBRARIES, `openblas-${kind}`);
}
