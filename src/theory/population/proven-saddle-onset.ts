import { HypothesisError, NumericalError, requireInteger } from "../../errors.js";
import { Enclosure } from "../../numeric/enclosure.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { resultant } from "../../numeric/resultant.js";
import { SturmChain } from "../../numeric/sturm-chain.js";
import { IsotropicLoss } from "../isotropic-loss.js";
import { antisymmetricCurvatureAtOptimum, curvaturePolynomial } from "./antisymmetric-curvature.js";

/** Every sign of the antisymmetric curvature at b*(n)I, for all n at once. */
export interface ProvenSaddleOnset {
  /** The first n with negative curvature; null when there is none. */
  readonly onset: number | null;
  /** How often the sign changes over n = 1, 2, 3, … without end. */
  readonly signChanges: number;
  /** Degree in n of the resultant, and its real roots above d − 1. */
  readonly degree: number;
  readonly roots: readonly Enclosure[];
}

/** Degree of the resultant in n beyond which its Sturm chain would run for minutes. */
const MAXIMAL_LOOPS = 4;

/**
 * The context length from which b*I is a saddle, with a proof over all n.
 *
 * Statement.    let R(n) be the resultant in b of ℓ′(b) and the antisymmetric curvature at bI, a
 *               polynomial in n. For real n > d − 1 the loss is strictly convex, b*(n) continuous, and the
 *               curvature at b*(n) can vanish only where R(n) = 0: between real roots of R, and after
 *               the last one, its sign is that at any one integer
 * Conventions.  prior Ω = Σ⁻¹, no noise
 * Hypotheses.   d ≥ 2
 * Accuracy.     exact; R of degree ≤ (2L − 1)(2L − 2) + 4L − 3 is interpolated at so many integers and one
 *               more, its roots counted by Sturm's theorem
 * Throws.       ArgumentError for a bad size; HypothesisError for d = 1, one loop, or beyond 4 loops
 * Source.       derived here: the coefficients of y^k, y = b/n, have degree ≤ k + 1 in n on both sides
 * @example provenSaddleOnset(10, 2).onset  // → 78
 */
export function provenSaddleOnset(dim: number, loops: number): ProvenSaddleOnset {
  const where = "provenSaddleOnset";
  requireInteger(where, "dim", dim);
  requireInteger(where, "loops", loops);
  if (dim === 1 || loops === 1 || loops > MAXIMAL_LOOPS) {
    throw new HypothesisError(
      `${where}: needs dim ≥ 2 and 2 to ${MAXIMAL_LOOPS} loops, got dim ${dim} and ${loops} loops`,
    );
  }
  const polynomial = resultantInContext(dim, loops);
  const chain = SturmChain.of(polynomial);
  const last = Rational.of(dim - 1);
  const roots = chain
    .isolate()
    .map((root) => narrowed(chain, root))
    .filter(({ upper }) => upper.compare(last) > 0);
  const points = decisivePoints(dim, roots);
  let onset: number | null = null;
  let signChanges = 0;
  let previous: -1 | 1 | undefined;
  for (const contextLength of points) {
    const { sign } = antisymmetricCurvatureAtOptimum({ dim, contextLength, loops });
    if (previous !== undefined && sign !== previous) signChanges += 1;
    if (sign < 0) onset ??= contextLength;
    previous = sign;
  }
  return { onset, signChanges, degree: polynomial.degree, roots };
}

/** R(n): values at the integers from d on determine it. */
function resultantInContext(dim: number, loops: number): IntegerPolynomial {
  const degree = (2 * loops - 1) * (2 * loops - 2) + 4 * loops - 3;
  const valueAt = (n: number) => {
    const setting = { dim, contextLength: n, loops };
    const slope = IsotropicLoss.of(setting).numerator.derivative();
    const { numerator } = curvaturePolynomial("provenSaddleOnset", setting);
    // In y = b/n, and without the factor n^{2L−1} that all coefficients share.
    const curvature = IntegerPolynomial.of(
      numerator.coefficients.map(
        (coefficient, j) =>
          (coefficient * BigInt(n) ** BigInt(j)) / BigInt(n) ** BigInt(2 * loops - 1),
      ),
    );
    return resultant(slope, curvature);
  };
  const values = Array.from({ length: degree + 2 }, (_, i) => valueAt(dim + i));
  const polynomial = interpolate(dim, values.slice(0, -1));
  if (
    polynomial.evaluate(Rational.of(dim + degree + 1)).compare(Rational.of(values.at(-1)!)) !== 0
  ) {
    throw new NumericalError("provenSaddleOnset: the resultant has a higher degree than derived");
  }
  return polynomial;
}

/** The polynomial with the given values at start, start + 1, …, times a positive integer. */
function interpolate(start: number, values: readonly bigint[]): IntegerPolynomial {
  const differences: bigint[] = [];
  let row = [...values];
  while (row.length > 0) {
    differences.push(row[0]!);
    row = row.slice(1).map((value, i) => value - row[i]!);
  }
  // Newton's form Σ Δ_k C(n − start, k) over the common denominator (number of values)!.
  const count = values.length;
  let factorial = 1n;
  for (let k = 1; k < count; k++) factorial *= BigInt(k);
  let result = IntegerPolynomial.ZERO;
  let basis = IntegerPolynomial.of([1n]);
  let scale = factorial;
  for (const [k, difference] of differences.entries()) {
    result = result.plus(basis.scaled(difference * scale));
    basis = basis.times(IntegerPolynomial.of([-BigInt(start + k), 1n]));
    if (k + 1 < count) scale /= BigInt(k + 1);
  }
  return IntegerPolynomial.of(result.coefficients.map((coefficient) => coefficient / factorial));
}

/** Integers whose signs decide all others: every n ≤ d, and those next to each root. */
function decisivePoints(dim: number, roots: readonly Enclosure[]): number[] {
  const points = new Set(Array.from({ length: dim }, (_, i) => i + 1));
  for (const { lower, upper } of roots) {
    for (const floor of [floorOf(lower), floorOf(upper)]) {
      if (floor >= 1) points.add(floor);
      points.add(Math.max(1, floor + 1));
    }
  }
  return [...points].sort((a, b) => a - b);
}

/** Halves an isolating interval until it is at most ½ wide. */
function narrowed(chain: SturmChain, { lower, upper }: Enclosure): Enclosure {
  let [from, to] = [lower, upper];
  const half = Rational.of(1, 2);
  while (to.minus(from).compare(half) > 0) {
    const middle = from.plus(to).times(half);
    if (chain.countRoots(from, middle) > 0) to = middle;
    else from = middle;
  }
  return Enclosure.of(from, to);
}

function floorOf({ numerator, denominator }: Rational): number {
  const quotient = numerator / denominator;
  return Number(numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient);
}
