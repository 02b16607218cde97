import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";

/**
 * A polynomial that depends on parameters, with its first and second derivatives in them.
 *
 * Shapes.       gradient: m polynomials; hessian: m rows, row i holds columns 0 … i
 * Accuracy.     exact
 */
export class PolynomialJet {
  constructor(
    readonly value: IntegerPolynomial,
    readonly gradient: readonly IntegerPolynomial[],
    readonly hessian: readonly (readonly IntegerPolynomial[])[],
  ) {}

  /** A polynomial that no parameter touches. */
  static constant(value: IntegerPolynomial, parameters: number): PolynomialJet {
    return new PolynomialJet(
      value,
      Array.from({ length: parameters }, () => IntegerPolynomial.ZERO),
      Array.from({ length: parameters }, (_, i) =>
        Array.from({ length: i + 1 }, () => IntegerPolynomial.ZERO),
      ),
    );
  }

  /** The parameter of that index itself, at a value. */
  static parameter(value: bigint, index: number, parameters: number): PolynomialJet {
    const fixed = PolynomialJet.constant(IntegerPolynomial.of([value]), parameters);
    const gradient = fixed.gradient.map((zero, i) => (i === index ? ONE : zero));
    return new PolynomialJet(fixed.value, gradient, fixed.hessian);
  }

  minus(other: PolynomialJet): PolynomialJet {
    return new PolynomialJet(
      this.value.minus(other.value),
      this.gradient.map((slope, i) => slope.minus(other.gradient[i]!)),
      this.hessian.map((row, i) => row.map((entry, j) => entry.minus(other.hessian[i]![j]!))),
    );
  }

  times(other: PolynomialJet): PolynomialJet {
    const [a, b] = [this, other];
    return new PolynomialJet(
      a.value.times(b.value),
      a.gradient.map((slope, i) => slope.times(b.value).plus(a.value.times(b.gradient[i]!))),
      a.hessian.map((row, i) =>
        row.map((entry, j) =>
          entry
            .times(b.value)
            .plus(a.value.times(b.hessian[i]![j]!))
            .plus(a.gradient[i]!.times(b.gradient[j]!))
            .plus(a.gradient[j]!.times(b.gradient[i]!)),
        ),
      ),
    );
  }
}

const ONE = IntegerPolynomial.of([1n]);
