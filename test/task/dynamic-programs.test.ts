import fc from "fast-check";
import { expect, test } from "vitest";
import { drawWordPair, editDistanceRows } from "../../src/task/edit-distance.js";
import { increasingLengths } from "../../src/task/longest-increasing-subsequence.js";
import { checkProperty, testStream } from "../seed.js";

const words = fc.array(fc.nat({ max: 3 }), { maxLength: 8 });

/** 2(|a| + |b|) less the best saving: an alignment keeps a letter (4) or replaces one (1). */
function distanceByAlignment(a: readonly number[], b: readonly number[]): number {
  const saving = (i: number, j: number): number => {
    if (i === a.length) return 0;
    let best = saving(i + 1, j);
    for (let k = j; k < b.length; k++) {
      best = Math.max(best, (a[i] === b[k] ? 4 : 1) + saving(i + 1, k + 1));
    }
    return best;
  };
  return 2 * (a.length + b.length) - saving(0, 0);
}

test("edit distance is that of the best alignment", () => {
  checkProperty(
    fc.property(words, words, (from, to) => {
      const rows = editDistanceRows(from, to);
      expect(rows).toHaveLength(from.length + 1);
      for (const [i, row] of rows.entries()) {
        expect(row.at(-1)).toBe(distanceByAlignment(from.slice(0, i), to));
      }
    }),
  );
});

test("edit costs can be others", () => {
  const unit = { insertion: 1, deletion: 1, replacement: 1 };
  // kitten → sitting: two replacements and an insertion.
  const letters = (word: string) => [...word].map((letter) => letter.charCodeAt(0));
  expect(editDistanceRows(letters("kitten"), letters("sitting"), unit).at(-1)!.at(-1)).toBe(3);
});

test("pairs of words are drawn by seed, of the lengths asked", () => {
  const shape = { lengths: [5, 7], alphabet: 4 } as const;
  const pair = drawWordPair(shape, testStream("pair"));
  expect(pair.map(({ length }) => length)).toEqual([5, 7]);
  expect(drawWordPair(shape, testStream("pair"))).toEqual(pair);
  expect(() => drawWordPair({ ...shape, lengths: [0, 7] }, testStream("pair"))).toThrow(
    "drawWordPair: lengths must be a positive integer, got 0",
  );
});

test("the longest increasing subsequence is as long as patience has piles", () => {
  const sequences = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 40 });
  checkProperty(
    fc.property(sequences, fc.integer({ min: 1, max: 12 }), (sequence, perStep) => {
      const piles: number[] = [];
      for (const card of sequence) {
        const pile = piles.findIndex((top) => top >= card);
        piles[pile < 0 ? piles.length : pile] = card;
      }
      const steps = increasingLengths(sequence, perStep);
      expect(Math.max(...steps.flat())).toBe(piles.length);
      expect(steps.flat()).toHaveLength(sequence.length);
      expect(steps.every((step) => step.length <= perStep)).toBe(true);
    }),
  );
});
