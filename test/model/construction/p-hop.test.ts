import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pHopModel, pHopModelInBits, runPHop } from "../../../src/model/construction/p-hop.js";
import { solvePHop } from "../../../src/task/p-hop.js";
import { checkProperty } from "../../seed.js";

describe("the p-hop model", () => {
  test("answers any word as the definition does, hops or none", () => {
    const words = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 14 });
    checkProperty(
      fc.property(words, fc.integer({ min: 1, max: 9 }), (word, hops) => {
        const model = pHopModel({ length: word.length, alphabet: 3, hops });
        expect(runPHop(model, word)).toBe(solvePHop(word, hops));
      }),
      { numRuns: 60 },
    );
  });

  test("has three heads, ⌈log₂ p⌉ + 2 loops, and a width logarithmic in all sizes", () => {
    const sizes = [1, 2, 3, 4, 16, 31, 32].map((hops) => {
      const { block, loops } = pHopModel({ length: 255, alphabet: 4, hops });
      expect(block.heads).toHaveLength(3);
      // 7 slots of 2 bits, 8 of 8, 5 entries, and the bits of p − 1 after one that is not used.
      expect(block.width).toBe(6 * 2 + 8 * 8 + 5 + (loops - 2 + 1));
      return loops;
    });
    expect(sizes).toEqual([2, 3, 4, 4, 6, 7, 7]);
  });

  test("a precision that is too small is refused with the smallest that works", () => {
    const shape = { length: 50, alphabet: 4, hops: 2 };
    expect(() => pHopModelInBits(shape, 8)).toThrow(
      "pHopModelInBits: bits must be at least 9 for 50 tokens, got 8",
    );
    const word = Array.from({ length: 50 }, (_, k) => (k * k) % 4);
    expect(runPHop(pHopModelInBits(shape, 9), word)).toBe(solvePHop(word, 2));
  });

  test("words that do not fit are refused", () => {
    const model = pHopModel({ length: 3, alphabet: 4, hops: 1 });
    expect(() => runPHop(model, [0, 1])).toThrow("runPHop: word must be of 3 tokens, got 2");
    expect(() => runPHop(model, [0, 1, 4])).toThrow("word must be of integers below 4, got 4");
    expect(() => pHopModel({ length: 3, alphabet: 4, hops: 0 })).toThrow("hops must be a positive");
  });
});
