/**
 * Times of the exact optima of polynomial families, of their variances and of the scalar flow.
 *
 * Run:  npm run build && node bench/polynomial-families.mjs
 *
 * One line a problem: what, wall-clock seconds, value. Nothing is random.
 */
import { performance } from "node:perf_hooks";
import { Rational } from "../dist/src/numeric/rational.js";
import { gdPlusPlusOptimum } from "../dist/src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { scalarFlowTime } from "../dist/src/theory/gradient-flow/scalar-flow-time.js";
import { loopedStepsOptimum } from "../dist/src/theory/polynomial-family/looped-steps-optimum.js";
import { lossVariance } from "../dist/src/theory/polynomial-family/loss-variance.js";
import { ResidualPolynomial } from "../dist/src/theory/polynomial-family/residual-polynomial.js";
import { untiedOptimum } from "../dist/src/theory/polynomial-family/untied-optimum.js";

/** Runs one problem and prints its line. */
function time(/** @type {string} */ name, /** @type {() => number} */ solve) {
  const started = performance.now();
  const value = solve();
  const seconds = (performance.now() - started) / 1000;
  console.log(`${name.padEnd(58)} ${seconds.toFixed(3).padStart(8)} s   ${value.toPrecision(8)}`);
}

const short = { dim: 5, contextLength: 20 };
const long = { dim: 10, contextLength: 10n ** 30n };
// The first call pays for compilation.
untiedOptimum({ ...short, loops: 8 });

for (const loops of [8, 16, 32, 64]) {
  time(`untied, d = 5, n = 20, L = ${loops}`, () =>
    untiedOptimum({ ...short, loops }).loss.toNumber(),
  );
}
for (const loops of [8, 16, 32]) {
  time(`untied, d = 10, n = 1e30, L = ${loops}`, () =>
    untiedOptimum({ ...long, loops }).loss.toNumber(),
  );
}
for (const [steps, loops] of [
  [2, 2],
  [2, 8],
  [2, 32],
  [4, 4],
  [8, 4],
  [12, 2],
]) {
  time(`looped steps, d = 5, n = 20, ${steps} steps, L = ${loops}`, () =>
    loopedStepsOptimum({ ...short, steps, loops }).loss.toNumber(),
  );
}
for (const loops of [2, 3, 4]) {
  time(
    `GD++, d = 10, n = 20, L = ${loops}`,
    () => gdPlusPlusOptimum({ dim: 10, contextLength: 20, loops }).loss,
  );
}
for (const loops of [2, 3]) {
  time(
    `untied GD++, d = 10, n = 20, L = ${loops}`,
    () => gdPlusPlusOptimum({ dim: 10, contextLength: 20, loops, tied: false }).loss,
  );
}
for (const loops of [2, 8, 32, 64]) {
  time(`scalar flow time, d = 10, n = 1000, L = ${loops}, loss 0.01`, () =>
    scalarFlowTime({
      dim: 10,
      contextLength: 1000,
      loops,
      targetLoss: Rational.of(1, 100),
    }).time.toNumber(),
  );
}
for (const [dim, loops] of [
  [10, 4],
  [10, 16],
  [20, 16],
  [32, 8],
]) {
  time(`standard deviation of err², d = ${dim}, n = 100, T = ${loops}`, () => {
    const step = ResidualPolynomial.ofStep(Rational.of(1, 2), 100n);
    const { squaredError } = lossVariance({ dim, contextLength: 100 }, step.power(loops));
    return Math.sqrt(squaredError.toNumber());
  });
}
