import { describe, expect, test } from "vitest";
import { compose, type FiniteGroup, groupByName } from "../../src/task/group.js";
import { composeWord, drawGroupWord } from "../../src/task/group-composition.js";
import { testStream } from "../seed.js";

describe("groups by name", () => {
  // Orders, centres and numbers of involutions from any table of small groups.
  test.each([
    ["Z1", 1, 1, 0],
    ["Z6", 6, 6, 1],
    ["D4", 8, 2, 5],
    ["D5", 10, 1, 5],
    ["Q8", 8, 2, 1],
    ["S3", 6, 1, 3],
    ["S4", 24, 1, 9],
  ])("%s has order %d, a centre of %d and %d involutions", (name, order, centre, involutions) => {
    const group = groupByName(name);
    expect(group.order).toBe(order);
    const all = elements(group);
    const isCentral = (a: number) =>
      all.every((b) => compose(group, a, b) === compose(group, b, a));
    expect(all.filter(isCentral)).toHaveLength(centre);
    const isInvolution = (a: number) =>
      a !== group.identity && compose(group, a, a) === group.identity;
    expect(all.filter(isInvolution)).toHaveLength(involutions);
  });

  test.each(["Z7", "D4", "D5", "Q8", "S3", "S4"])("%s is a group", (name) => {
    const group = groupByName(name);
    const all = elements(group);
    for (const a of all) {
      expect(compose(group, a, group.identity)).toBe(a);
      expect(compose(group, group.identity, a)).toBe(a);
      expect(all.some((b) => compose(group, a, b) === group.identity)).toBe(true);
      for (const b of all) {
        for (const c of all) {
          const left = compose(group, compose(group, a, b), c);
          expect(left).toBe(compose(group, a, compose(group, b, c)));
        }
      }
    }
  });

  test("a group without a table is refused by name", () => {
    for (const name of ["A5", "Q16", "Z0", "S", "z4", ""]) {
      expect(() => groupByName(name)).toThrow(/groupByName: name must be a group with a table/);
    }
    expect(() => groupByName("S7")).toThrow("symmetricGroup: n must be at most 6, got 7");
  });
});

test("a word is composed from the left", () => {
  const s3 = groupByName("S3");
  // (1 2) after (0 1) in one-line notation: 021 is element 1, 102 element 2; 021∘102 = 201.
  expect(composeWord(s3, [1, 2])).toBe(4);
  expect(composeWord(s3, [])).toBe(s3.identity);
  expect(() => composeWord(s3, [0, 6])).toThrow("word must be elements of S3, integers below 6");
});

test("words are drawn from the whole group and by seed", () => {
  const group = groupByName("Z5");
  const word = drawGroupWord(group, 200, testStream("words"));
  expect(new Set(word).size).toBe(5);
  expect(drawGroupWord(group, 200, testStream("words"))).toEqual(word);
  expect(() => drawGroupWord(group, 0, testStream("words"))).toThrow("length must be a positive");
});

function elements({ order }: FiniteGroup): number[] {
  return Array.from({ length: order }, (_, a) => a);
}
