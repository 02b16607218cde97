import { defineClaim } from "../../src/claim/claim.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { leastCommonMultiple } from "../../src/numeric/integer.js";
import { IntegerPolynomial } from "../../src/numeric/integer-polynomial.js";
import { Rational } from "../../src/numeric/rational.js";
import { isolateRoots, positiveRootBound } from "../../src/numeric/root-isolation.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** ω and σ² as fractions. */
  readonly taskVariance: string;
  readonly noiseVariance: string;
}

/**
 * For Σ = I, Ω = ωI, d ≥ 2 the one-layer minimiser over all P, Q is unique up to gauge, and is A*.
 *
 * Statement.    min ℓ(P, Q) = ωd(d + 1 + σ²/ω)/(n + d + 1 + σ²/ω), only where P's last row is a multiple
 *               of (0, …, 0, 1)
 * Conventions.  P → cP, Q → Q/c is the gauge; entries that do not reach the output are left out
 * Accuracy.     exact, over all P and Q. For P's last row b = (β, 1) the best Q is unique (its normal
 *               equations are positive definite) and leaves a loss f(t) that by rotation depends on
 *               t = ‖β‖² alone, a quotient of integer polynomials. Measured: f(0), the number of roots
 *               of f(t) − f(0) in t > 0, by Descartes' rule, and 1 if f(∞) > f(0), b = (β, 0)
 *               there. Refuted for d = 1: the Gram matrix is symmetric, so P's row (1, 0) with Q's column
 *               (0, −A*) is the same map, in another orbit
 * Source.       Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1 (global minimum); uniqueness derived here
 */
export const fullLayerMinimiserIsUniqueUpToGauge = defineClaim<Setting>({
  id: "full-layer-minimiser-is-unique-up-to-gauge",
  title: "The one-layer minimiser over all P, Q is unique up to gauge",
  statement:
    "\\arg\\min_{P,Q}\\ell = \\{(cP^*, Q^*/c)\\}, \\quad \\min\\ell = \\frac{\\omega d(d+1+\\sigma^2/\\omega)}{n+d+1+\\sigma^2/\\omega}",
  source: "Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1; uniqueness derived here",
  kind: "equality",
  hypotheses: {
    "ω > 0 and σ² ≥ 0": ({ taskVariance, noiseVariance }) =>
      Rational.parse(taskVariance).sign() > 0 && Rational.parse(noiseVariance).sign() >= 0,
  },
  grid: {
    quick: [
      point(2, 1, "1", "0"),
      { ...point(1, 20, "1", "0"), expected: "refuted" },
      point(5, 20, "1", "0"),
      point(10, 3, "1/7", "2"),
      point(50, 100, "9", "1/2"),
      point(10, 10 ** 9, "1", "0"),
    ],
    thorough: [],
  },
  predicted: (setting) => predict(setting, (shrinkage) => shrinkage),
  measured: (setting) => {
    const { least, roots, isAboveAtInfinity } = overAllReadOuts(setting);
    return {
      value: [least, Rational.of(roots), Rational.of(isAboveAtInfinity ? 1 : 0)],
      errorBudget: 0,
      method: "exact",
    };
  },
  rivals: {
    "d for d + 1": (setting) => predict(setting, (shrinkage) => shrinkage.minus(Rational.ONE)),
    "σ² for σ²/ω": (setting) =>
      predict(setting, (_, noise) => Rational.of(setting.dim + 1).plus(noise)),
    "another minimiser": (setting) => {
      const [least, , above] = predict(setting, (shrinkage) => shrinkage);
      return [least!, Rational.ONE, above!];
    },
  },
});

function point(dim: number, contextLength: number, taskVariance: string, noiseVariance: string) {
  return {
    name: `d=${dim} n=${contextLength} ω=${taskVariance} σ²=${noiseVariance}`,
    setting: { dim, contextLength, taskVariance, noiseVariance },
  };
}

/** [ωd·shrinkage/(n + shrinkage), 0, 1] for the shrinkage made from d + 1 + σ²/ω and σ². */
function predict(
  { dim, contextLength, taskVariance, noiseVariance }: Setting,
  change: (shrinkage: Rational, noise: Rational) => Rational,
): Rational[] {
  const task = Rational.parse(taskVariance);
  const noise = Rational.parse(noiseVariance);
  const shrinkage = change(Rational.of(dim + 1).plus(noise.over(task)), noise);
  const share = shrinkage.over(Rational.of(contextLength).plus(shrinkage));
  return [task.times(Rational.of(dim)).times(share), Rational.ZERO, Rational.ONE];
}

/** A polynomial in t with rational coefficients, ascending. */
type Coefficients = readonly Rational[];

/**
 * f(t) − f(0), decided for all t > 0.
 *
 * Across β, d − 1 directions: gain ω²/h. Along β: gain gᵀH⁻¹g with g = (ω, ω√t), H = [[a, c√t],
 * [c√t, e]], so (e − 2ct + at)ω²/(ae − c²t); H = E[G bbᵀ G]/n² as in full-one-layer-loss.ts.
 */
function overAllReadOuts({ dim, contextLength, taskVariance, noiseVariance }: Setting) {
  const share = Rational.of(1, contextLength);
  const more = Rational.ONE.plus(share);
  const task = Rational.parse(taskVariance);
  const signal = task.times(Rational.of(dim));
  const label = signal.plus(Rational.parse(noiseVariance));
  const labelSquare = label.times(label).plus(Rational.of(2).times(task).times(signal));
  const across: Coefficients = [more.times(task).plus(share.times(label)), share];
  const along: Coefficients = [across[0]!, more.plus(share)];
  const edge = more.times(label.plus(task)).plus(Rational.of(2).times(share).times(task));
  const corner: Coefficients = [
    more.plus(share).times(labelSquare),
    more.times(task).plus(share.times(label)),
  ];
  const t: Coefficients = [Rational.ZERO, Rational.ONE];
  const determinant = add(multiply(along, corner), multiply([edge.times(edge).negated()], t));
  const numerator = add(
    corner,
    add(multiply([Rational.of(-2).times(edge)], t), multiply(along, t)),
  );
  // gain/ω² = (d − 1)/across + numerator/determinant; f = ωd − gain.
  const top = add(multiply([Rational.of(dim - 1)], determinant), multiply(numerator, across));
  const bottom = multiply(across, determinant);
  const gain = top[0]!.over(bottom[0]!);
  const square = task.times(task);
  // f(t) − f(0) = ω²(gain·bottom − top)/bottom, and bottom > 0.
  const excess = add(multiply([gain], bottom), multiply([Rational.of(-1)], top)).slice(1);
  const polynomial = toIntegers(excess);
  const range = Enclosure.of(Rational.ZERO, positiveRootBound(polynomial));
  return {
    least: signal.minus(square.times(gain)),
    roots: isolateRoots(polynomial, range).filter(({ upper }) => upper.sign() > 0).length,
    isAboveAtInfinity: excess[top.length - 2]!.sign() > 0,
  };
}

function add(a: Coefficients, b: Coefficients): Coefficients {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, k) =>
    (a[k] ?? Rational.ZERO).plus(b[k] ?? Rational.ZERO),
  );
}

function multiply(a: Coefficients, b: Coefficients): Coefficients {
  return Array.from({ length: a.length + b.length - 1 }, (_, k) =>
    a.reduce(
      (sum, entry, i) => (b[k - i] === undefined ? sum : sum.plus(entry.times(b[k - i]!))),
      Rational.ZERO,
    ),
  );
}

/** A positive multiple with integer coefficients. */
function toIntegers(coefficients: Coefficients): IntegerPolynomial {
  const common = coefficients.reduce(
    (multiple, { denominator }) => leastCommonMultiple(multiple, denominator),
    1n,
  );
  return IntegerPolynomial.of(
    coefficients.map(({ numerator, denominator }) => numerator * (common / denominator)),
  );
}
