import fc from "fast-check";
import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { IntegerPolynomial } from "../../src/numeric/integer-polynomial.js";
import { resultant } from "../../src/numeric/resultant.js";
import { checkProperty } from "../seed.js";

const roots = fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 1, maxLength: 6 });
const leading = fc.constantFrom(-3n, 1n, 2n);

function withRoots(zeros: readonly bigint[], factor: bigint): IntegerPolynomial {
  return zeros.reduce(
    (product, zero) => product.times(IntegerPolynomial.of([-zero, 1n])),
    IntegerPolynomial.of([factor]),
  );
}

test("it is a^k b^m times the product of the differences of the roots", () => {
  checkProperty(
    fc.property(roots, roots, leading, leading, (left, right, a, b) => {
      let product = a ** BigInt(right.length) * b ** BigInt(left.length);
      for (const x of left) for (const y of right) product *= x - y;
      expect(resultant(withRoots(left, a), withRoots(right, b))).toBe(product);
    }),
  );
});

test("complex roots count: x² + 1 and x⁴ − 1 share two, x² + 1 and x² + 2 none", () => {
  const [plus, minus] = [
    IntegerPolynomial.of([1n, 0n, 1n]),
    IntegerPolynomial.of([-1n, 0n, 0n, 0n, 1n]),
  ];
  expect(resultant(plus, minus)).toBe(0n);
  expect(resultant(plus, IntegerPolynomial.of([2n, 0n, 1n]))).toBe(1n);
});

test("constants are refused", () => {
  const line = IntegerPolynomial.of([1n, 1n]);
  expect(() => resultant(line, IntegerPolynomial.of([5n]))).toThrow(ArgumentError);
});
