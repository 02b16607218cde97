import fc from "fast-check";

/** Parts into which a unit is cut: sums and products of few such numbers are exact in doubles. */
const PARTS = 16;

/**
 * Multiples of 1/16 in [−limit, limit], one in three an integer.
 *
 * Shrinks to   small integers, then 0
 */
export function smallNumber(limit: number): fc.Arbitrary<number> {
  const integer = fc.integer({ min: -Math.floor(limit), max: Math.floor(limit) });
  const parts = Math.floor(limit * PARTS);
  const fraction = fc.integer({ min: -parts, max: parts }).map((k) => k / PARTS);
  return fc
    .oneof({ withCrossShrink: true }, integer, { arbitrary: fraction, weight: 2 })
    .map((value) => value + 0);
}

/** Vectors of `smallNumber`s. */
export function smallVector(length: number, limit: number): fc.Arbitrary<Float64Array> {
  return fc
    .array(smallNumber(limit), { minLength: length, maxLength: length })
    .map((entries) => Float64Array.from(entries));
}
