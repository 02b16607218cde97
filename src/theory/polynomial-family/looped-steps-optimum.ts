import { HypothesisError, NumericalError, requireInteger } from "../../errors.js";
import { Enclosure } from "../../numeric/enclosure.js";
import { bitLength } from "../../numeric/integer.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";
import { encloseRoots } from "./orthogonal-polynomial.js";
import { requireReachableDegree } from "./reach.js";
import { type ReweightedLaw, ReweightedProblem } from "./reweighted-problem.js";
import { untiedOptimum } from "./untied-optimum.js";

/** A looped setting whose block holds `steps` scalar steps; `digits` of the enclosures. */
export interface LoopedStepsSetting extends NoisyLoopedSetting {
  readonly steps: number;
  readonly digits?: number;
}

/** The best k step sizes, ascending (any order serves), and the loss, each enclosed. */
export interface LoopedStepsOptimum {
  readonly stepSizes: readonly Enclosure[];
  readonly loss: Enclosure;
}

/** Blocks, and layers in all, beyond which a proof would take minutes. */
const MAXIMAL_STEPS = 12;
const MAXIMAL_LAYERS = 64;

/** Newton steps of one working precision before the bits are doubled, and how often they are. */
const MAXIMAL_NEWTON_STEPS = 100;
const MAXIMAL_ATTEMPTS = 4;

/**
 * Global optimum of k scalar steps A_i = b_i Σ⁻¹, the whole block looped L times.
 *
 * Statement.    min E tr p(S)^{2L} over p of degree k, p(0) = 1: convex in p, and its minimiser has
 *               k real, simple, positive roots 1/b_i. k = 1 is the isotropic optimum, L = 1 the untied
 * Conventions.  prior Ω = Σ⁻¹, any Σ, no noise; `loops` counts passes of the block of `steps`
 * Hypotheses.   σ² = 0: with noise the problem is not convex
 * Accuracy.     exact: enclosures of relative width ≤ 10^−digits (default 15), of step sizes also
 *               relative to their distance, around the global optimum, proved a posteriori
 *               (ReweightedProblem); Newton's iteration only finds where
 * Throws.       ArgumentError for a bad setting; HypothesisError with noise, or beyond 12 steps or
 *               64 layers (L = 1: 128)
 * Source.       derived here: if p changed sign fewer than k times on s > 0, some r of degree < k with
 *               those sign changes would give E tr p^{2L−1} S r(S) ≠ 0, against stationarity
 * @example loopedStepsOptimum({ dim: 10, contextLength: 20, steps: 1, loops: 2 }).loss.toNumber()
 * // → 2.10527675
 */
export function loopedStepsOptimum(setting: LoopedStepsSetting): LoopedStepsOptimum {
  const n = requireLoopedSetting("loopedStepsOptimum", setting);
  const { dim, contextLength, loops, steps, digits = 15 } = setting;
  requireInteger("loopedStepsOptimum", "steps", steps);
  requireInteger("loopedStepsOptimum", "digits", digits);
  if ((setting.noiseVariance ?? Rational.ZERO).sign() !== 0) {
    throw new HypothesisError(
      "loopedStepsOptimum: with noise the loss is not convex in the steps; minimise loopedStepsLoss",
    );
  }
  requireReachableDegree("loopedStepsOptimum", steps * loops);
  if (loops > 1 && (steps > MAXIMAL_STEPS || steps * loops > MAXIMAL_LAYERS)) {
    throw new HypothesisError(
      `loopedStepsOptimum: proofs reach ${MAXIMAL_STEPS} steps and ${MAXIMAL_LAYERS} layers, got ` +
        `${steps} steps looped ${loops} times; minimise loopedStepsLoss, or take untiedOptimum`,
    );
  }
  const start = untiedOptimum({ dim, contextLength, loops: steps, digits: digits + 2 });
  if (loops === 1) return { stepSizes: start.stepSizes!, loss: start.loss };

  const law: ReweightedLaw = {
    moments: wishartMoments(setting, 2 * steps * loops),
    loops,
    window: { centre: n, scale: 1n << BigInt(bitLength(n) >> 1) },
  };
  const decimalBits = Math.ceil(digits * Math.log2(10));
  let bits = 2 * decimalBits + 2 * steps * bitLength(n) + 64;
  for (let attempt = 0; attempt < MAXIMAL_ATTEMPTS; attempt++, bits *= 2) {
    const problem = ReweightedProblem.at(rounded(start.residual.numerator, bits), law);
    const optimum = search(problem, digits, Rational.of(n));
    if (optimum !== null) return optimum;
  }
  throw new NumericalError(`loopedStepsOptimum: no proof of ${digits} digits within ${bits} bits`);
}

/** Damped Newton steps on coefficients of a fixed number of bits, until the optimum is enclosed. */
function search(
  start: ReweightedProblem,
  digits: number,
  contextLength: Rational,
): LoopedStepsOptimum | null {
  let problem: ReweightedProblem | null = start;
  for (let step = 0; problem !== null && step < MAXIMAL_NEWTON_STEPS; step++) {
    const optimum = enclose(problem, digits, contextLength);
    if (optimum !== null) return optimum;
    problem = descend(problem);
  }
  return null;
}

/** The Newton point, or a point on its ray, of less loss; null when rounding hides any progress. */
function descend({ polynomial, reweightedBest, loss, law }: ReweightedProblem) {
  const constant = polynomial.coefficients[0]!;
  const bits = bitLength(constant) - 1;
  const along = (share: bigint) => {
    const mixed = reweightedBest
      .scaled(constant)
      .plus(polynomial.scaled((share - 1n) * reweightedBest.coefficients[0]!));
    return ReweightedProblem.at(rounded(mixed, bits), law);
  };
  // The Hessian is (2L − 1) times the metric that p̃ is best in, so that p + (p̃ − p)/(2L − 1) is
  // Newton's point. Far off, where the loss is nearly a 2L-th power, it is 2L − 1 times too near.
  let share = 2n * BigInt(law.loops) - 1n;
  let next = along(share);
  if (next.loss < loss) {
    while (share > 1n) {
      share >>= 1n;
      const farther = along(share);
      if (farther.loss >= next.loss) break;
      next = farther;
    }
    return next;
  }
  for (let halvings = 0; halvings < 20 && next.loss >= loss; halvings++) {
    share *= 2n;
    next = along(share);
  }
  return next.loss < loss ? next : null;
}

/** Loss and step sizes, once both are proved to their digits. */
function enclose(
  problem: ReweightedProblem,
  digits: number,
  contextLength: Rational,
): LoopedStepsOptimum | null {
  const loss = problem.encloseLoss(digits);
  if (loss === null) return null;
  const width = Rational.of(10n).power(-digits);
  const roots = encloseRoots(problem.orthogonal, width.over(Rational.of(16n)));
  const stepSizes: Enclosure[] = [];
  for (const [i, { midpoint }] of roots.entries()) {
    const neighbours = [Rational.ZERO, roots[i - 1]?.midpoint, roots[i + 1]?.midpoint];
    const gaps = neighbours.flatMap((other) => other?.minus(midpoint).absolute() ?? []);
    const nearest = gaps.reduce((least, gap) => (gap.compare(least) < 0 ? gap : least));
    const margin = nearest.times(width).over(Rational.of(4n));
    const [lower, upper] = [midpoint.minus(margin), midpoint.plus(margin)];
    if (problem.provenSignAt(lower) * problem.provenSignAt(upper) !== -1) return null;
    stepSizes.unshift(Enclosure.of(contextLength.over(upper), contextLength.over(lower)));
  }
  return { stepSizes, loss };
}

/** P/P(0) with coefficients rounded to a multiple of 2^−bits, over 2^bits. */
function rounded(polynomial: IntegerPolynomial, bits: number): IntegerPolynomial {
  const constant = polynomial.coefficients[0]!;
  return IntegerPolynomial.of(
    polynomial.coefficients.map((coefficient) => (coefficient << BigInt(bits)) / constant),
  );
}
