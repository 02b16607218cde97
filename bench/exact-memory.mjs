// @ts-check
/**
 * Peak memory of the exact engine at the edges of its reach: each case in a process of its own, its largest
 * resident set as the system counts it. Ends with exit code 1 when one takes 2 GB or more.
 *
 * Run:  npm run build && node bench/exact-memory.mjs [name ...]
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Matrix } from "../dist/src/numeric/matrix.js";
import { Rational } from "../dist/src/numeric/rational.js";
import { Stream } from "../dist/src/random/stream.js";
import { boundedGdPlusPlusStackGradient } from "../dist/src/theory/attention-loss/bounded-gradient.js";
import { fullStackLoss } from "../dist/src/theory/attention-loss/full-stack.js";
import {
  gdPlusPlusStackGradient,
  gdPlusPlusStackLoss,
} from "../dist/src/theory/attention-loss/gd-plus-plus-stack.js";
import { fullStackHessianProduct } from "../dist/src/theory/attention-loss/hessian/full-hessian.js";
import { gdPlusPlusStackHessianProduct } from "../dist/src/theory/attention-loss/hessian/gd-plus-plus-hessian.js";
import { isotropicOptimum } from "../dist/src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../dist/src/theory/polynomial-family/untied-optimum.js";
import { exactPopulationGradient } from "../dist/src/theory/population/exact-gradient.js";
import { populationGradient } from "../dist/src/theory/population/population-gradient.js";
import { populationHessianProduct } from "../dist/src/theory/population/population-hessian.js";
import { populationLoss } from "../dist/src/theory/population/population-loss.js";
import { circumstances } from "./measure.mjs";

/** The limit, in MiB. */
const LIMIT = 2e9 / 2 ** 20;

const stream = Stream.fromSeed(1).split("memory");

function matrix(/** @type {number} */ size, /** @type {string} */ name, center = 0.3) {
  const noise = Matrix.from1DArray(size, size, [...stream.split(name).normals(size * size)]);
  return Matrix.eye(size).mul(center).add(noise.mul(0.1));
}

const prior = { taskCovariance: /** @type {const} */ ("identity"), noiseVariance: 0.1 };
const exact = { exact: true };

function looped(/** @type {number} */ dim, /** @type {number} */ loops) {
  return { preconditioners: [matrix(dim, "A")], loops };
}

function readIn(/** @type {number} */ dim, /** @type {number} */ layer) {
  return [...stream.split(`u${layer}`).normals(dim)];
}

function gdPlusPlus(/** @type {number} */ dim) {
  return {
    layers: [0, 1].map((l) => ({
      preconditioner: matrix(dim, `A${l}`),
      readIn: readIn(dim, l),
      covariateValue: matrix(dim, `C${l}`, 0.1),
    })),
    loops: 1,
  };
}

/** @type {Readonly<Record<string, () => unknown>>} */
const CASES = {
  "general, L = 6, d = 10: loss, gradient, Hessian product": () => {
    const setting = { dim: 10, contextLength: 50 };
    populationLoss(setting, looped(10, 6));
    populationGradient(setting, looped(10, 6));
    populationHessianProduct(setting, looped(10, 6), [matrix(10, "D")]);
  },
  "general, L = 6, d = 10: loss and gradient in fractions": () => {
    const setting = { dim: 10, contextLength: 50 };
    exactPopulationGradient(setting, looped(10, 6));
  },
  "general, L = 5, prior, noise and read-in, d = 10": () => {
    const setting = { dim: 10, contextLength: 50, ...prior };
    const weights = { ...looped(10, 5), readIn: readIn(10, 0) };
    populationGradient(setting, weights);
    populationLoss(setting, weights, exact);
  },
  "four untied layers, prior and noise, d = 10": () => {
    const preconditioners = [0, 1, 2, 3].map((l) => matrix(10, `A${l}`));
    const setting = { dim: 10, contextLength: 50, ...prior };
    populationGradient(setting, { preconditioners, loops: 1 });
    populationLoss(setting, { preconditioners, loops: 1 }, exact);
  },
  "symmetric, L = 8 and 9, d = 10: loss, also in fractions": () => {
    const half = matrix(10, "S");
    const preconditioners = [Matrix.add(half, half.transpose()).mul(0.5)];
    for (const loops of [8, 9]) {
      populationLoss({ dim: 10, contextLength: 50 }, { preconditioners, loops }, exact);
    }
  },
  "isotropic and untied, L = 64, d = 10, n = 10^6": () => {
    isotropicOptimum({ dim: 10, contextLength: 10 ** 6, loops: 64 });
    untiedOptimum({ dim: 10, contextLength: 10 ** 6, loops: 64 });
  },
  "restricted, four own read-ins, any prior, d = 4": () => {
    const layers = [0, 1, 2, 3].map((l) => ({
      preconditioner: matrix(4, `A${l}`),
      readIn: readIn(4, l),
    }));
    gdPlusPlusStackGradient({ dim: 4, contextLength: 20, ...prior }, { layers, loops: 1 });
  },
  "GD++, two layers, any prior and u, d = 4: gradient, Hessian product": () => {
    const setting = { dim: 4, contextLength: 20, ...prior };
    gdPlusPlusStackGradient(setting, gdPlusPlus(4));
    gdPlusPlusStackHessianProduct(setting, gdPlusPlus(4), [
      { preconditioner: matrix(4, "D"), readIn: readIn(4, 2), covariateValue: matrix(4, "E") },
      { preconditioner: matrix(4, "F") },
    ]);
  },
  "GD++, two layers, any prior and u, d = 4: loss and gradient in fractions": () => {
    const setting = { dim: 4, contextLength: 20, ...prior };
    gdPlusPlusStackLoss(setting, gdPlusPlus(4), exact);
    boundedGdPlusPlusStackGradient(setting, gdPlusPlus(4), exact);
  },
  "full, two layers, d = 2: loss, Hessian product": () => {
    const draw = (/** @type {number} */ l) => ({
      value: matrix(3, `P${l}`),
      keyQuery: matrix(3, `Q${l}`, -0.3),
    });
    const setting = { dim: 2, contextLength: 20, noiseVariance: Rational.of(1, 10) };
    const stack = { layers: [draw(0), draw(1)], loops: 1 };
    fullStackLoss(setting, stack);
    fullStackHessianProduct(setting, stack, [draw(2), draw(3)]);
  },
};

const [, script, flag, name] = process.argv;
if (flag === "--child") {
  const started = performance.now();
  CASES[/** @type {string} */ (name)]?.();
  const seconds = (performance.now() - started) / 1000;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ seconds, mebibytes }));
} else {
  for (const line of circumstances()) console.log(line);
  const asked = process.argv.slice(2);
  for (const one of Object.keys(CASES)) {
    if (asked.length > 0 && !asked.some((part) => one.includes(part))) continue;
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--child", one], {
      encoding: "utf8",
    });
    if (child.status !== 0) throw new Error(`${script}: ${one} failed: ${child.stderr}`);
    const { seconds, mebibytes } = JSON.parse(child.stdout);
    const isTooMuch = mebibytes >= LIMIT;
    if (isTooMuch) process.exitCode = 1;
    const excess = isTooMuch ? ": EXCEEDED" : "";
    console.log(
      `${one.padEnd(76)} ${mebibytes.toFixed(0).padStart(5)} MiB ${seconds.toFixed(1).padStart(6)} s${excess}`,
    );
  }
}
