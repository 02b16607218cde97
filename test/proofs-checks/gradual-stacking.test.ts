import { expect, test } from "vitest";
import { stackSteps, untiedStepsLoss } from "../../proofs-checks/gradual-stacking.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

/** Layers as they stand after each stage, when training adds ten times the stage to each. */
function stages(scheme: "copy last" | "copy middle", block: number[], count: number): number[][] {
  const seen: number[][] = [];
  stackSteps({ scheme, block, stages: count, dim: 1, contextLength: 1 }, (start) => {
    seen.push([...start]);
    // New values, so that it shows which block was copied.
    return Float64Array.from(start, (_, l) => l + 1);
  });
  return seen;
}

test("copy last puts a copy of the last block on top", () => {
  expect(stages("copy last", [7, 8], 3)).toEqual([
    [7, 8],
    [1, 2, 1, 2],
    [1, 2, 3, 4, 3, 4],
  ]);
});

test("copy middle doubles the middle block where it stands", () => {
  expect(stages("copy middle", [5], 5)).toEqual([
    [5],
    [1, 1],
    [1, 1, 2],
    [1, 2, 2, 3],
    [1, 2, 2, 3, 4],
  ]);
});

test("the loss and its gradient at the untied optimum", () => {
  const setting = { dim: 5, contextLength: 20 };
  const { stepSizes, loss } = untiedOptimum({ ...setting, loops: 3 });
  const steps = Float64Array.from(stepSizes!, (step) => step.toNumber());
  const { value, gradient } = untiedStepsLoss(setting)(steps);
  expect(value).toBeCloseTo(loss.toNumber(), 14);
  for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-13);
});
