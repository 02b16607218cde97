/**
 * How the exact population engine grows with loops and dimension, one thread.
 *
 * Run:  npm run build && node bench/population-engine.mjs [general loops] [symmetric loops]
 */
import { performance } from "node:perf_hooks";
import { Matrix } from "../dist/src/numeric/matrix.js";
import { Stream } from "../dist/src/random/stream.js";
import { antisymmetricCurvatureAtOptimum } from "../dist/src/theory/population/antisymmetric-curvature.js";
import { exactPopulationGradient } from "../dist/src/theory/population/exact-gradient.js";
import { populationGradient } from "../dist/src/theory/population/population-gradient.js";
import { populationLoss } from "../dist/src/theory/population/population-loss.js";
import { buildPolynomial } from "../dist/src/theory/population/population-polynomial.js";

const generalLoops = Number(process.argv[2] ?? 6);
const symmetricLoops = Number(process.argv[3] ?? 8);

function report(what, figures) {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${what.padEnd(34)} ${text.join("  ")}\n`);
}

function fastest(runs, work) {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return Number(best.toFixed(2));
}

function build(kind, loops) {
  const start = performance.now();
  const { circuit } = buildPolynomial({
    layers: new Array(loops).fill(0),
    kind,
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise: false,
    stages: [loops],
  });
  report(`build ${kind} L=${loops}`, {
    states: circuit.stateCount,
    edges: circuit.edgeChild.length,
    traces: circuit.traces.length - 1,
    ms: Math.round(performance.now() - start),
    rssMB: Math.round(process.memoryUsage().rss / 2 ** 20),
  });
}

function evaluate(dim, loops, contextLength = 50) {
  const noise = Stream.fromSeed(1)
    .split(`${dim} ${loops}`)
    .normals(dim * dim);
  const preconditioner = Matrix.eye(dim)
    .mul(0.7)
    .add(Matrix.from1DArray(dim, dim, [...noise]).mul(0.05));
  const weights = { preconditioners: [preconditioner], loops };
  const setting = { dim, contextLength };
  populationGradient(setting, weights);
  report(`evaluate d=${dim} L=${loops} n=${contextLength}`, {
    "loss with bound ms": fastest(15, () => {
      populationLoss(setting, weights, { relativeTolerance: 1 });
    }),
    "loss and gradient ms": fastest(15, () => {
      populationGradient(setting, weights);
    }),
    "exact loss ms": fastest(1, () => {
      populationLoss(setting, weights, { exact: true });
    }),
    "exact gradient ms": fastest(1, () => {
      exactPopulationGradient(setting, weights);
    }),
  });
}

// The deepest cold build first: nothing is warmed up yet.
build("general", 5);
for (let loops = 1; loops <= generalLoops; loops++) build("general", loops);
for (let loops = 4; loops <= symmetricLoops; loops++) build("symmetric", loops);
for (let loops = 3; loops <= 6; loops++) build("orthogonal", loops);
for (const loops of [2, 3, 4, 5]) evaluate(10, loops);
for (const dim of [5, 20, 40]) evaluate(dim, 5);
evaluate(10, 5, 10 ** 6);
for (const contextLength of [100n, 10n ** 30n]) {
  report(`curvature at b*, d=10 L=5 n=1e${String(contextLength).length - 1}`, {
    ms: fastest(3, () => {
      antisymmetricCurvatureAtOptimum({ dim: 10, contextLength, loops: 5 });
    }),
  });
}
