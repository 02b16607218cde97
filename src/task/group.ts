import { ArgumentError, requireInteger } from "../errors.js";

/** A finite group by its multiplication table; elements are 0 … order − 1. */
export interface FiniteGroup {
  readonly name: string;
  readonly order: number;
  readonly identity: number;
  /** Row-major: table[a·order + b] is a∘b. */
  readonly table: Int32Array;
}

/** a∘b. */
export function compose({ table, order }: FiniteGroup, a: number, b: number): number {
  return table[a * order + b]!;
}

/** The integers modulo n under addition. */
export function cyclicGroup(n: number): FiniteGroup {
  requireInteger("cyclicGroup", "n", n);
  return tabulate(`Z${n}`, n, (a, b) => (a + b) % n);
}

/** Symmetries of the n-gon: elements k < n are rotations by k, n + k a rotation after a reflection. */
export function dihedralGroup(n: number): FiniteGroup {
  requireInteger("dihedralGroup", "n", n);
  return tabulate(`D${n}`, 2 * n, (a, b) => {
    const [turnA, turnB] = [a % n, b % n];
    // r^a s · r^b = r^{a−b} s
    const turn = (turnA + (a < n ? turnB : n - turnB)) % n;
    return turn + (a < n === b < n ? 0 : n);
  });
}

/** ±1, ±i, ±j, ±k: elements 0 … 3 are 1, i, j, k, and 4 … 7 their negatives. */
export function quaternionGroup(): FiniteGroup {
  // Unit a times unit b: the unit, and whether it is negative.
  const units = [
    [0, 1, 2, 3],
    [1, 4, 3, 6],
    [2, 7, 4, 1],
    [3, 2, 5, 4],
  ];
  return tabulate("Q8", 8, (a, b) => {
    const product = units[a % 4]![b % 4]!;
    const isNegative = a < 4 !== b < 4;
    return isNegative ? (product + 4) % 8 : product;
  });
}

/** Largest n of a symmetric group: 720 elements, a table of half a million products. */
const MAXIMAL_LETTERS = 6;

/**
 * All permutations of n letters in lexicographic order; a∘b applies b first.
 *
 * Throws.       ArgumentError for n beyond 6
 */
export function symmetricGroup(n: number): FiniteGroup {
  requireInteger("symmetricGroup", "n", n);
  if (n > MAXIMAL_LETTERS) {
    throw new ArgumentError("symmetricGroup", "n", `at most ${MAXIMAL_LETTERS}`, n);
  }
  const all = permutations(Array.from({ length: n }, (_, i) => i));
  const index = new Map(all.map((permutation, i) => [permutation.join(), i]));
  return tabulate(`S${n}`, all.length, (a, b) => {
    const product = all[b]!.map((letter) => all[a]![letter]!);
    return index.get(product.join())!;
  });
}

/**
 * The group that a name stands for: Z5, D4, Q8, S3.
 *
 * Throws.       ArgumentError for any other name
 */
export function groupByName(name: string): FiniteGroup {
  const [, family, size] = /^([ZDSQ])(\d+)$/.exec(name) ?? [];
  const n = Number(size);
  if (family === "Z" && n > 0) return cyclicGroup(n);
  if (family === "D" && n > 0) return dihedralGroup(n);
  if (family === "S" && n > 0) return symmetricGroup(n);
  if (family === "Q" && n === 8) return quaternionGroup();
  throw new ArgumentError("groupByName", "name", "a group with a table: Z5, D4, Q8 or S3", name);
}

function tabulate(
  name: string,
  order: number,
  product: (a: number, b: number) => number,
): FiniteGroup {
  const table = Int32Array.from({ length: order * order }, (_, i) =>
    product(Math.floor(i / order), i % order),
  );
  return { name, order, identity: 0, table };
}

function permutations(letters: readonly number[]): number[][] {
  if (letters.length === 0) return [[]];
  return letters.flatMap((first) =>
    permutations(letters.filter((letter) => letter !== first)).map((rest) => [first, ...rest]),
  );
}
