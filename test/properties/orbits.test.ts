import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { promptLaws } from "../../src/arbitrary/prompt.js";
import { rotations } from "../../src/arbitrary/rotation.js";
import { settings } from "../../src/arbitrary/setting.js";
import { fullLayers, preconditioners } from "../../src/arbitrary/weights.js";
import { canonicalGauge, changeGauge } from "../../src/model/gauge.js";
import type { AttentionLayer } from "../../src/model/weights.js";
import { Matrix, symmetricFunction } from "../../src/numeric/matrix.js";
import { fullStackGradient, fullStackLoss } from "../../src/theory/attention-loss/full-stack.js";
import { populationGradient } from "../../src/theory/population/population-gradient.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import type { PopulationSetting } from "../../src/theory/population/setting.js";
import { positiveDefinite, squareMatrix } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

const norm = ({ value, keyQuery }: AttentionLayer) => Math.hypot(value.norm(), keyQuery.norm());
const inner = (a: Matrix, b: Matrix) => Matrix.mul(a, b).sum();

/** A law and one layer (P, Q) that has a canonical gauge, with a corner away from 0. */
const cases = promptLaws({ maxDim: 2, conditionNumber: 4 }).chain((distribution) =>
  fc.record({
    setting: fc.constant<PopulationSetting>({
      dim: distribution.dim,
      contextLength: distribution.contextLength,
      covariance: distribution.covariance,
      taskCovariance: distribution.taskCovariance,
      noiseVariance: distribution.noiseVariance,
    }),
    layer: fullLayers(distribution.dim).map(({ value, keyQuery }) => {
      const corner = value.clone();
      const last = distribution.dim;
      corner.set(last, last, 0.5 + value.get(last, last) ** 2);
      return { value: corner, keyQuery };
    }),
    /** Powers of two: the other layer's doubles are the same numbers, scaled without rounding. */
    scale: fc
      .tuple(fc.integer({ min: -5, max: 5 }), fc.boolean())
      .map(([exponent, isNegative]) => (isNegative ? -1 : 1) * 2 ** exponent),
  }),
);

const gradientAt = (setting: PopulationSetting, layer: AttentionLayer) =>
  fullStackGradient(setting, { layers: [layer], loops: 1 });

describe("the gauge orbit of one full layer", () => {
  test("the exact loss is the same all along it, as a fraction", () => {
    checkProperty(
      fc.property(cases, ({ setting, layer, scale }) => {
        const exactAt = (one: AttentionLayer) =>
          fullStackLoss(setting, { layers: [one], loops: 1 }, { exact: true }).exact!;
        expect(exactAt(changeGauge(layer, scale)).equals(exactAt(layer))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test("the gradient is perpendicular to it, and scales against the weights along it", () => {
    checkProperty(
      fc.property(cases, ({ setting, layer, scale }) => {
        const here = gradientAt(setting, layer);
        const slope = here.layers[0]!;
        // d/dc of the loss at (cP, Q/c): ⟨∇_P, P⟩ = ⟨∇_Q, Q⟩.
        const [one, other] = [
          inner(slope.value, layer.value),
          inner(slope.keyQuery, layer.keyQuery),
        ];
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-11 * norm(slope) * norm(layer));
        const there = gradientAt(setting, changeGauge(layer, scale)).layers[0]!;
        const back = {
          value: Matrix.mul(there.value, scale),
          keyQuery: Matrix.div(there.keyQuery, scale),
        };
        expect(Matrix.sub(back.value, slope.value).norm()).toBeLessThanOrEqual(1e-11 * norm(slope));
        expect(Matrix.sub(back.keyQuery, slope.keyQuery).norm()).toBeLessThanOrEqual(
          1e-11 * norm(slope),
        );
      }),
      { numRuns: 25 },
    );
  });

  test("the gradient's norm in canonical gauge does not see where on it a layer was", () => {
    checkProperty(
      fc.property(cases, ({ setting, layer, scale }) => {
        const canonicalNorm = (one: AttentionLayer) =>
          norm(gradientAt(setting, canonicalGauge(one)).layers[0]!);
        const here = canonicalNorm(layer);
        const there = canonicalNorm(changeGauge(layer, scale));
        expect(Math.abs(there - here)).toBeLessThanOrEqual(1e-11 * here);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the orbit of rotations OBOᵀ", () => {
  const rotated = settings({ maxDim: 3, maxLoops: 3 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      matrix: preconditioners(size.dim),
      rotation: rotations(size.dim),
    }),
  );

  test("keeps the exact loss and turns its gradient", () => {
    checkProperty(
      fc.property(rotated, ({ size: { loops, ...setting }, matrix, rotation }) => {
        const turn = (one: Matrix) => rotation.mmul(one).mmul(rotation.transpose());
        const at = (one: Matrix) => populationGradient(setting, { preconditioners: [one], loops });
        const [here, there] = [at(matrix), at(turn(matrix))];
        // Of the size of the terms, which at −‖B‖I have one sign.
        const opposite = Matrix.eye(setting.dim).mul(-(matrix.norm() + 0.1));
        const terms = at(opposite);
        expect(Math.abs(here.value - there.value)).toBeLessThan(1e-13 * terms.value);
        const difference = Matrix.sub(turn(here.preconditioners[0]!), there.preconditioners[0]!);
        expect(difference.norm()).toBeLessThan(1e-13 * terms.preconditioners[0]!.norm());
      }),
      { numRuns: 40 },
    );
  });

  test("a commutator with B is a direction in which the loss does not change", () => {
    const directed = rotated.chain((one) =>
      squareMatrix(one.size.dim).map((matrix) => ({
        ...one,
        generator: Matrix.sub(matrix, matrix.transpose()),
      })),
    );
    checkProperty(
      fc.property(directed, ({ size: { loops, ...setting }, matrix, generator }) => {
        const slope = populationGradient(setting, { preconditioners: [matrix], loops });
        const tangent = Matrix.sub(generator.mmul(matrix), matrix.mmul(generator));
        const opposite = Matrix.eye(setting.dim).mul(-(matrix.norm() + 0.1));
        const terms = populationGradient(setting, { preconditioners: [opposite], loops });
        const size = terms.preconditioners[0]!.norm() * (tangent.norm() + 1e-3);
        expect(Math.abs(inner(slope.preconditioners[0]!, tangent))).toBeLessThan(1e-12 * size);
      }),
      { numRuns: 40 },
    );
  });
});

test("the orbit of whitenings: A for (Σ, Σ⁻¹) has the loss of Σ^{1/2}AΣ^{1/2} for the identity", () => {
  const whitened = settings({ maxDim: 3, maxLoops: 3 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      matrix: preconditioners(size.dim),
      covariance: positiveDefinite(size.dim),
    }),
  );
  checkProperty(
    fc.property(whitened, ({ size: { loops, ...setting }, matrix, covariance }) => {
      const root = symmetricFunction(covariance, Math.sqrt);
      const lossAt = (law: PopulationSetting, one: Matrix) =>
        populationLoss(law, { preconditioners: [one], loops }).value;
      const here = lossAt({ ...setting, covariance }, matrix);
      const there = lossAt(setting, root.mmul(matrix).mmul(root));
      const opposite = Matrix.eye(setting.dim).mul(-2 * (matrix.norm() + 0.1));
      expect(Math.abs(here - there)).toBeLessThan(1e-12 * lossAt(setting, opposite));
    }),
    { numRuns: 30 },
  );
});
