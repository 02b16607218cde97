import { Rational } from "../../numeric/rational.js";
import type { RationalMatrix } from "../population/setting.js";

/** A point with its weight; weights can be negative. */
export interface CubatureNode {
  readonly point: readonly Rational[];
  readonly weight: Rational;
}

/**
 * Points of the rules in one dimension, in the order in which rules take them up: rule i has 0 and
 * ± the first i. Any rational points do; these, found by search, keep Σ|weight| at 1.0 up to d = 3.
 */
const GENERATORS = [
  [7, 4],
  [5, 6],
  [11, 4],
  [47, 12],
  [61, 12],
  [7, 6],
  [55, 12],
  [7, 2],
].map(([numerator, denominator]) => Rational.of(numerator!, denominator!));

/** Degrees that the cubature reaches: 2·GENERATORS.length + 1. */
export const MAXIMAL_CUBATURE_DEGREE = 2 * GENERATORS.length + 1;

/** How many nodes `gaussianCubature` has: Σ_j C(d, j) C(m, j) 2^j, m = ⌊degree/2⌋. */
export function cubatureSize(dim: number, degree: number): number {
  const most = Math.floor(degree / 2);
  let term = 1;
  let total = 1;
  for (let j = 1; j <= Math.min(dim, most); j++) {
    term *= (2 * (dim - j + 1) * (most - j + 1)) / (j * j);
    total += term;
  }
  return total;
}

/**
 * Rational nodes and weights for the mean of a polynomial of a Gaussian vector.
 *
 * Statement.    E f(w) = Σ weight·f(point), w ~ N(0, Ω), for every polynomial f of degree ≤ `degree`:
 *               Smolyak's combination of rules through 0, ±λ₁, …, ±λ_i, each exact to degree 2i + 1,
 *               along the columns of the factor L of Ω = L D Lᵀ
 * Accuracy.     exact: nodes and weights are rational
 */
export function gaussianCubature(covariance: RationalMatrix, degree: number): CubatureNode[] {
  const dim = covariance.length;
  const most = Math.floor(degree / 2);
  const { factor, pivots } = factorize(covariance);
  // Columns of about unit variance: v = D/r², r a rational near √D.
  const stretch = pivots.map((pivot) => roundSignificantly(Math.sqrt(pivot.toNumber())));
  const rules = pivots.map((pivot, j) =>
    differences(evenMoments(1, pivot.over(stretch[j]!.power(2)), most)),
  );
  const nodes: CubatureNode[] = [];
  const visit = (coordinates: Rational[], weights: readonly Rational[]) => {
    const j = coordinates.length;
    if (j === dim) {
      const weight = weights.reduce((sum, one) => sum.plus(one), Rational.ZERO);
      nodes.push({ point: apply(factor, coordinates), weight });
      return;
    }
    // weights[k]: what the rules of total level k give the point so far.
    const firstLevel = weights.findIndex((weight) => weight.sign() !== 0);
    for (let generator = 0; generator + firstLevel <= most; generator++) {
      const extended = convolve(weights, rules[j]![generator]!, most);
      const place = generator === 0 ? Rational.ZERO : GENERATORS[generator - 1]!.times(stretch[j]!);
      visit([...coordinates, place], extended);
      if (generator > 0) visit([...coordinates, place.negated()], extended);
    }
  };
  const start = Array.from({ length: most + 1 }, (_, k) =>
    k === 0 ? Rational.ONE : Rational.ZERO,
  );
  visit([], start);
  return nodes;
}

/**
 * Nodes on one axis for the mean of an even polynomial of |w| alone, w ~ N(0, variance·I).
 *
 * Statement.    as gaussianCubature; ⌊degree/2⌋ + 1 nodes whatever the dimension
 */
export function radialCubature(dim: number, variance: Rational, degree: number): CubatureNode[] {
  const most = Math.floor(degree / 2);
  // |w| is √d ± a few.
  const spread = (Math.sqrt(dim) + 2.5) / GENERATORS[4]!.toNumber();
  const stretch = roundSignificantly(Math.sqrt(variance.toNumber()) * spread);
  const weights = ruleWeights(evenMoments(dim, variance.over(stretch.power(2)), most), most);
  const rest = new Array<Rational>(dim - 1).fill(Rational.ZERO);
  return weights.map((weight, g) => {
    const radius = g === 0 ? Rational.ZERO : GENERATORS[g - 1]!.times(stretch);
    // Both ends of the axis.
    return { point: [radius, ...rest], weight: g === 0 ? weight : weight.times(Rational.of(2)) };
  });
}

/** E |x|^{2k} = v^k d(d + 2) … (d + 2k − 2), k = 0, 1, …, most, for x ~ N(0, vI). */
function evenMoments(dim: number, variance: Rational, most: number): Rational[] {
  const moments = [Rational.ONE];
  for (let k = 1; k <= most; k++) {
    const factor = variance.times(Rational.of(dim + 2 * k - 2));
    moments.push(moments[k - 1]!.times(factor));
  }
  return moments;
}

/** Entry (g, i): weight at ±λ_g (at 0 for g = 0) of rule i less that of rule i − 1. */
function differences(moments: readonly Rational[]): Rational[][] {
  const weights = moments.map((_, rule) => ruleWeights(moments, rule));
  return moments.map((_, g) =>
    weights.map((rule, i) =>
      (rule[g] ?? Rational.ZERO).minus(weights[i - 1]?.[g] ?? Rational.ZERO),
    ),
  );
}

/** Weights at 0 and at each of ±λ₁, …, ±λ_rule: Lagrange's polynomials in x², averaged. */
function ruleWeights(moments: readonly Rational[], rule: number): Rational[] {
  const squares = [Rational.ZERO, ...GENERATORS.slice(0, rule).map((point) => point.power(2))];
  return squares.map((own, g) => {
    let polynomial = [Rational.ONE];
    let scale = Rational.ONE;
    for (const [other, square] of squares.entries()) {
      if (other === g) continue;
      const lowered = [...polynomial.map((c) => c.times(square).negated()), Rational.ZERO];
      polynomial = lowered.map((c, k) => (k === 0 ? c : c.plus(polynomial[k - 1]!)));
      scale = scale.times(own.minus(square));
    }
    const mean = polynomial.reduce(
      (sum, coefficient, k) => sum.plus(coefficient.times(moments[k]!)),
      Rational.ZERO,
    );
    return mean.over(scale.times(Rational.of(g === 0 ? 1 : 2)));
  });
}

function convolve(a: readonly Rational[], b: readonly Rational[], most: number): Rational[] {
  return Array.from({ length: most + 1 }, (_, k) => {
    let sum = Rational.ZERO;
    for (let i = 0; i <= k; i++) {
      if (a[i]!.sign() !== 0 && b[k - i]!.sign() !== 0) sum = sum.plus(a[i]!.times(b[k - i]!));
    }
    return sum;
  });
}

/** Ω = L D Lᵀ with unit lower triangular L. */
function factorize(matrix: RationalMatrix): { factor: Rational[][]; pivots: Rational[] } {
  const dim = matrix.length;
  const rest = matrix.map((row) => [...row]);
  const pivots: Rational[] = [];
  const factor = rest.map((row) => row.map(() => Rational.ZERO));
  for (let k = 0; k < dim; k++) {
    const pivot = rest[k]![k]!;
    pivots.push(pivot);
    for (let i = k; i < dim; i++) factor[i]![k] = rest[i]![k]!.over(pivot);
    for (let i = k + 1; i < dim; i++) {
      for (let j = k + 1; j < dim; j++) {
        rest[i]![j] = rest[i]![j]!.minus(factor[i]![k]!.times(rest[k]![j]!));
      }
    }
  }
  return { factor, pivots };
}

function apply(factor: readonly (readonly Rational[])[], x: readonly Rational[]): Rational[] {
  return factor.map((row) =>
    row.reduce(
      (sum, entry, j) => (x[j]!.sign() === 0 ? sum : sum.plus(entry.times(x[j]!))),
      Rational.ZERO,
    ),
  );
}

/** A fraction with few digits near a positive number. */
function roundSignificantly(value: number): Rational {
  const exponent = Math.floor(Math.log2(value));
  return Rational.fromNumber(Math.round(value * 2 ** (4 - exponent)) * 2 ** (exponent - 4));
}
