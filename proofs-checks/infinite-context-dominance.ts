import { Rational } from "../src/numeric/rational.js";
import type { RationalMatrix } from "../src/theory/population/setting.js";

/** Loss and squared gradient norm at one residual matrix R = I − A, for S = I. */
export interface ResidualGradient {
  readonly loss: Rational;
  readonly squaredGradient: Rational;
}

/**
 * Loss and gradient of infinitely long prompts, by the product rule on matrices of fractions.
 *
 * Statement.    ℓ = ‖R^L‖_F², ∇_A ℓ = −2 Σ_{k<L} (R^k)ᵀ R^L (R^{L−1−k})ᵀ
 * Conventions.  Σ = I, no noise, n = ∞, so that S = I
 * Accuracy.     exact
 */
export function infiniteContextGradient(residual: RationalMatrix, loops: number): ResidualGradient {
  const powers: RationalMatrix[] = [
    residual.map((row, i) => row.map((_, j) => (i === j ? Rational.ONE : Rational.ZERO))),
  ];
  for (let k = 0; k < loops; k++) powers.push(product(powers[k]!, residual));
  const last = powers[loops]!;
  let gradient = last.map((row) => row.map(() => Rational.ZERO));
  for (let k = 0; k < loops; k++) {
    const term = product(product(transpose(powers[k]!), last), transpose(powers[loops - 1 - k]!));
    gradient = gradient.map((row, i) => row.map((entry, j) => entry.plus(term[i]![j]!)));
  }
  return {
    loss: squaredNorm(last),
    squaredGradient: squaredNorm(gradient).times(Rational.of(4)),
  };
}

function product(a: RationalMatrix, b: RationalMatrix): Rational[][] {
  return a.map((row) =>
    b[0]!.map((_, j) =>
      row.reduce(
        (sum, entry, k) => (entry.sign() === 0 ? sum : sum.plus(entry.times(b[k]![j]!))),
        Rational.ZERO,
      ),
    ),
  );
}

function transpose(a: RationalMatrix): Rational[][] {
  return a[0]!.map((_, j) => a.map((row) => row[j]!));
}

function squaredNorm(a: RationalMatrix): Rational {
  return a.flat().reduce((sum, entry) => sum.plus(entry.times(entry)), Rational.ZERO);
}
