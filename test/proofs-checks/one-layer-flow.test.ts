import { expect, test } from "vitest";
import { basinValue, endOfFlow, gamma, limitWeights } from "../../proofs-checks/one-layer-flow.js";

test("in one dimension all four weights by hand", () => {
  // Λ = 2, N = 4: Γ = (1 + 1/4)·2 + 2/4 = 3; W^KQ → Γ^{1/2}·Γ⁻¹ = 3^{−1/2} = W^PV.
  const flow = { spectrum: [2], contextLength: 4, scale: 0.5, theta: [[1]] };
  expect(gamma(flow, {}).get(0, 0)).toBeCloseTo(3, 15);
  expect(basinValue(flow)).toBeCloseTo(0.75, 15);
  const expected = [0, 3 ** -0.5, 3 ** -0.5, 0];
  limitWeights(gamma(flow, {}), 1 / 4).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 14);
  });
  endOfFlow(flow).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 7);
  });
});

test("a direction that starts at a millionth of the other is found as well", () => {
  const theta = [
    [1e-3, 0],
    [0, 1],
  ];
  const flow = { spectrum: [1, 0.5], contextLength: 10, scale: 0.5, theta };
  const end = endOfFlow(flow);
  limitWeights(gamma(flow, {}), 1 / 4).forEach((value, i) => {
    expect(end[i]).toBeCloseTo(value, 6);
  });
});
