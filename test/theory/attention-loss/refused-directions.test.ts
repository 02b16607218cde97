import { expect, test } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import {
  fullStackCurvatureAlong,
  gdPlusPlusCurvatureAlong,
} from "../../../src/theory/attention-loss/hessian/curvature-along.js";
import { fullStackHessianProduct } from "../../../src/theory/attention-loss/hessian/full-hessian.js";
import { gdPlusPlusStackHessianProduct } from "../../../src/theory/attention-loss/hessian/gd-plus-plus-hessian.js";

const setting = { dim: 1, contextLength: 2 };
const two = Matrix.eye(2);
const full = { layers: [{ value: two, keyQuery: two }], loops: 1 };
const plusPlus = { layers: [{ preconditioner: Matrix.eye(1) }], loops: 1 };
const direction = { value: two, keyQuery: two };

test.each([
  [
    /fullStackHessianProduct: directions must be one for each of 1 layers, got 0/,
    () => fullStackHessianProduct(setting, full, []),
  ],
  [
    /fullStackHessianProduct: directions\[0\].value must be a 2×2 matrix/,
    () => fullStackHessianProduct(setting, full, [{ ...direction, value: Matrix.eye(3) }]),
  ],
  [
    /fullStackCurvatureAlong: directions must be one for each of 1 layers, got 2/,
    () => fullStackCurvatureAlong(setting, full, [direction, direction]),
  ],
  [
    /fullStackCurvatureAlong: step must be positive and finite, got 0/,
    () => fullStackCurvatureAlong(setting, full, [direction], 0),
  ],
  [
    /gdPlusPlusCurvatureAlong: directions must be one for each of 1 layers, got 0/,
    () => gdPlusPlusCurvatureAlong(setting, plusPlus, []),
  ],
  [
    /gdPlusPlusStackHessianProduct: directions must be one for each of 1 layers, got 0/,
    () => gdPlusPlusStackHessianProduct(setting, plusPlus, []),
  ],
  [
    /gdPlusPlusStackHessianProduct: directions\[0\].readIn must be 1 finite numbers/,
    () => gdPlusPlusStackHessianProduct(setting, plusPlus, [{ readIn: [1, 2] }]),
  ],
])("%s", (message, compute) => {
  expect(compute).toThrow(message);
});

test("a line along which nothing moves has no curvature, with and without a read-in", () => {
  const withReadIn = { layers: [{ preconditioner: Matrix.eye(1), readIn: [0.5] }], loops: 1 };
  for (const stack of [plusPlus, withReadIn]) {
    expect(gdPlusPlusCurvatureAlong(setting, stack, [{}])).toMatchObject({ value: 0, sign: 0 });
  }
  // ℓ(b) = 1 − 2b + b²(n + 2)/n of one loop in one dimension: ℓ″ = 2(n + 2)/n = 4.
  const along = [{ preconditioner: Matrix.eye(1) }];
  expect(gdPlusPlusCurvatureAlong(setting, plusPlus, along)).toMatchObject({ value: 4, sign: 1 });
});
