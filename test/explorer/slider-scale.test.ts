import { describe, expect, it } from "vitest";
import {
  contextAt,
  parameterAt,
  parameterPosition,
  positionOf,
} from "../../src/explorer/page/slider-scale.js";

describe("the slider of the context length", () => {
  it("goes by decades from 1 to 10³⁰, in round numbers", () => {
    expect([0, 0.3, 1, 1.3, 2, 3.5, 30].map(contextAt)).toEqual([
      1n,
      2n,
      10n,
      20n,
      100n,
      3200n,
      10n ** 30n,
    ]);
  });

  it("rises with its position, and finds the position again", () => {
    const positions = Array.from({ length: 601 }, (_, i) => i * 0.05);
    const lengths = positions.map(contextAt);
    for (const [i, length] of lengths.entries()) {
      expect(i === 0 || length >= lengths[i - 1]!).toBe(true);
      // Two digits: within 5 % of the length, 0.022 decades; whole numbers below ten are coarser.
      const tolerance = length < 10n ? 0.18 : 0.025;
      expect(Math.abs(positionOf(length) - positions[i]!)).toBeLessThan(tolerance);
    }
  });

  it("stops at its end for what is larger", () => {
    expect(positionOf(10n ** 60n)).toBe(30);
  });
});

describe("the slider of the covariance's parameter", () => {
  it("gives the condition number by decades, the correlation as it is", () => {
    expect(parameterAt("condition", 1.5)).toBe("31.6");
    expect(parameterAt("ar1", 0.35)).toBe("0.35");
    expect(parameterPosition("condition", 100)).toBe(2);
    expect(parameterPosition("ar1", 0.35)).toBe(0.35);
  });
});
