import { ArgumentError } from "../../errors.js";
import { Rational } from "../../numeric/rational.js";
import { type LoopedSetting, requireLoopedSetting } from "../setting.js";
import { conformalPolynomial } from "./conformal-polynomial.js";

/** Value, gradient and Hessian of a loss of two variables (c, ε), each exact before rounding. */
export interface RotationJet {
  readonly value: number;
  readonly gradient: readonly [number, number];
  /** ∂²/∂c², ∂²/∂c∂ε, ∂²/∂ε² */
  readonly hessian: readonly [number, number, number];
}

/**
 * The exact loss on the family B = cI + εJ, J block-diagonal with [[0, 1], [−1, 0]].
 *
 * Statement.    ℓ(cI + εJ) = Σ_m Σ_k a_mk c^{m−2k} ε^{2k} / n^{2L}, integers a_mk, m ≤ 2L, 2k ≤ m
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened B; even in ε
 * Hypotheses.   d even
 * Accuracy.     exact
 * Source.       derived here: cI + εJ is r·Q with Q orthogonal and tr Q^s = d Re (c + iε)^s / r^s
 */
export class RotationFamily {
  private constructor(
    /** rows[m][k] = a_mk */
    private readonly rows: readonly (readonly bigint[])[],
    private readonly denominator: bigint,
  ) {}

  /**
   * Builds the polynomial of a setting.
   *
   * Throws.       ArgumentError for a bad setting or odd d; HypothesisError beyond 7 loops
   */
  static of(setting: LoopedSetting): RotationFamily {
    const n = requireLoopedSetting("RotationFamily.of", setting);
    const { dim, loops } = setting;
    if (dim % 2 !== 0) throw new ArgumentError("RotationFamily.of", "dim", "even", dim);
    const d = BigInt(dim);
    const highest = 2 * loops;
    const rows = Array.from({ length: highest + 1 }, (_, m) =>
      new Array<bigint>((m >> 1) + 1).fill(0n),
    );
    const products = new Map<string, bigint[]>();
    for (const { coefficient, inverseN, degree, charges } of conformalPolynomial(loops)) {
      const key = `${degree}:${charges.join()}`;
      const product = products.get(key) ?? realParts(degree, charges);
      products.set(key, product);
      const scale = coefficient * n ** BigInt(highest - inverseN) * d ** BigInt(charges.length);
      for (const [k, factor] of product.entries()) rows[degree]![k]! += scale * factor;
    }
    return new RotationFamily(rows, n ** BigInt(highest));
  }

  /** ℓ(cI + εJ), exactly. */
  at(c: Rational, epsilon: Rational): Rational {
    return this.#derivative(c, epsilon, 0, 0);
  }

  /** Loss and derivatives at a point of doubles: each correctly rounded, so nothing cancels. */
  jetAt(c: number, epsilon: number): RotationJet {
    return this.exactJetAt(Rational.fromNumber(c), Rational.fromNumber(epsilon));
  }

  /** As jetAt, at a point that may differ from b* by less than doubles resolve. */
  exactJetAt(c: Rational, epsilon: Rational): RotationJet {
    const at = (i: number, j: number) => this.#derivative(c, epsilon, i, j).toNumber();
    return {
      value: at(0, 0),
      gradient: [at(1, 0), at(0, 1)],
      hessian: [at(2, 0), at(1, 1), at(0, 2)],
    };
  }

  /** ∂^{i+j}ℓ/∂c^i∂ε^j over one denominator: no fraction is reduced on the way. */
  #derivative(c: Rational, epsilon: Rational, i: number, j: number): Rational {
    const common = c.denominator * epsilon.denominator;
    const x = c.numerator * epsilon.denominator;
    const y = epsilon.numerator * c.denominator;
    const highest = this.rows.length - 1;
    let sum = 0n;
    for (const [m, row] of this.rows.entries()) {
      let homogeneous = 0n;
      for (const [k, coefficient] of row.entries()) {
        const left = m - 2 * k;
        if (left < i || 2 * k < j) continue;
        const falling = BigInt(fallingFactorial(left, i) * fallingFactorial(2 * k, j));
        homogeneous += coefficient * falling * x ** BigInt(left - i) * y ** BigInt(2 * k - j);
      }
      if (homogeneous !== 0n) sum += homogeneous * common ** BigInt(highest - m);
    }
    // A term of degree m leaves degree m − i − j behind.
    return Rational.of(sum * common ** BigInt(i + j), this.denominator * common ** BigInt(highest));
  }
}

/** r^{degree − Σ s} Π Re (x + iy)^s as Σ_k p_k x^{degree − 2k} y^{2k}. */
function realParts(degree: number, charges: readonly number[]): bigint[] {
  let product = [1n];
  let used = 0;
  for (const charge of charges) {
    if (charge > 0) product = convolve(product, realPower(charge));
    used += charge;
  }
  for (; used < degree; used += 2) product = convolve(product, [1n, 1n]);
  return product;
}

/** Re (x + iy)^s = Σ_k (−1)^k C(s, 2k) x^{s−2k} y^{2k} */
function realPower(power: number): bigint[] {
  const coefficients: bigint[] = [];
  let binomial = 1n;
  for (let j = 0; j <= power; j++) {
    if (j % 2 === 0) coefficients.push(j % 4 === 0 ? binomial : -binomial);
    binomial = (binomial * BigInt(power - j)) / BigInt(j + 1);
  }
  return coefficients;
}

function convolve(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const result = new Array<bigint>(a.length + b.length - 1).fill(0n);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) result[i + j]! += x * y;
  return result;
}

function fallingFactorial(value: number, count: number): number {
  let product = 1;
  for (let i = 0; i < count; i++) product *= value - i;
  return product;
}
