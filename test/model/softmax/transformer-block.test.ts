import { describe, expect, test } from "vitest";
import { fixedPoint } from "../../../src/model/softmax/fixed-point.js";
import type { LinearMap } from "../../../src/model/softmax/linear-map.js";
import {
  attentionWeights,
  runBlock,
  type TransformerBlock,
} from "../../../src/model/softmax/transformer-block.js";
import { testStream } from "../../seed.js";

const WIDTH = 3;
const stream = testStream("transformer block");

function dense(outputs: number, inputs: number): LinearMap {
  const rows = Array.from({ length: outputs }, () =>
    Array.from({ length: inputs }, (_, j): [number, number] => [j, stream.normal()]),
  );
  return { inputs, rows, bias: [...stream.normals(outputs)] };
}

const block: TransformerBlock = {
  width: WIDTH,
  heads: [0, 1].map(() => ({
    query: dense(2, WIDTH),
    key: dense(2, WIDTH),
    value: dense(2, WIDTH),
    output: dense(WIDTH, 2),
  })),
  feedForward: { hidden: dense(5, WIDTH), output: dense(WIDTH, 5) },
};
const states = Array.from({ length: 4 }, () => stream.normals(WIDTH));

/** The same block by plain formulas on nested arrays. */
function byFormula(input: readonly (readonly number[])[], causal: boolean): number[][] {
  const times = (map: LinearMap, x: readonly number[]) =>
    map.rows.map((row, i) => row.reduce((sum, [j, w]) => sum + w * x[j]!, map.bias![i]!));
  const attended = input.map((x, i) => {
    const seen = causal ? input.slice(0, i + 1) : input;
    return block.heads.reduce((sum, head) => {
      const q = times(head.query, x);
      const powers = seen.map((y) =>
        Math.exp(times(head.key, y).reduce((score, k, a) => score + k * q[a]!, 0)),
      );
      const total = powers.reduce((a, b) => a + b);
      const mixed = [0, 1].map((a) =>
        seen.reduce((value, y, j) => value + (powers[j]! / total) * times(head.value, y)[a]!, 0),
      );
      return times(head.output, mixed).map((entry, a) => entry + sum[a]!);
    }, x);
  });
  return attended.map((x) => {
    const hidden = times(block.feedForward.hidden, x).map((entry) => Math.max(0, entry));
    return times(block.feedForward.output, hidden).map((entry, a) => entry + x[a]!);
  });
}

describe("a softmax block", () => {
  test.each([true, false])("equals its formula (causal: %s)", (causal) => {
    const [once] = [runBlock(block, states, 1, { causal })];
    const expected = byFormula(
      states.map((state) => [...state]),
      causal,
    );
    once.forEach((state, i) => {
      for (const [a, entry] of state.entries()) expect(entry).toBeCloseTo(expected[i]![a]!, 10);
    });
  });

  test("looped twice is applied twice, and leaves its input alone", () => {
    const before = states.map((state) => [...state]);
    const twice = runBlock(block, states, 2);
    expect(twice).toEqual(runBlock(block, runBlock(block, states, 1), 1));
    expect(states.map((state) => [...state])).toEqual(before);
    expect(runBlock(block, states, 0)).toEqual(states);
  });

  test("weights of a head sum to one over what is seen", () => {
    const weights = attentionWeights(block.heads[0]!, states);
    expect(weights.map(({ length }) => length)).toEqual([1, 2, 3, 4]);
    for (const row of weights) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test("in fixed point every entry is a multiple of 2^{−s} within the range", () => {
    for (const state of runBlock(block, states, 3, { round: fixedPoint(3) })) {
      for (const entry of state) {
        expect(Number.isInteger(entry * 8)).toBe(true);
        expect(Math.abs(entry)).toBeLessThanOrEqual(8 - 1 / 8);
      }
    }
  });

  test("states and maps that do not fit are refused", () => {
    expect(() => runBlock(block, [new Float64Array(2)], 1)).toThrow("states must be of width 3");
    const wide = { ...block, feedForward: { ...block.feedForward, hidden: dense(5, 4) } };
    expect(() => runBlock(wide, states, 1)).toThrow(
      'feedForward.hidden must be a 5×3 map, got "5×4"',
    );
    const astray = { inputs: WIDTH, rows: Array.from({ length: 5 }, () => [[7, 1] as const]) };
    const broken = { ...block, feedForward: { ...block.feedForward, hidden: astray } };
    expect(() => runBlock(broken, states, 1)).toThrow("must be a map of 3 inputs");
    const infinite = { ...dense(5, WIDTH), bias: [0, 0, 0, 0, Number.NaN] };
    const worse = { ...block, feedForward: { ...block.feedForward, hidden: infinite } };
    expect(() => runBlock(worse, states, 1)).toThrow("must be finite");
  });
});

test("fixed-point numbers round to the nearest and saturate", () => {
  const round = fixedPoint(2);
  expect([0.6, 0.1, -0.6, 100, -100].map(round)).toEqual([0.5, 0, -0.5, 3.75, -3.75]);
  expect(() => fixedPoint(0)).toThrow("bits must be a positive integer");
});
