import { describe, expect, test } from "vitest";
import { canonicalGauge, changeGauge, restrictedPart } from "../../src/model/gauge.js";
import { attentionLayer, restrictedLayer } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";

const a = new Matrix([
  [0.5, 0.1],
  [-0.2, 0.7],
]);
const u = Float64Array.of(0.3, -0.4);

function asFull(scale = 1) {
  const { value, keyQuery } = attentionLayer(restrictedLayer(a, u));
  return changeGauge({ value, keyQuery }, scale);
}

test("a restricted layer in any gauge is recognised, with nothing left over", () => {
  for (const scale of [1, -1, 3, -0.01]) {
    const { preconditioner, readIn, residual } = restrictedPart(asFull(scale));
    expect(Matrix.sub(preconditioner, a).norm()).toBeLessThan(1e-14);
    readIn.forEach((value, i) => {
      expect(value).toBeCloseTo(u[i]!, 14);
    });
    expect(residual).toBeLessThan(1e-15);
  }
});

test("what lies outside the restricted family is measured relative to the layer", () => {
  const full = asFull();
  full.value.set(0, 1, 3);
  full.keyQuery.set(2, 2, -4);
  const norm = Math.hypot(full.value.norm(), full.keyQuery.norm());
  expect(restrictedPart(full).residual).toBeCloseTo(5 / norm, 14);
});

describe("canonical form", () => {
  test("the corner of P is 1", () => {
    expect(canonicalGauge(asFull(-7)).value.get(2, 2)).toBeCloseTo(1, 14);
  });

  test("without a corner: equal norms, largest entry of P positive", () => {
    const value = new Matrix([
      [0, -5],
      [2, 0],
    ]);
    const { value: p, keyQuery: q } = canonicalGauge({ value, keyQuery: Matrix.eye(2) });
    expect(p.norm()).toBeCloseTo(q.norm(), 14);
    expect(p.get(0, 1)).toBeGreaterThan(0);
    expect(p.get(0, 1) * q.get(0, 0)).toBeCloseTo(-5, 14);
  });

  test("a corner that is only rounding is not divided by", () => {
    const value = new Matrix([
      [0, 1],
      [0, 1e-12],
    ]);
    const { keyQuery } = canonicalGauge({ value, keyQuery: Matrix.eye(2) });
    expect(keyQuery.norm()).toBeLessThan(10);
  });

  test("P = 0 or Q = 0 stays as it is", () => {
    for (const weights of [
      { value: Matrix.zeros(2, 2), keyQuery: Matrix.eye(2) },
      {
        value: new Matrix([
          [0, 1],
          [0, 0],
        ]),
        keyQuery: Matrix.zeros(2, 2),
      },
    ]) {
      expect(canonicalGauge(weights)).toBe(weights);
    }
  });

  test.each([0, Number.NaN, Number.POSITIVE_INFINITY])("refuses the scale %d", (scale) => {
    expect(() => changeGauge({ value: Matrix.eye(2), keyQuery: Matrix.eye(2) }, scale)).toThrow(
      /changeGauge: scale must be finite and not 0/,
    );
  });

  test("chooses one sign where P has no corner and opposite extremes", () => {
    const weights = {
      value: new Matrix([
        [0, -2],
        [2, 0],
      ]),
      keyQuery: Matrix.eye(2),
    };
    const { value } = canonicalGauge(weights);
    expect(value.get(0, 1)).toBeGreaterThan(0);
    expect(canonicalGauge(changeGauge(weights, -3)).value.get(0, 1)).toBeCloseTo(
      value.get(0, 1),
      14,
    );
  });
});
