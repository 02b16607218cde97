import { ArgumentError } from "../errors.js";
import { Enclosure } from "./enclosure.js";
import { bitLength, magnitude } from "./integer.js";
import { IntegerPolynomial } from "./integer-polynomial.js";
import { Rational } from "./rational.js";

/**
 * Sturm chain of an integer polynomial: counts its distinct real roots, of any multiplicity.
 *
 * Statement.    #{x ∈ (a, b] : P(x) = 0} = V(a) − V(b), V(x) the sign variations along
 *               P, P′, −rem(P, P′), … at x
 * Accuracy.     exact; coefficients grow with the square of the degree, so that isolateRoots is the
 *               better tool for simple roots of degree in the hundreds
 * Source.       Sturm 1829; P is divided by gcd(P, P′) first, so the ends may be roots
 */
export class SturmChain {
  private constructor(private readonly chain: readonly IntegerPolynomial[]) {}

  /** Throws ArgumentError for the zero polynomial, all of whose points are roots. */
  static of(polynomial: IntegerPolynomial): SturmChain {
    if (polynomial.degree < 0) {
      throw new ArgumentError("SturmChain.of", "polynomial", "non-zero", 0);
    }
    const chain = remainders(polynomial);
    const common = chain.at(-1)!;
    return new SturmChain(
      common.degree === 0 ? chain : remainders(divideExactly(chain[0]!, common)),
    );
  }

  /** The polynomial with the same roots, each simple. */
  get squareFree(): IntegerPolynomial {
    return this.chain[0]!;
  }

  /** Number of distinct roots in (lower, upper]. */
  countRoots(lower: Rational, upper: Rational): number {
    const variations = (point: Rational) =>
      signVariations(this.chain.map((polynomial) => polynomial.signAt(point)));
    return variations(lower) - variations(upper);
  }

  /** Number of distinct real roots. */
  countRealRoots(): number {
    const signsAt = (atMinusInfinity: boolean) =>
      this.chain.map(({ leading, degree }) => {
        const sign = leading > 0n ? 1 : -1;
        return atMinusInfinity && degree % 2 === 1 ? -sign : sign;
      });
    return signVariations(signsAt(true)) - signVariations(signsAt(false));
  }

  /** Enclosures, ascending, of all distinct real roots, of which (lower, upper] holds one each. */
  isolate(): Enclosure[] {
    const bound = this.#rootBound();
    const found: Enclosure[] = [];
    const search = (lower: Rational, upper: Rational, count: number): void => {
      if (count === 0) return;
      if (count === 1) {
        found.push(
          this.squareFree.signAt(upper) === 0
            ? Enclosure.point(upper)
            : this.#awayFromLower(lower, upper),
        );
        return;
      }
      const middle = Enclosure.of(lower, upper).midpoint;
      const left = this.countRoots(lower, middle);
      search(lower, middle, left);
      search(middle, upper, count - left);
    };
    search(bound.negated(), bound, this.countRealRoots());
    return found;
  }

  /** Moves a lower end that is itself a root (of the interval before) off it. */
  #awayFromLower(lower: Rational, upper: Rational): Enclosure {
    let from = lower;
    let gap = upper;
    while (this.squareFree.signAt(from) === 0) {
      gap = Enclosure.of(lower, gap).midpoint;
      if (this.squareFree.signAt(gap) === 0) return Enclosure.point(gap);
      if (this.countRoots(gap, upper) === 1) from = gap;
    }
    return Enclosure.of(from, upper);
  }

  /** A power of two above every |root| (Cauchy's bound 1 + max |a_i / a_m|). */
  #rootBound(): Rational {
    const { coefficients, leading } = this.squareFree;
    const largest = Math.max(...coefficients.map((c) => bitLength(magnitude(c))));
    const least = bitLength(magnitude(leading));
    return Rational.of(1n << BigInt(largest - least + 2));
  }
}

/** P, P′ and the negated remainders, each reduced to its primitive part, down to gcd(P, P′). */
function remainders(polynomial: IntegerPolynomial): IntegerPolynomial[] {
  const chain = [polynomial.primitivePart()];
  let next = polynomial.derivative().primitivePart();
  while (next.degree >= 0) {
    chain.push(next);
    next = negatedRemainder(chain.at(-2)!, next).primitivePart();
  }
  return chain;
}

/** A positive multiple of −(dividend mod divisor). */
function negatedRemainder(
  dividend: IntegerPolynomial,
  divisor: IntegerPolynomial,
): IntegerPolynomial {
  const { leading } = divisor;
  const scale = magnitude(leading);
  let rest = dividend;
  while (rest.degree >= divisor.degree) {
    const factor = leading < 0n ? -rest.leading : rest.leading;
    rest = rest.scaled(scale).minus(shiftedUp(divisor, rest.degree - divisor.degree, factor));
  }
  return rest.scaled(-1n);
}

/** The quotient of primitive polynomials of which the divisor divides the dividend. */
function divideExactly(dividend: IntegerPolynomial, divisor: IntegerPolynomial): IntegerPolynomial {
  const quotient = new Array<bigint>(dividend.degree - divisor.degree + 1).fill(0n);
  let rest = dividend;
  while (rest.degree >= divisor.degree) {
    const power = rest.degree - divisor.degree;
    quotient[power] = rest.leading / divisor.leading;
    rest = rest.minus(shiftedUp(divisor, power, quotient[power]!));
  }
  return IntegerPolynomial.of(quotient);
}

/** factor · x^power · P. */
function shiftedUp(
  { coefficients }: IntegerPolynomial,
  power: number,
  factor: bigint,
): IntegerPolynomial {
  return IntegerPolynomial.of([
    ...new Array<bigint>(power).fill(0n),
    ...coefficients.map((coefficient) => coefficient * factor),
  ]);
}

function signVariations(signs: readonly number[]): number {
  const visible = signs.filter((sign) => sign !== 0);
  return visible.filter((sign, i) => i > 0 && sign !== visible[i - 1]).length;
}
