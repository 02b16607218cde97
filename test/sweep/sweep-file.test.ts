import { describe, expect, it } from "vitest";
import { parseSweep } from "../../src/sweep/read-sweep.js";
import { openSweep } from "../../src/sweep/sweep.js";

const COMPUTE = "compute: optimum\n";
const AXES = "axes:\n  dim: [2, 3]\n  contextLength: 20\n  loops: 1\n";

const read = (text: string) => parseSweep(text, "grid.yaml");
const open = (text: string) => openSweep(read(text));

describe("a sweep file", () => {
  it("takes lists, ranges and log ranges, whole numbers exactly", () => {
    const { axes } = read(`${COMPUTE}axes:
  dim: { from: 2, to: 10, step: 4 }
  contextLength: { from: 10, to: 1e30, perDecade: 1 }
  loops: [1, 2]
  noiseVariance: { from: 0, to: 0.3, step: 0.1 }
`);
    expect(axes.map(({ values }) => values.length)).toEqual([3, 30, 2, 4]);
    expect(axes[1]!.values.at(-1)).toBe(10n ** 30n);
    expect(axes[1]!.values[20]).toBe(10n ** 21n);
    expect(axes[1]!.values[3]).toBe(10_000);
    // Not 0.30000000000000004.
    expect(axes[3]!.values).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it("is JSON too", () => {
    const { axes } = read(
      '{"axes": {"dim": 2, "contextLength": [1e25], "loops": 1}, "compute": "optimum"}',
    );
    expect(axes[1]!.values).toEqual([10n ** 25n]);
  });

  it.each([
    [
      "an unknown key",
      `${COMPUTE}${AXES}wher: dim > 2\n`,
      /wher \(line 6\) must be one of name, seed, axes/,
    ],
    [
      "an empty axis",
      `${COMPUTE}axes:\n  dim: []\n`,
      /axes\.dim \(line 3\) must be at least one value/,
    ],
    ["no axes", COMPUTE, /must be a sweep with axes/],
    ["nothing to compute", AXES, /must be a sweep with compute/],
    [
      "a value twice",
      `${COMPUTE}axes:\n  dim: [2, 2]\n`,
      /axes\.dim \(line 3\) must be distinct values, got 2 twice/,
    ],
    [
      "a range that ends before it begins",
      `${COMPUTE}axes:\n  dim: {from: 3, to: 2}\n`,
      /axes\.dim \(line 3\) must be step > 0 and from ≤ to/,
    ],
    [
      "a range of both kinds",
      `${COMPUTE}axes:\n  dim: {from: 1, to: 2, step: 1, perDecade: 1}\n`,
      /step or perDecade, not both/,
    ],
    [
      "a field of no optimum",
      `compute: {optimum: [isotropic, bset]}\n${AXES}`,
      /compute\.optimum\[1\] \(line 1\) must be one of isotropic, .*, got "bset"/,
    ],
    ["broken YAML", `${COMPUTE}axes: [1, 2\n`, /must be YAML or JSON, got line \d+, column \d+/],
    ["a key twice", `${COMPUTE}${AXES}compute: optimum\n`, /must be YAML or JSON, got line 6/],
    [
      "a limit below zero",
      `${COMPUTE}${AXES}limits: {seconds: -1}\n`,
      /limits\.seconds \(line 6\) must be a number > 0, got -1/,
    ],
  ])("refuses %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each([
    [
      "an axis that nothing reads",
      `${COMPUTE}${AXES}  kappa: 3\n`,
      /axes must be among dim, contextLength, loops, noiseVariance, .*, got "kappa"/,
    ],
    [
      "a missing axis",
      `${COMPUTE}axes: {dim: 2}\n`,
      /none for contextLength, loops, which optimum needs/,
    ],
    [
      "a value no computation can use",
      `${COMPUTE}axes: {dim: [2, 2.5], contextLength: 3, loops: 1}\n`,
      /dim must be a positive integer, got 2.5/,
    ],
    [
      "an unknown column to keep",
      `${COMPUTE}${AXES}keep: [los]\n`,
      /keep must be among stepSize.*, got "los"/,
    ],
    [
      "a map of an unknown column",
      `${COMPUTE}${AXES}maps: [{x: dim, y: loops, value: los}]\n`,
      /maps and fits must be about .*, got "los"/,
    ],
    [
      "conditions that are never true",
      `${COMPUTE}${AXES}where: dim > 5\n`,
      /where must be true at some point, got "dim > 5", true at none of the 2 points/,
    ],
    [
      "conditions that contradict each other",
      `${COMPUTE}${AXES}where: [dim > 2, dim < 3]\n`,
      /"dim > 2" and "dim < 3", which contradict each other at all 2 points/,
    ],
    [
      "a grid of too many points",
      `${COMPUTE}axes:\n  dim: {from: 1, to: 1000}\n  contextLength: {from: 1, to: 1000}\n  loops: {from: 1, to: 1000}\n`,
      /a grid of at most 100000000 points, got 1\.0e\+9 points \(--yes/,
    ],
    ["an unknown claim", `compute: {claims: nothing}\n${AXES}`, /id must be a known claim id/],
    [
      "weights that are not there",
      `compute: {compare: none.safetensors}\n${AXES}`,
      /none\.safetensors/,
    ],
  ])("refuses %s before any work", async (_, text, message) => {
    await expect(open(text)).rejects.toThrow(message);
  });
});
