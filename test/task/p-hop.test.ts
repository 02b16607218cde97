import fc from "fast-check";
import { expect, test } from "vitest";
import { drawPHop, solvePHop } from "../../src/task/p-hop.js";
import { checkProperty, testStream } from "../seed.js";

/** find_p by the string that ends at each position, not by scanning pointers. */
function answerBySearch(word: readonly number[], hops: number): number | null {
  const text = word.map((token) => String.fromCharCode(97 + token)).join("");
  let end = text.length;
  for (let hop = 0; hop < hops; hop++) {
    // The last occurrence of the token before position `end`; what follows it is the next stop.
    const at = text.slice(0, end - 1).lastIndexOf(text[end - 1]!);
    if (at < 0) return null;
    end = at + 2;
  }
  return text.charCodeAt(end - 1) - 97;
}

test("the solver follows the definition", () => {
  // a b a c b a: from the last a (6) to what follows the a before (4: c), which was not there before.
  expect(solvePHop([0, 1, 0, 2, 1, 0], 1)).toBe(2);
  expect(solvePHop([0, 1, 0, 2, 1, 0], 2)).toBeNull();
  const words = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 24 });
  checkProperty(
    fc.property(words, fc.integer({ min: 1, max: 9 }), (word, hops) => {
      expect(solvePHop(word, hops)).toBe(answerBySearch(word, hops));
    }),
  );
});

test("drawn words have all their hops", () => {
  const shapes = fc.tuple(
    fc.integer({ min: 2, max: 5 }),
    fc.integer({ min: 1, max: 12 }),
    fc.nat(20),
  );
  checkProperty(
    fc.property(shapes, fc.nat(), ([alphabet, hops, more], label) => {
      const length = hops + 2 + more;
      const word = drawPHop({ length, alphabet, hops }, testStream("p-hop").split(label));
      expect(word).toHaveLength(length);
      expect(word.every((token) => token >= 0 && token < alphabet)).toBe(true);
      expect(answerBySearch(word, hops)).not.toBeNull();
    }),
  );
});

test("hops that do not fit are refused", () => {
  const stream = testStream("refused");
  expect(() => drawPHop({ length: 5, alphabet: 4, hops: 4 }, stream)).toThrow(
    "drawPHop: length must be an integer of at least 6, got 5",
  );
  expect(() => drawPHop({ length: 5, alphabet: 1, hops: 1 }, stream)).toThrow("alphabet must be");
  expect(() => solvePHop([], 1)).toThrow("word must be non-empty");
  expect(() => solvePHop([1], 0)).toThrow("hops must be a positive integer");
});
