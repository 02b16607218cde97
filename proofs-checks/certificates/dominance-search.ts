import type { Rational } from "../../src/numeric/rational.js";
import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { boxPolynomial, provenSign, type Side } from "./box-polynomial.js";
import { type Cell, type CertificateKind, enclosureOf, type HalvingTree } from "./certificate.js";
import { searchHalvings } from "./halving-search.js";
import { lossMonomials } from "./loss-monomials.js";
import { PolynomialSum } from "./polynomial-sum.js";

type Setting = CertificateKind["example"];

/** c from −1/2 to 2, then p² and ε² from 0 to 1. */
const BOX: readonly Side[] = [
  { lower: -1n, upper: 4n, denominator: 2n },
  { lower: 0n, upper: 1n, denominator: 1n },
  { lower: 0n, upper: 1n, denominator: 1n },
];

/**
 * Branch and bound for ‖∇ℓ‖² ≥ constant·ℓ^{(2L−1)/L} over the box of preconditioners, for d ≤ 2, where ℓ
 * is at least threshold·ℓ(bI), b the lower end of the cell of b*.
 *
 * Accuracy.     exact: nothing left undecided is a proof
 */
export function searchDominance(
  setting: Setting,
  bound: {
    readonly constant: Rational;
    readonly threshold: Rational;
    readonly stepSize: Cell;
    /** Over symmetric preconditioners alone: ε = 0. */
    readonly isSymmetric?: boolean;
  },
  maximalBoxes: number,
): HalvingTree {
  const { dim, contextLength, loops } = setting;
  const { constant, threshold, stepSize, isSymmetric = false } = bound;
  const axes = dim === 1 ? 1 : isSymmetric ? 2 : 3;
  const { loss, steepness } = dominancePolynomials(setting);
  const scale = contextLength ** BigInt(2 * loops);
  const slack = steepness
    .power(loops)
    .scaled(constant.denominator ** BigInt(loops))
    .minus(
      loss.power(2 * loops - 1).scaled(scale * (constant.numerator * BigInt(dim)) ** BigInt(loops)),
    );
  const level = isotropicLoss(setting, enclosureOf(stepSize).lower).times(threshold);
  const above = loss
    .scaled(level.denominator)
    .minus(PolynomialSum.constant(level.numerator * scale));
  const box = BOX.slice(0, axes);
  const inBox = (polynomial: PolynomialSum) =>
    polynomial.monomials().filter(([exponents]) => exponents.slice(axes).every((e) => e === 0));
  return searchHalvings(
    [above, slack].map((polynomial) => boxPolynomial(inBox(polynomial), box)),
    box.length,
    maximalBoxes,
    ([over, dominance]) => {
      if (provenSign(over!) < 0) return "t";
      return provenSign(dominance!) > 0 ? "g" : null;
    },
  );
}

/**
 * n^{2L}ℓ and n^{4L}d‖∇ℓ‖² as polynomials in c, p² and ε², Σ = I, d ≤ 2.
 *
 * Conventions.  up to rotation B = [[c + p, ε], [−ε, c − p]], and [c] for d = 1
 */
export function dominancePolynomials(setting: Setting): {
  readonly loss: PolynomialSum;
  readonly steepness: PolynomialSum;
} {
  const { dim } = setting;
  // Even in p and ε, so a polynomial in p² and ε².
  const [c, p, e] = [0, 1, 2].map((index) => PolynomialSum.variable(index)) as [
    PolynomialSum,
    PolynomialSum,
    PolynomialSum,
  ];
  const rows = [
    [c.plus(p), e],
    [e.scaled(-1n), c.minus(p)],
  ];
  const whole = lossMonomials(
    setting,
    dim === 1 ? "symmetric" : "general",
    dim === 1 ? (letters) => c.power(letters.length) : (letters) => planeTrace(rows, letters),
  );
  const loss = PolynomialSum.of(
    whole.monomials().map(([[i, j, k], value]) => [[i!, j! / 2, k! / 2], value]),
  );
  // d‖∇ℓ‖²: I, diag(1, −1) and J are orthogonal, of norm √d; ∂ℓ/∂p = 2p ∂ℓ/∂p².
  const steepness = [1, 2].reduce(
    (sum, axis) =>
      sum.plus(loss.derivative(axis).power(2).times(PolynomialSum.variable(axis)).scaled(4n)),
    loss.derivative(0).power(2),
  );
  return { loss, steepness };
}

/** Trace of a product of a 2×2 matrix (false) and its transpose (true). */
function planeTrace(
  rows: readonly (readonly PolynomialSum[])[],
  letters: readonly boolean[],
): PolynomialSum {
  const zero = PolynomialSum.constant(0n);
  const one = PolynomialSum.constant(1n);
  const product = letters.reduce(
    (left, isTransposed) =>
      left.map((row) =>
        [0, 1].map((j) =>
          row.reduce(
            (sum, entry, k) => sum.plus(entry.times(isTransposed ? rows[j]![k]! : rows[k]![j]!)),
            zero,
          ),
        ),
      ),
    [
      [one, zero],
      [zero, one],
    ],
  );
  return product[0]![0]!.plus(product[1]![1]!);
}
