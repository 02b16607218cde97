import { describe, expect, it } from "vitest";
import { contextGainFigure } from "../../../src/report/figure/exact/context-gain.js";
import { contextGains } from "../../../src/report/figure/exact/context-gains.js";
import { depthLosses } from "../../../src/report/figure/exact/depth-losses.js";
import { flowTimeFigure } from "../../../src/report/figure/exact/flow-time.js";
import { flowTimes } from "../../../src/report/figure/exact/flow-times.js";
import { lossByDepthFigure } from "../../../src/report/figure/exact/loss-by-depth.js";
import { lossLandscapeFigure } from "../../../src/report/figure/exact/loss-landscape.js";
import { rotationLandscape } from "../../../src/report/figure/exact/rotation-landscape.js";
import { saddleMap, saddleMapFigure } from "../../../src/report/figure/exact/saddle-map.js";
import { tightConstantsFigure } from "../../../src/report/figure/exact/tight-constants.js";
import { rounded } from "./rounded.js";

const bound = {
  id: "a-bound",
  setting: "d = 2",
  kind: "upper-bound",
  constant: "1/16",
  stated: 0.0625,
  tight: 0.03125,
  ratio: 0.5,
  attained: null,
} as const;

describe("figures of exact results", () => {
  it("flow time", () => {
    const times = flowTimes({ dim: 2, contextLength: 50, loops: 2 }, { points: 4 });
    expect(rounded(flowTimeFigure({ id: "flow", times }))).toMatchSnapshot();
  });

  it("loss by depth", () => {
    const losses = depthLosses({ dim: 10, contextLength: 20 }, { depth: 4, blockLayers: [1, 2] });
    expect(rounded(lossByDepthFigure({ id: "depth", losses }))).toMatchSnapshot();
  });

  it("context gain", () => {
    const gains = contextGains({ dim: 2, loops: 2, decades: 3, seed: 0 });
    expect(rounded(contextGainFigure({ id: "gain", gains }))).toMatchSnapshot();
  });

  it("saddle map", () => {
    const map = saddleMap([2, 3], [2, 3]);
    expect(rounded(saddleMapFigure({ id: "saddle", map }))).toMatchSnapshot();
  });

  it("tight constants", () => {
    const bounds = [
      bound,
      { ...bound, id: "another-bound", kind: "lower-bound", ratio: 4 } as const,
    ];
    expect(rounded(tightConstantsFigure({ id: "constants", bounds }))).toMatchSnapshot();
  });

  it("loss landscape", () => {
    const landscape = rotationLandscape({ dim: 4, contextLength: 30, loops: 3 }, { points: 3 });
    expect(rounded(lossLandscapeFigure({ id: "landscape", landscape }))).toMatchSnapshot();
  });
});

describe("results behind the figures", () => {
  it("have the table of exact optima, and untied layers below looped ones", () => {
    const { blocks, untied } = depthLosses(
      { dim: 10, contextLength: 20 },
      { depth: 3, blockLayers: [1] },
    );
    // theory.md, section 3: d = 10, n = 20, L = 1, 2, 3.
    const table = [110 / 31, 2.10527675, 1.45867726];
    blocks[0]!.points.forEach(({ loss }, i) => {
      expect(loss).toBeCloseTo(table[i]!, 8);
    });
    expect(untied[0]!.loss).toBeCloseTo(table[0]!, 12);
    expect(untied[2]!.loss).toBeLessThan(blocks[0]!.points[2]!.loss);
  });

  it("have the saddle onsets of the theory notes", () => {
    // theory.md, section 3: n₀(2, 2) = 15, n₀(3, 2) = 20, n₀(2, 3) = 15, n₀(3, 3) = 18.
    expect(saddleMap([2, 3], [2, 3]).onsets).toEqual([
      [15, 20],
      [15, 18],
    ]);
  });

  it("gain at two loops what the two-dimensional optimum does", () => {
    const { points } = contextGains({ dim: 2, loops: 2, decades: 5, seed: 0 });
    // For large n the gain is d/n² (theory.md, section 3) of the loss E tr (I − S)⁴ ≈ m/n²,
    // m = d(2d² + 5d + 5): moments of a Gaussian symmetric matrix of variance (1 + δ)/n.
    const gain = points.at(-1)!.gain;
    expect(gain * (2 * 4 + 5 * 2 + 5)).toBeCloseTo(1, 2);
    expect(points[0]!.gain).toBe(0);
  });

  it("place the landscape's optima where the notes have them", () => {
    const { isotropic, best } = rotationLandscape(
      { dim: 4, contextLength: 30, loops: 3 },
      { points: 3 },
    );
    // theory.md, "The best preconditioner over all A": d = 4, n = 30, L = 3.
    expect(isotropic.loss).toBeCloseTo(0.06350309, 8);
    expect(best.loss).toBeCloseTo(0.06077571, 8);
    expect(best.antisymmetric).toBeCloseTo(0.25403, 4);
  });

  it("have flow times below the integrated bound where dominance holds, and refuse one loop", () => {
    const { points } = flowTimes({ dim: 2, contextLength: 50, loops: 2 }, { points: 4 });
    expect(points[0]!.exact).toBeLessThan(points[0]!.integrated);
    expect(points.every(({ exact }, i) => i === 0 || exact > points[i - 1]!.exact)).toBe(true);
    expect(() => flowTimes({ dim: 2, contextLength: 50, loops: 1 }, { points: 4 })).toThrow(
      "flowTimes: loops must be at least 2, got 1",
    );
  });
});
