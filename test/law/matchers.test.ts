import { describe, expect, test } from "vitest";
import { loopgdMatchers } from "../../src/laws.js";
import { restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";

const a = new Matrix([
  [0.5, 0.25],
  [0, 1],
]);

describe("toBeGdStep", () => {
  const { toBeGdStep } = loopgdMatchers;
  // Aᵀ(2, 4) = (1, 4.5).
  const step = { from: [3, 3], gradient: [2, 4], preconditioner: a };

  test("passes at from − Aᵀ·gradient, and not at from − A·gradient", () => {
    expect(toBeGdStep([2, -1.5], step).pass).toBe(true);
    expect(toBeGdStep([1, -1], step).pass).toBe(false);
  });

  test("shows both vectors and the largest difference", () => {
    const text = toBeGdStep([2, -1], step).message();
    expect(text).toMatch(/^largest difference 5\.000e-1 at \(1, 0\)/);
    expect(text).toMatch(/the value:\n +2\.0000000\n +-1\.0000000\n/);
    expect(text).toMatch(/the gradient step:\n +2\.0000000\n +-1\.5000000$/);
  });

  test("fails at NaN and at another length", () => {
    expect(toBeGdStep([2, Number.NaN], step).pass).toBe(false);
    expect(toBeGdStep([2], step)).toMatchObject({ pass: false });
    expect(toBeGdStep([2], step).message()).toBe("the value is 1×1, the gradient step 2×1");
  });
});

describe("toMatchClosedForm", () => {
  const { toMatchClosedForm } = loopgdMatchers;

  test("takes matrices and looped weights, to a relative tolerance", () => {
    const near = Matrix.mul(a, 1 + 1e-6);
    expect(toMatchClosedForm(a, { preconditioner: a }).pass).toBe(true);
    expect(toMatchClosedForm(near, { preconditioner: a }).pass).toBe(false);
    const weights = restrictedWeights(near);
    expect(toMatchClosedForm(weights, { preconditioner: a }, { tolerance: 1e-5 }).pass).toBe(true);
    expect(toMatchClosedForm(weights, { preconditioner: a }).message()).toMatch(
      /largest difference 1\.000e-6 at \(1, 1\)[\s\S]*the closed form:/,
    );
  });
});

describe("toHaveVerdict", () => {
  const { toHaveVerdict } = loopgdMatchers;

  test("wants it of every result, and of at least one", () => {
    expect(toHaveVerdict({ verdict: "holds" }, "holds").pass).toBe(true);
    expect(toHaveVerdict([{ verdict: "holds" }, { verdict: "refuted" }], "holds").pass).toBe(false);
    expect(toHaveVerdict([], "holds").pass).toBe(false);
    expect(toHaveVerdict([{ verdict: "refuted" }], "holds").message()).toBe(
      'expected the verdict holds of\n  {"verdict":"refuted"}',
    );
  });
});
