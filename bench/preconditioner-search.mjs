/**
 * The searches for the best preconditioner, cold (circuits built) and warm, one thread.
 *
 * Run:  npm run build && node bench/preconditioner-search.mjs [d,n,L ...]
 */
import { performance } from "node:perf_hooks";
import { Stream } from "../dist/src/random/stream.js";
import { isotropicOptimum } from "../dist/src/theory/isotropic-optimum.js";
import { bestPreconditioner } from "../dist/src/theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../dist/src/theory/preconditioner-search/best-symmetric.js";
import { criticalPoint } from "../dist/src/theory/preconditioner-search/critical-point.js";

const DEFAULT = ["10,50,5", "10,20,5", "10,1000,3", "20,100,4", "5,50,3"];

function timed(work) {
  const start = performance.now();
  const result = work();
  return { result, ms: Math.round(performance.now() - start) };
}

function report(figures) {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${text.join("  ")}\n`);
}

const asked = process.argv.slice(2);
for (const sizes of asked.length > 0 ? asked : DEFAULT) {
  const [dim, contextLength, loops] = sizes.split(",").map(Number);
  const setting = { dim, contextLength, loops };
  const search = () => bestPreconditioner(setting, { stream: Stream.fromSeed(1) });
  const cold = timed(search);
  const warm = timed(search);
  const symmetric = timed(() => bestSymmetric(setting, { stream: Stream.fromSeed(1) }));
  const judged = timed(() => criticalPoint(setting, cold.result.preconditioner));
  const { starts, loss, foundBy, lossExact } = cold.result;
  report({
    "d,n,L": sizes,
    isotropic: isotropicOptimum(setting).loss.toNumber().toPrecision(9),
    symmetric: symmetric.result.loss.toPrecision(9),
    best: lossExact.toDecimal(12),
    ratio: (loss / symmetric.result.loss).toFixed(4),
    by: foundBy,
    verdict: judged.result.verdict,
  });
  report({
    "   ms: cold": cold.ms,
    warm: warm.ms,
    symmetric: symmetric.ms,
    Hessian: judged.ms,
    starts: `${starts.normalStarts}+${starts.matrixStarts}`,
    agreeing: starts.agreeing,
    evaluations: `${starts.evaluations.normal}+${starts.evaluations.matrix}`,
  });
}
