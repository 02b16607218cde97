import { zero } from "./lanes";

/**
 * out = base + Xᵀy, without base where that is 0.
 *
 * Four results at a time: the sums are independent, which hides the latency of an addition.
 */
export function apply<T extends number>(
  x: usize,
  y: usize,
  size: i32,
  base: usize,
  out: usize,
): void {
  const stride = (<usize>size) << 4;
  const row = stride;
  let left = size;
  while (left > 0) {
    let column = x;
    let entry = y;
    let k = size;
    if (left >= 4) {
      let c0 = zero();
      let c1 = zero();
      let c2 = zero();
      let c3 = zero();
      if (base) {
        c0 = v128.load(base);
        c1 = v128.load(base, 16);
        c2 = v128.load(base, 32);
        c3 = v128.load(base, 48);
        base += 64;
      }
      do {
        const value = v128.load(entry);
        c0 = v128.add<T>(c0, v128.mul<T>(v128.load(column), value));
        c1 = v128.add<T>(c1, v128.mul<T>(v128.load(column, 16), value));
        c2 = v128.add<T>(c2, v128.mul<T>(v128.load(column, 32), value));
        c3 = v128.add<T>(c3, v128.mul<T>(v128.load(column, 48), value));
        column += row;
        entry += 16;
      } while (--k);
      v128.store(out, c0);
      v128.store(out, c1, 16);
      v128.store(out, c2, 32);
      v128.store(out, c3, 48);
      out += 64;
      x += 64;
      left -= 4;
    } else {
      let c0 = zero();
      if (base) {
        c0 = v128.load(base);
        base += 16;
      }
      do {
        c0 = v128.add<T>(c0, v128.mul<T>(v128.load(column), v128.load(entry)));
        column += row;
        entry += 16;
      } while (--k);
      v128.store(out, c0);
      out += 16;
      x += 16;
      left -= 1;
    }
  }
}

/** x · y. */
export function dot<T extends number>(x: usize, y: usize, size: i32): v128 {
  let sum = zero();
  const end = x + ((<usize>size) << 4);
  for (; x < end; x += 16, y += 16) sum = v128.add<T>(sum, v128.mul<T>(v128.load(x), v128.load(y)));
  return sum;
}

/** out = c x. */
export function scale<T extends number>(c: v128, x: usize, size: i32, out: usize): void {
  const end = x + ((<usize>size) << 4);
  for (; x < end; x += 16, out += 16) v128.store(out, v128.mul<T>(c, v128.load(x)));
}

/** out += x. */
export function add<T extends number>(x: usize, size: i32, out: usize): void {
  const end = x + ((<usize>size) << 4);
  for (; x < end; x += 16, out += 16) v128.store(out, v128.add<T>(v128.load(out), v128.load(x)));
}

/** out += c x. */
export function addScaled<T extends number>(c: v128, x: usize, size: i32, out: usize): void {
  const end = x + ((<usize>size) << 4);
  for (; x < end; x += 16, out += 16) {
    v128.store(out, v128.add<T>(v128.load(out), v128.mul<T>(c, v128.load(x))));
  }
}

/** The entry at `target` += value. */
export function addTo<T extends number>(target: usize, value: v128): void {
  v128.store(target, v128.add<T>(v128.load(target), value));
}

/** Adds the identity to a square matrix. */
export function addIdentity<T extends number>(matrix: usize, size: i32): void {
  const one = v128.splat<T>(<T>1);
  const step = (<usize>(size + 1)) << 4;
  for (let i = 0; i < size; i++, matrix += step) addTo<T>(matrix, one);
}

/** out = M + Mᵀ from M and Mᵀ. */
export function sum<T extends number>(x: usize, y: usize, count: i32, out: usize): void {
  const end = x + ((<usize>count) << 4);
  for (; x < end; x += 16, y += 16, out += 16) {
    v128.store(out, v128.add<T>(v128.load(x), v128.load(y)));
  }
}

export function copy(x: usize, size: i32, out: usize): void {
  memory.copy(out, x, (<usize>size) << 4);
}
