import { type Enclosure, encloseQuotients } from "../../numeric/enclosure.js";
import type { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import type { Rational } from "../../numeric/rational.js";
import {
  type MeasureWindow,
  type OrthogonalPolynomial,
  orthogonalPolynomial,
} from "./orthogonal-polynomial.js";
import { integerPower } from "./residual-polynomial.js";

/** Moments m₀ … m_{2kL} of nS, the number of loops L, and where the spectrum sits. */
export interface ReweightedLaw {
  readonly moments: readonly bigint[];
  readonly loops: number;
  readonly window: MeasureWindow;
}

/**
 * The quadratic problem that touches E tr p^{2L} at one p: it gives Newton's step and, a posteriori,
 * proved bounds on the global minimum.
 *
 * Statement.    with ν = p^{2L−2} μ, p̃ the minimiser of E_ν q² over deg q ≤ k, q(0) = 1, and
 *               f = E_ν p² the loss, λ = E_ν p̃²: the least loss f* and its p* obey
 *               f − L(f − λ) ≤ f* ≤ f and |p*(x) − p(x)|² ≤ 4(f − λ) K(x), K(x) = vᵀM⁻¹v,
 *               v = (x, …, x^k), M_ij = E_ν w^{i+j}
 * Conventions.  everything in w = ns; p = polynomial / its constant coefficient
 * Accuracy.     exact
 * Source.       derived here: a^{2L} ≥ b^{2L} + 2L b^{2L−1}(a − b) + L b^{2L−2}(a − b)² for all real
 *               a, b (equality at a = ±b), taken at a = p*, b = p; and E_ν p̃e = 0 where e(0) = 0
 */
export class ReweightedProblem {
  private constructor(
    readonly polynomial: IntegerPolynomial,
    /** The loss times constant^{2L}: comparable between polynomials of one constant coefficient. */
    readonly loss: bigint,
    readonly orthogonal: OrthogonalPolynomial,
    readonly law: ReweightedLaw,
    private readonly moments: readonly bigint[],
  ) {}

  static at(polynomial: IntegerPolynomial, law: ReweightedLaw): ReweightedProblem {
    const weight = integerPower(polynomial, 2 * law.loops - 2).coefficients;
    const moments = Array.from({ length: 2 * polynomial.degree + 1 }, (_, j) =>
      weight.reduce((sum, c, l) => sum + c * law.moments[l + j]!, 0n),
    );
    const { degree } = polynomial;
    const orthogonal = orthogonalPolynomial(moments.slice(1), degree, law.window);
    const loss = expectation(polynomial.times(polynomial), moments);
    return new ReweightedProblem(polynomial, loss, orthogonal, law, moments);
  }

  /** p̃ up to a positive factor. */
  get reweightedBest(): IntegerPolynomial {
    const { polynomial } = this.orthogonal;
    return polynomial.coefficients[0]! > 0n ? polynomial : polynomial.scaled(-1n);
  }

  get #constant(): bigint {
    return this.polynomial.coefficients[0]!;
  }

  /** f − λ as a quotient over constant^{2L−2}. */
  get #gap(): { numerator: bigint; denominator: bigint } {
    const best = this.reweightedBest;
    const bestConstant = best.coefficients[0]!;
    const square = this.#constant ** 2n;
    const least = expectation(best, this.moments);
    return {
      numerator: this.loss * bestConstant - least * square,
      denominator: bestConstant * square,
    };
  }

  /** [f − L(f − λ), f], where that is `digits` digits narrow; null else. */
  encloseLoss(digits: number): Enclosure | null {
    const { numerator, denominator } = this.#gap;
    const slack = BigInt(this.law.loops) * numerator;
    const loss = this.loss * (denominator / this.#constant ** 2n);
    if (slack * 10n ** BigInt(digits + 1) > loss) return null;
    return encloseQuotients(
      loss - slack,
      loss,
      denominator * this.#constant ** (2n * BigInt(this.law.loops) - 2n),
      Math.ceil((digits + 3) * Math.log2(10)),
    );
  }

  /** The sign of p*(x) at a rational w = x, or 0 where p(x) is too small to tell. */
  provenSignAt(point: Rational): -1 | 0 | 1 {
    const value = this.polynomial.homogenisedAt(point.numerator, point.denominator);
    const { minor, kernel } = this.#christoffelKernel(point);
    const square = value * value * this.reweightedBest.coefficients[0]! * minor;
    if (square <= 4n * this.#gap.numerator * kernel) return 0;
    return value > 0n ? 1 : -1;
  }

  /**
   * K(x) = kernel / (minor · q^{2k}) at x = p/q: fraction-free elimination of [[M, v], [vᵀ, 0]],
   * whose last entries are det M and −det M · vᵀM⁻¹v.
   */
  #christoffelKernel({ numerator, denominator }: Rational): { minor: bigint; kernel: bigint } {
    const { degree } = this.polynomial;
    const rows = Array.from({ length: degree + 1 }, (_, i) =>
      Array.from({ length: degree + 1 }, (_, j) => {
        if (i < degree && j < degree) return this.moments[i + j + 2]!;
        const power = Math.min(i, j) + 1;
        return power > degree
          ? 0n
          : numerator ** BigInt(power) * denominator ** BigInt(degree - power);
      }),
    );
    let last = 1n;
    for (let k = 0; k < degree; k++) {
      const pivot = rows[k]![k]!;
      for (let i = k + 1; i <= degree; i++) {
        const factor = rows[i]![k]!;
        rows[i] = rows[i]!.map((entry, j) =>
          j <= k ? 0n : (entry * pivot - factor * rows[k]![j]!) / last,
        );
      }
      last = pivot;
    }
    return { minor: last, kernel: -rows[degree]![degree]! };
  }
}

function expectation(polynomial: IntegerPolynomial, moments: readonly bigint[]): bigint {
  return polynomial.coefficients.reduce((sum, c, k) => sum + c * moments[k]!, 0n);
}
