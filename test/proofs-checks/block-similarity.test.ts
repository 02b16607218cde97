import { describe, expect, test } from "vitest";
import { followPenalty, loopedPairLoss } from "../../proofs-checks/block-similarity.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

// Σ = I, Ω = I: the whole path is known from scalar optima.
const law = {
  dim: 2,
  contextLength: 8,
  covariance: Matrix.eye(2),
  taskCovariance: "identity" as const,
};
const size = { dim: 2, contextLength: 8, loops: 2 };

test("one layer looped twice reaches the isotropic optimum, below n₀ where that is the best", () => {
  expect(loopedPairLoss(law)).toBeCloseTo(isotropicOptimum(size).loss.toNumber(), 10);
});

describe("along the weight of the penalty", () => {
  test("the cosine leaves the untied optimum alone", () => {
    for (const { loss, cosine } of followPenalty({ law, penalty: "−cos" }, [0, 1, 100])) {
      expect(loss).toBeCloseTo(untiedOptimum(size).loss.toNumber(), 9);
      expect(cosine).toBeCloseTo(1, 9);
    }
  });

  test("distance leads from the untied to the looped optimum, rising all the way", () => {
    const losses = followPenalty({ law, penalty: "distance" }, [0, 0.1, 1, 10, 1000]).map(
      ({ loss }) => loss,
    );
    expect(losses[0]).toBeCloseTo(untiedOptimum(size).loss.toNumber(), 9);
    // Where the layers have met, from some weight on, the loss stays what it is.
    losses.slice(1).forEach((loss, k) => {
      expect(loss).toBeGreaterThan(losses[k]! - 1e-12);
    });
    expect(losses.at(-1)).toBeCloseTo(isotropicOptimum(size).loss.toNumber(), 3);
  });
});
