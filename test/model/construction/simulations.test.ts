import { describe, expect, test } from "vitest";
import { randomDecoder, randomUntiedModel } from "../../../proofs-checks/random-transformer.js";
import {
  decodingSimulation,
  runDecodingSimulation,
} from "../../../src/model/construction/decoding-simulation.js";
import {
  loopedSimulation,
  runLoopedSimulation,
} from "../../../src/model/construction/looped-simulation.js";
import { decodeGreedily } from "../../../src/model/softmax/decoder.js";
import { runUntied } from "../../../src/model/softmax/untied-model.js";
import { testStream } from "../../seed.js";

const stream = testStream("simulations");
const shape = { width: 4, heads: 2, headWidth: 2, units: 7, order: [1, 0, 2, 1], scale: 0.5 };
const states = Array.from({ length: 5 }, () => stream.normals(4));

describe("untied layers in a loop", () => {
  const model = randomUntiedModel(shape, stream.split("untied"));

  test.each([true, false])("are the same doubles (causal: %s)", (causal) => {
    const looped = runLoopedSimulation(loopedSimulation(model), states, { causal });
    expect(looped).toEqual(runUntied(model, states, { causal }));
  });

  test("with a bias at the attention's output agree to rounding", () => {
    const layers = model.layers.map((layer) => ({
      ...layer,
      heads: layer.heads.map((head) => ({
        ...head,
        output: { ...head.output, bias: [...stream.normals(4)] },
      })),
    }));
    const looped = runLoopedSimulation(loopedSimulation({ ...model, layers }), states);
    const expected = runUntied({ ...model, layers }, states);
    for (const [i, state] of looped.entries()) {
      for (const [k, entry] of state.entries()) expect(entry).toBeCloseTo(expected[i]![k]!, 9);
    }
  });

  test("that outgrow the bound are reported, not returned", () => {
    const simulation = loopedSimulation(model, { bound: 0.01 });
    expect(() => runLoopedSimulation(simulation, states)).toThrow(/grew beyond the bound/);
  });

  test("of several widths, or out of the order's range, are refused", () => {
    const wide = randomUntiedModel({ ...shape, width: 5 }, stream);
    const layers = [...model.layers, ...wide.layers];
    expect(() => loopedSimulation({ layers, order: [0] })).toThrow("layers must be of one width");
    expect(() => loopedSimulation({ ...model, order: [3] })).toThrow(
      "order must be of integers below 3, got 3",
    );
    expect(() => runUntied({ ...model, order: [] }, states)).toThrow("order must be non-empty");
  });
});

describe("decoding in a loop", () => {
  const decoder = randomDecoder(shape, { tokens: 6, positions: 12 }, stream.split("decoder"));

  test("gives the decoder's tokens for every prompt of two", () => {
    const simulation = decodingSimulation(decoder, 2, 5);
    for (let index = 0; index < 36; index++) {
      const prompt = [index % 6, Math.floor(index / 6)];
      const decoded = runDecodingSimulation(simulation, prompt);
      expect(decoded).toEqual(decodeGreedily(decoder, prompt, 5));
    }
  });

  test("beyond the positions or the vocabulary is refused", () => {
    expect(() => decodeGreedily(decoder, [1, 2, 3], 10)).toThrow(
      "decodeGreedily: steps must be within 12 positions, the prompt's 3 counted, got 10",
    );
    expect(() => decodingSimulation(decoder, 3, 10)).toThrow("steps must be within 12 positions");
    expect(() => decodeGreedily(decoder, [1, 6], 1)).toThrow(
      "prompt must be of tokens below 6, got 6",
    );
    expect(() => decodeGreedily(decoder, [], 1)).toThrow("prompt must be non-empty");
    const narrow = { ...decoder, positions: [new Float64Array(3)] };
    expect(() => decodeGreedily(narrow, [1], 1)).toThrow("positions must be of width 4, got 3");
  });
});
