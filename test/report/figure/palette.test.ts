import { describe, expect, it } from "vitest";
import {
  DIVERGING_SCALE,
  darkTwins,
  PALETTE,
  SEQUENTIAL_SCALE,
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
    const scales = DIVERGING_SCALE.length + SEQUENTIAL_SCALE.length;
    const roles = Object.values(PALETTE).length + scales;
    expect(Object.keys(darkTwins())).toHaveLength(roles);
  });

  it.each(["light", "dark"] as const)("keeps signs apart in grey on %s paper", (mode) => {
    const [below2, below1, , above1, above2] = DIVERGING_SCALE.map((stop) => luminance(stop[mode]));
    expect((above2! + 0.05) / (below2! + 0.05)).toBeGreaterThan(1.5);
    expect((above1! + 0.05) / (below1! + 0.05)).toBeGreaterThan(1.25);
  });

  it.each(["light", "dark"] as const)("keeps the order of a scale in grey on %s paper", (mode) => {
    const levels = SEQUENTIAL_SCALE.map((stop) => luminance(stop[mode]));
    for (const [i, level] of levels.slice(1).entries()) {
      const [dark, bright] = [level, levels[i]!].toSorted((a, b) => a - b);
      // Each quarter of the scale is a step that grey shows.
      expect((bright! + 0.05) / (dark! + 0.05), `stop ${i + 1}`).toBeGreaterThan(1.25);
      expect(level < levels[i]!).toBe(mode === "light");
    }
  });

  it("tells series apart without colour, by marker and by dash", () => {
    const styles = Array.from({ length: 5 }, (_, i) => seriesStyle(i));
    expect(new Set(styles.map(({ dash }) => dash)).size).toBe(5);
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
