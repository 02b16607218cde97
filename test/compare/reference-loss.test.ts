import { describe, expect, it } from "vitest";
import { closedForm } from "../../src/compare/closed-form.js";
import { compareWeights } from "../../src/compare/compare-weights.js";
import { referenceLoss } from "../../src/compare/reference-loss.js";
import { ArgumentError } from "../../src/errors.js";
import { restrictedBlock } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { testStream } from "../seed.js";

const law = promptDistribution({ dim: 5, contextLength: 20 });

describe("referenceLoss", () => {
  it("of one layer is that of the closed form", () => {
    const form = closedForm(law, 3);
    if (form.kind === "none") throw new Error("no closed form");
    expect(referenceLoss({ layers: 1, loops: 3 }, law)).toBe(form.loss);
  });

  it("of untied layers is that of the best untied multiples", () => {
    // Theory's table of d = 5, n = 20, L = 3: steps {0.422409, 0.689126, 1.714217}.
    expect(referenceLoss({ layers: 3, loops: 1 }, law)).toBeCloseTo(0.13360843, 8);
  });

  it("of a block that is looped lies between one layer and as many untied ones", () => {
    const [tied, block, untied] = [
      referenceLoss({ layers: 1, loops: 4 }, law)!,
      referenceLoss({ layers: 2, loops: 2 }, law)!,
      referenceLoss({ layers: 4, loops: 1 }, law)!,
    ];
    expect(block).toBeLessThan(0.99 * tied);
    expect(untied).toBeLessThan(0.99 * block);
  });

  it("is not known of looped blocks with noise, and refuses what is no model", () => {
    const noisy = promptDistribution({ dim: 5, contextLength: 20, noiseVariance: 0.1 });
    expect(referenceLoss({ layers: 2, loops: 2 }, noisy)).toBeUndefined();
    // Untied layers alone have one, which noise raises.
    const untied = { layers: 2, loops: 1 };
    expect(referenceLoss(untied, noisy)).toBeGreaterThan(referenceLoss(untied, law)!);
    expect(() => referenceLoss({ layers: 2, loops: 0 }, law)).toThrow(ArgumentError);
  });

  it("is not known where the prior or the covariates are others", () => {
    const taskCovariance = Matrix.diag([1, 2, 3, 4, 5]);
    const untied = { layers: 2, loops: 1 };
    for (const other of [{ taskCovariance }, { covariateLaw: { kind: "uniform" } as const }]) {
      const distribution = promptDistribution({ dim: 5, contextLength: 20, ...other });
      expect(referenceLoss(untied, distribution)).toBeUndefined();
    }
  });
});

it("untied weights at the optimal steps have no excess over it", () => {
  const layers = [0.422409, 0.689126, 1.714217].map((step) => ({
    preconditioner: Matrix.eye(5).mul(step),
    readIn: new Float64Array(5),
  }));
  const { untiedLoss, exactLoss } = compareWeights(restrictedBlock(layers), law, {
    ...{ loops: 1, prompts: 20, stream: testStream("untied comparison") },
  });
  if ("unavailable" in exactLoss) throw new Error(exactLoss.unavailable);
  expect(exactLoss.perLoop.at(-1)! / untiedLoss! - 1).toBeGreaterThanOrEqual(0);
  expect(exactLoss.perLoop.at(-1)! / untiedLoss! - 1).toBeLessThan(1e-9);
});
