import { describe, expect, it } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { gdPlusPlusStackLoss } from "../../../src/theory/attention-loss/gd-plus-plus-stack.js";
import { bestGdPlusPlus } from "../../../src/theory/gd-plus-plus/best-gd-plus-plus.js";
import { gdPlusPlusOptimum } from "../../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { bestPreconditioner } from "../../../src/theory/preconditioner-search/best-preconditioner.js";
import { testStream } from "../../seed.js";

describe("the best GD++ over matrices", () => {
  it.each([
    [2, 10, 2, true, 0],
    [3, 6, 2, true, 0],
    [2, 8, 2, true, 0.5],
    [2, 20, 2, false, 0],
    [2, 5, 1, true, 0],
  ])(
    "d=%i n=%i L=%i tied=%s σ²=%d: at most the isotropic one and the best GD",
    (dim, contextLength, loops, tied, noise) => {
      const setting = { dim, contextLength, loops };
      const law = { ...setting, ...(noise > 0 && { noiseVariance: Rational.fromNumber(noise) }) };
      const stream = testStream("GD++").split(dim * contextLength);
      const found = bestGdPlusPlus({ ...law, tied }, { stream });
      expect(found.loss.value).toBeLessThanOrEqual(found.isotropicLoss * (1 + 1e-12));
      expect(found.isotropicLoss).toBe(gdPlusPlusOptimum({ ...law, tied }).loss);
      // C = 0 is gradient descent: the best preconditioner of this depth is a GD++ model.
      if (noise === 0) {
        const descent = bestPreconditioner(setting, { stream: stream.split("GD") });
        expect(found.loss.value).toBeLessThanOrEqual(descent.loss * (1 + 1e-9));
      }
      const again = gdPlusPlusStackLoss(
        { dim, contextLength, ...(noise > 0 && { noiseVariance: Rational.fromNumber(noise) }) },
        { layers: found.layers, loops: tied ? loops : 1 },
      );
      expect(Math.abs(again.value / found.loss.value - 1)).toBeLessThan(1e-10);
    },
  );

  it("stays isotropic where it is looped: descents come back from every disturbance", () => {
    const setting = { dim: 3, contextLength: 20, loops: 2 };
    const found = bestGdPlusPlus(setting, { stream: testStream("GD++ returns") });
    expect(found.loss.value / found.isotropicLoss).toBeGreaterThan(1 - 1e-8);
    expect(found.agreeing).toBeGreaterThanOrEqual(2);
    const { preconditioner } = found.layers[0]!;
    const mean = preconditioner.trace() / 3;
    expect(Matrix.sub(preconditioner, Matrix.eye(3).mul(mean)).norm()).toBeLessThan(1e-3 * mean);
  });

  it("says how far it reaches", () => {
    const setting = { dim: 2, contextLength: 5, loops: 3 };
    expect(() => bestGdPlusPlus(setting, { stream: testStream("deep") })).toThrow(
      /reaches 2 loops, got 3; gdPlusPlusOptimum/,
    );
  });
});
