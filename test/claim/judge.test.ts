import { describe, expect, test } from "vitest";
import type { Measurement, Quantity } from "../../src/claim/claim.js";
import { judge } from "../../src/claim/judge.js";
import { NumericalError } from "../../src/errors.js";
import { Rational } from "../../src/numeric/rational.js";

const measurement = (
  value: Measurement["value"],
  errorBudget: Measurement["errorBudget"],
): Measurement => ({ value, errorBudget, method: "certified" });

describe("identities and equalities", () => {
  test.each(["identity", "equality"] as const)(
    "%s: holds up to and at the edge of the budget",
    (kind) => {
      expect(judge(kind, 1, measurement(1.5, 0.5))).toMatchObject({ verdict: "holds", margin: 0 });
      expect(judge(kind, 1, measurement(0.75, 0.5))).toMatchObject({ margin: 0.5 });
      expect(judge(kind, 1, measurement(2, 0.5))).toMatchObject({ verdict: "refuted", margin: -1 });
    },
  );

  test("compares exactly, not in doubles", () => {
    const third = Rational.of(1, 3);
    expect(judge("equality", third, measurement(third, 0)).verdict).toBe("holds");
    // 1/3 rounded to a double is not 1/3.
    expect(judge("equality", third, measurement(1 / 3, 0)).verdict).toBe("refuted");
    expect(judge("equality", third, measurement(1 / 3, 2 ** -54)).verdict).toBe("holds");
  });

  test("an exact equality has full margin, an exact miss a negative one", () => {
    expect(judge("equality", 2, measurement(2, 0)).margin).toBe(1);
    expect(judge("equality", 2, measurement(3, 0))).toMatchObject({
      verdict: "refuted",
      margin: -1,
    });
  });

  test("the worst component decides and is named", () => {
    expect(judge("equality", [1, 2, 3], measurement([1, 2.2, 3.1], 0.25))).toMatchObject({
      verdict: "holds",
      component: 1,
    });
    expect(judge("equality", [1, 2, 3], measurement([1, 2.2, 3.1], [1, 1, 0.05]))).toMatchObject({
      verdict: "refuted",
      component: 2,
    });
  });
});

describe("bounds", () => {
  test("upper: satisfied beyond the budget, violated beyond it, else inconclusive", () => {
    expect(judge("upper-bound", 10, measurement(8, 1))).toMatchObject({
      verdict: "holds",
      margin: 0.2,
    });
    expect(judge("upper-bound", 10, measurement(9.5, 1)).verdict).toBe("inconclusive");
    expect(judge("upper-bound", 10, measurement(10.5, 1)).verdict).toBe("inconclusive");
    expect(judge("upper-bound", 10, measurement(11.5, 1))).toMatchObject({ verdict: "refuted" });
  });

  test("lower: the mirror image", () => {
    expect(judge("lower-bound", -10, measurement(-8, 1))).toMatchObject({
      verdict: "holds",
      margin: 0.2,
    });
    expect(judge("lower-bound", -10, measurement(-10.5, 1)).verdict).toBe("inconclusive");
    expect(judge("lower-bound", -10, measurement(-12, 1)).verdict).toBe("refuted");
  });

  test("an attained bound holds when exact; a witness must be strictly better", () => {
    const half = Rational.of(1, 2);
    expect(judge("upper-bound", half, measurement(half, 0)).verdict).toBe("holds");
    expect(judge("existence", half, measurement(half, 0)).verdict).toBe("refuted");
    expect(judge("existence", half, measurement(Rational.of(49, 100), 0)).verdict).toBe("holds");
    expect(judge("existence", 1, measurement(0.9, 0.2)).verdict).toBe("inconclusive");
  });

  test("a bound of zero has an absolute margin", () => {
    expect(judge("upper-bound", 0, measurement(-3, 1)).margin).toBe(3);
  });

  test("one refuted component outweighs an inconclusive and a holding one", () => {
    const judged = judge("upper-bound", [1, 1, 1], measurement([0, 1, 5], 0.5));
    expect(judged).toMatchObject({ verdict: "refuted", component: 2 });
  });
});

describe("numbers that cannot be compared", () => {
  const cases: [string, Quantity | Quantity[], Measurement][] = [
    ["NaN measured", 1, measurement(Number.NaN, 1)],
    ["NaN predicted", Number.NaN, measurement(1, 1)],
    ["NaN budget", 1, measurement(1, Number.NaN)],
    ["infinite budget", 1, measurement(1, Number.POSITIVE_INFINITY)],
    ["infinite measured", 1, measurement(Number.NEGATIVE_INFINITY, 1)],
    ["a NaN among numbers", [1, 2], measurement([1, Number.NaN], 1)],
    ["components that do not match", [1, 2], measurement([1], 1)],
    ["no component", [], measurement([], 0)],
    ["budgets that do not match", [1, 2, 3], measurement([1, 2, 3], [1, 1])],
    ["a negative budget", 1, measurement(1, -1)],
  ];
  for (const kind of ["identity", "equality", "upper-bound", "lower-bound", "existence"] as const) {
    test.each(cases)(`${kind}: %s is an error, never a verdict`, (_, predicted, measured) => {
      expect(() => judge(kind, predicted, measured)).toThrow(NumericalError);
    });
  }
});
