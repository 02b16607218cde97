import { describe, expect, it } from "vitest";
import {
  DIVERGING_SCALE,
  darkTwins,
  PALETTE,
  seriesStyle,
} from "../../../src/report/figure/palette.js";

const TEXT = ["ink", "muted", "blue", "vermilion", "green", "purple", "amber"] as const;

describe("palette", () => {
  it.each(["light", "dark"] as const)("has text and lines that stand out on %s paper", (mode) => {
    const paper = PALETTE.paper[mode];
    // WCAG 2.2 asks 4.5 of text, which verdict words in colour are.
    for (const role of TEXT) {
      expect(contrast(PALETTE[role][mode], paper), role).toBeGreaterThan(4.5);
    }
  });

  it("gives every role a light colour of its own, so that twins are unambiguous", () => {
    const roles = Object.values(PALETTE).length + DIVERGING_SCALE.length;
    expect(Object.keys(darkTwins())).toHaveLength(roles);
  });

  it.each(["light", "dark"] as const)("keeps signs apart in grey on %s paper", (mode) => {
    const [below2, below1, , above1, above2] = DIVERGING_SCALE.map((stop) => luminance(stop[mode]));
    expect((above2! + 0.05) / (below2! + 0.05)).toBeGreaterThan(1.5);
    expect((above1! + 0.05) / (below1! + 0.05)).toBeGreaterThan(1.25);
  });

  it("gives the first five series colours and markers of their own", () => {
    const styles = Array.from({ length: 5 }, (_, i) => seriesStyle(i));
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(5);
    expect(new Set(styles.map(({ symbol }) => symbol)).size).toBe(5);
    expect(seriesStyle(5)).toEqual(seriesStyle(0));
  });
});

/** Contrast ratio and relative luminance as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
