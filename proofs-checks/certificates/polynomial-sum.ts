import { Rational } from "../../src/numeric/rational.js";

/** Variables that a monomial may have. */
const VARIABLES = 4;

/**
 * Polynomial in several variables with integer coefficients, by its monomials.
 *
 * Accuracy.     exact
 */
export class PolynomialSum {
  private constructor(private readonly terms: ReadonlyMap<string, bigint>) {}

  static constant(value: bigint): PolynomialSum {
    return PolynomialSum.of([[[], value]]);
  }

  static variable(index: number): PolynomialSum {
    return PolynomialSum.of([[[...new Array<number>(index).fill(0), 1], 1n]]);
  }

  /** Σ coefficient · Π x_i^exponents[i]; trailing zero exponents may be left out. */
  static of(monomials: Iterable<readonly [readonly number[], bigint]>): PolynomialSum {
    const terms = new Map<string, bigint>();
    for (const [exponents, coefficient] of monomials) {
      const length = exponents.findLastIndex((exponent) => exponent !== 0) + 1;
      const key = exponents.slice(0, length).join();
      terms.set(key, (terms.get(key) ?? 0n) + coefficient);
    }
    return new PolynomialSum(new Map([...terms].filter(([, coefficient]) => coefficient !== 0n)));
  }

  /** Exponents in all variables, and the coefficient, of every monomial. */
  monomials(): [number[], bigint][] {
    return [...this.terms].map(([key, coefficient]) => {
      const exponents = key === "" ? [] : key.split(",").map(Number);
      return [
        [...exponents, ...new Array<number>(VARIABLES - exponents.length).fill(0)],
        coefficient,
      ];
    });
  }

  plus(other: PolynomialSum): PolynomialSum {
    return PolynomialSum.of([...this.monomials(), ...other.monomials()]);
  }

  scaled(factor: bigint): PolynomialSum {
    return PolynomialSum.of(this.monomials().map(([e, value]) => [e, value * factor]));
  }

  minus(other: PolynomialSum): PolynomialSum {
    return this.plus(other.scaled(-1n));
  }

  times(other: PolynomialSum): PolynomialSum {
    const [mine, theirs] = [this.monomials(), other.monomials()];
    return PolynomialSum.of(
      mine.flatMap(([e, x]) =>
        theirs.map(([f, y]): [number[], bigint] => [e.map((one, i) => one + f[i]!), x * y]),
      ),
    );
  }

  power(exponent: number): PolynomialSum {
    return exponent === 0 ? PolynomialSum.constant(1n) : this.times(this.power(exponent - 1));
  }

  derivative(index: number): PolynomialSum {
    return PolynomialSum.of(
      this.monomials().map(([e, x]) => [e.with(index, e[index]! - 1), x * BigInt(e[index]!)]),
    );
  }

  /** The value at a point; variables beyond it are 0. */
  at(point: readonly Rational[]): Rational {
    return this.monomials().reduce((sum, [exponents, value]) => {
      const factors = exponents.map((e, i) => (point[i] ?? Rational.ZERO).power(e));
      return sum.plus(factors.reduce((a, b) => a.times(b), Rational.of(value)));
    }, Rational.ZERO);
  }

  /** P/(x_i − x_j) for a P that vanishes where x_i = x_j. */
  overDifference(i: number, j: number): PolynomialSum {
    return PolynomialSum.of(
      this.monomials().flatMap(([e, value]) =>
        // P(x) = P(x) − P(y) up to what vanishes, and x^a − y^a = (x − y) Σ_k x^k y^{a−1−k}.
        Array.from({ length: e[i]! }, (_, k): [number[], bigint] => [
          e.with(i, k).with(j, e[j]! + e[i]! - 1 - k),
          value,
        ]),
      ),
    );
  }
}
