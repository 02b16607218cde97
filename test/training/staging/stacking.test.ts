import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { layerParameterCount } from "../../../src/model/model-shape.js";
import {
  describeStacking,
  parseStacking,
  stackingPlan,
} from "../../../src/training/staging/stacking.js";
import { checkProperty } from "../../seed.js";

const shape = (layers: number) => ({ family: "restricted", dim: 1, layers, loops: 1 }) as const;

/** Layers of the final model by the layer of the first one or the copy each descends from. */
function growth(spec: string, layers: number): string[] {
  const stacking = parseStacking(spec);
  const plan = stackingPlan(shape(layers), stacking, 1000);
  const stride = layerParameterCount(shape(layers));
  let names = Array.from({ length: stacking.blockLayers }, (_, i) => "abc"[i]!);
  const stages = [names.join("")];
  for (const start of plan.stageStarts.slice(1)) {
    const sources = plan.sourcesAt(start)!;
    expect(sources.length).toBe(plan.layersAt(start) * stride);
    // Whole layers are copied, in order of their parameters.
    sources.forEach((source, i) => {
      expect(source % stride).toBe(i % stride);
    });
    names = Array.from(
      { length: sources.length / stride },
      (_, l) => names[sources[l * stride]! / stride]!,
    );
    // Every layer is told apart before the next stage copies one.
    stages.push(names.join(""));
    names = names.map((_, l) => "abcdefghij"[l]!);
  }
  return stages;
}

describe("stacking", () => {
  it("copies the last block onto the top", () => {
    expect(growth("last", 4)).toEqual(["a", "aa", "abb", "abcc"]);
    expect(growth("last:2", 6)).toEqual(["ab", "abab", "abcdcd"]);
  });

  it("repeats the middle block, ⌈i/2⌉ of i", () => {
    expect(growth("middle", 5)).toEqual(["a", "aa", "aab", "abbc", "abbcd"]);
    expect(growth("middle:2", 6)).toEqual(["ab", "abab", "ababcd"]);
  });

  it("gives stage i its share iᵅ of the steps", () => {
    const starts = (spec: string) => stackingPlan(shape(3), parseStacking(spec), 1400).stageStarts;
    expect(starts("last:1:0")).toEqual([0, 467, 933]);
    expect(starts("last:1:1")).toEqual([0, 233, 700]);
    expect(starts("last:1:2")).toEqual([0, 100, 500]);
  });

  it("costs the layers·steps the source says", () => {
    // Against full training: (2k + 1)/(3k) for α = 1, 3(k + 1)/(2(2k + 1)) for α = 2.
    const costs = {
      1: (k: number) => (2 * k + 1) / (3 * k),
      2: (k: number) => (3 * (k + 1)) / (2 * (2 * k + 1)),
    };
    checkProperty(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.constantFrom(1, 2), (k, alpha) => {
        const steps = 20_000;
        const plan = stackingPlan(shape(k), parseStacking(`middle:1:${alpha}`), steps);
        let cost = 0;
        for (let step = 0; step < steps; step++) cost += plan.layersAt(step);
        expect(cost / (k * steps)).toBeCloseTo(costs[alpha as 1 | 2](k), 3);
      }),
      { numRuns: 10 },
    );
  });

  it("grows at the first step of a stage and nowhere else", () => {
    const plan = stackingPlan(shape(3), parseStacking("last:1:1"), 600);
    const grown = Array.from({ length: 600 }, (_, step) => step).filter(
      (step) => plan.sourcesAt(step) !== undefined,
    );
    expect(grown).toEqual([100, 300]);
    expect([0, 99, 100, 299, 300, 599].map(plan.layersAt)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it("is read from what it is written as", () => {
    for (const spec of ["last:1:1", "middle:2:0.5", "last:1:2:reset"]) {
      expect(describeStacking(parseStacking(spec))).toBe(spec);
    }
    expect(describeStacking(parseStacking("middle"))).toBe("middle:1:1");
    expect(describeStacking(parseStacking("middle:reset"))).toBe("middle:1:1:reset");
    for (const spec of [
      "",
      "first",
      "last:0",
      "last:1.5",
      "last:1:-1",
      "last:1:1:1",
      "last:1:1:keep",
      "last:",
    ]) {
      expect(() => parseStacking(spec), spec).toThrow(ArgumentError);
    }
  });

  it("refuses layers that are no stack of blocks, and stages without a step", () => {
    const plan = (layers: number, spec: string, steps: number) => () =>
      stackingPlan(shape(layers), parseStacking(spec), steps);
    expect(plan(1, "last", 100)).toThrow(
      "layers must be a multiple of 1, at least 2, to be stacked",
    );
    expect(plan(5, "last:2", 100)).toThrow("layers must be a multiple of 2");
    expect(plan(4, "last", 3)).toThrow("got 3 steps for 4 stages");
  });
});
