// One v128 holds the same quantity of several prompts: two in float64, four in float32. Every other
// file is generic in the element type T and never asks which it is.

/** Bytes of one vector: one entry of a matrix, for all prompts of a group. */
export const ENTRY: usize = 16;

/** Prompts in one group. */
export function lanes<T extends number>(): i32 {
  return <i32>(16 / sizeof<T>());
}

export function zero(): v128 {
  return i64x2(0, 0);
}

/** The same number in every lane. */
export function everywhere<T extends number>(value: f64): v128 {
  return sizeof<T>() === 8 ? f64x2.splat(value) : f32x4.splat(<f32>value);
}

/** All bits in the first `count` lanes: what a group that is not full keeps. */
export function firstLanes<T extends number>(count: i32): v128 {
  return sizeof<T>() === 8
    ? i64x2.lt_s(i64x2(0, 1), i64x2.splat(<i64>count))
    : i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The sum over prompts, always in lane order. */
export function laneSum<T extends number>(value: v128): f64 {
  if (sizeof<T>() === 8) return f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
  return (
    <f64>f32x4.extract_lane(value, 0) +
    <f64>f32x4.extract_lane(value, 1) +
    <f64>f32x4.extract_lane(value, 2) +
    <f64>f32x4.extract_lane(value, 3)
  );
}

/** Spreads `count` float64 numbers over all lanes. */
export function spread<T extends number>(source: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) {
    v128.store(target + ((<usize>i) << 4), everywhere<T>(load<f64>(source + ((<usize>i) << 3))));
  }
}

/** Spreads a matrix transposed. */
export function spreadTransposed<T extends number>(source: usize, size: i32, target: usize): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = load<f64>(source + ((<usize>(i * size + j)) << 3));
      v128.store(target + ((<usize>(j * size + i)) << 4), everywhere<T>(value));
    }
  }
}

/** Adds up the prompts of each of `count` vectors into float64 numbers. */
export function collect<T extends number>(source: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) {
    store<f64>(target + ((<usize>i) << 3), laneSum<T>(v128.load(source + ((<usize>i) << 4))));
  }
}

/** As `collect`, with the opposite sign. */
export function collectNegated<T extends number>(source: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) {
    store<f64>(target + ((<usize>i) << 3), -laneSum<T>(v128.load(source + ((<usize>i) << 4))));
  }
}

/** Sets `count` vectors to zero. */
export function clear(target: usize, count: i32): void {
  memory.fill(target, 0, (<usize>count) << 4);
}

/** Changes the sign of `count` vectors. */
export function negate<T extends number>(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += ENTRY) v128.store(at, v128.neg<T>(v128.load(at)));
}
