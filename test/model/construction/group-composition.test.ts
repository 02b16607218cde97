import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  groupComposition,
  runGroupComposition,
} from "../../../src/model/construction/group-composition.js";
import {
  groupCompositionInBits,
  isExactComposition,
  smallestGroupPrecision,
} from "../../../src/model/construction/group-precision.js";
import { groupByName } from "../../../src/task/group.js";
import { composeWord } from "../../../src/task/group-composition.js";
import { checkProperty } from "../../seed.js";

describe("group composition", () => {
  const groups = ["Z1", "Z2", "Z5", "D4", "D5", "Q8", "S3"].map(groupByName);
  const words = fc
    .constantFrom(...groups)
    .chain((group) =>
      fc.tuple(
        fc.constant(group),
        fc.array(fc.nat({ max: group.order - 1 }), { minLength: 1, maxLength: 20 }),
      ),
    );

  test.each(["narrow", "level"] as const)(
    "in doubles equals one product after another (%s)",
    (match) => {
      checkProperty(
        fc.property(words, ([group, word]) => {
          const construction = groupComposition(group, word.length, { match });
          expect(runGroupComposition(construction, word)).toBe(composeWord(group, word));
        }),
        { numRuns: 60 },
      );
    },
  );

  test("after t loops holds the product of the last 2^t elements", () => {
    const group = groupByName("S3");
    const word = [1, 2, 3, 4, 5, 1, 2, 4, 3];
    const construction = groupComposition(group, word.length);
    expect(construction.loops).toBe(4);
    for (let loops = 0; loops <= 4; loops++) {
      const product = composeWord(group, word.slice(-(2 ** loops)));
      expect(runGroupComposition(construction, word, loops)).toBe(product);
    }
  });

  test("in the smallest precision is right on words, and below it wrong on some", () => {
    const group = groupByName("S3");
    const bits = smallestGroupPrecision(group, 9, "level");
    const word = (index: number) => Array.from({ length: 9 }, (_, k) => (index * (k + 1)) % 6);
    const wrong = (at: number) => {
      const construction = groupComposition(group, 9, { match: "level", bits: at });
      return Array.from({ length: 12 }, (_, i) => word(i)).filter(
        (drawn) => runGroupComposition(construction, drawn) !== composeWord(group, drawn),
      );
    };
    expect(wrong(bits)).toEqual([]);
    expect(isExactComposition(groupComposition(group, 9, { match: "level", bits: bits - 1 }))).toBe(
      false,
    );
    expect(wrong(bits - 1)).not.toEqual([]);
  });

  test("a precision that is too small is refused with the smallest that works", () => {
    const group = groupByName("S3");
    expect(() => groupCompositionInBits(group, 40, 3)).toThrow(
      "groupCompositionInBits: bits must be at least 4 to compose 40 elements of S3, got 3",
    );
    expect(() => groupCompositionInBits(group, 40, 0)).toThrow("bits must be a positive integer");
    expect(groupCompositionInBits(group, 40, 4).attentionWidth).toBe(6);
  });

  test("bad words are refused", () => {
    const construction = groupComposition(groupByName("Z3"), 3);
    expect(() => runGroupComposition(construction, [0, 1])).toThrow("word must be of 3 elements");
    for (const bad of [3, -1, 0.5, Number.NaN]) {
      expect(() => runGroupComposition(construction, [0, 1, bad])).toThrow(
        /word must be of elements of Z3, integers below 3/,
      );
    }
    expect(() => groupComposition(groupByName("Z3"), 0)).toThrow(
      "length must be a positive integer",
    );
  });
});
