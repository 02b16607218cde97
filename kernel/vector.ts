import { zero } from "./lanes";

/** out = base + Xᵀy, without base where that is 0; base may be out. */
export function apply<T extends number>(
  x: usize,
  y: usize,
  size: i32,
  base: usize,
  out: usize,
): void {
  const stride = (<usize>size) << 4;
  let left = size;
  while (left > 0) {
    // Four at a time, but no single one left over where that can be helped.
    const width = left > 6 || left === 4 ? 4 : min(left, 3);
    if (width === 4) apply4<T>(x, y, size, stride, base, out);
    else if (width === 3) apply3<T>(x, y, size, stride, base, out);
    else if (width === 2) apply2<T>(x, y, size, stride, base, out);
    else apply1<T>(x, y, size, stride, base, out);
    const step = (<usize>width) << 4;
    x += step;
    out += step;
    if (base) base += step;
    left -= width;
  }
}

/** 4 results of Xᵀy: independent sums, which hides the latency of an addition. */
function apply4<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  base: usize,
  out: usize,
): void {
  let c0 = zero();
  let c1 = zero();
  let c2 = zero();
  let c3 = zero();
  if (base) {
    c0 = v128.load(base, 0);
    c1 = v128.load(base, 16);
    c2 = v128.load(base, 32);
    c3 = v128.load(base, 48);
  }
  do {
    const entry = v128.load(y);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load(x, 0), entry));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load(x, 16), entry));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load(x, 32), entry));
    c3 = v128.add<T>(c3, v128.mul<T>(v128.load(x, 48), entry));
    x += stride;
    y += 16;
  } while (--inner);
  v128.store(out, c0, 0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
}

/** 3 results of Xᵀy: independent sums, which hides the latency of an addition. */
function apply3<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  base: usize,
  out: usize,
): void {
  let c0 = zero();
  let c1 = zero();
  let c2 = zero();
  if (base) {
    c0 = v128.load(base, 0);
    c1 = v128.load(base, 16);
    c2 = v128.load(base, 32);
  }
  do {
    const entry = v128.load(y);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load(x, 0), entry));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load(x, 16), entry));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load(x, 32), entry));
    x += stride;
    y += 16;
  } while (--inner);
  v128.store(out, c0, 0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
}

/** 2 results of Xᵀy: independent sums, which hides the latency of an addition. */
function apply2<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  base: usize,
  out: usize,
): void {
  let c0 = zero();
  let c1 = zero();
  if (base) {
    c0 = v128.load(base, 0);
    c1 = v128.load(base, 16);
  }
  do {
    const entry = v128.load(y);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load(x, 0), entry));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load(x, 16), entry));
    x += stride;
    y += 16;
  } while (--inner);
  v128.store(out, c0, 0);
  v128.store(out, c1, 16);
}

/** 1 results of Xᵀy: independent sums, which hides the latency of an addition. */
function apply1<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  base: usize,
  out: usize,
): void {
  let c0 = zero();
  if (base) {
    c0 = v128.load(base, 0);
  }
  do {
    const entry = v128.load(y);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load(x, 0), entry));
    x += stride;
    y += 16;
  } while (--inner);
  v128.store(out, c0, 0);
}

/** x · y, in four sums. */
export function dot<T extends number>(x: usize, y: usize, size: i32): v128 {
  let sum = zero();
  if (size >= 4) {
    let sum1 = zero();
    let sum2 = zero();
    let sum3 = zero();
    for (; size >= 4; size -= 4, x += 64, y += 64) {
      sum = v128.add<T>(sum, v128.mul<T>(v128.load(x), v128.load(y)));
      sum1 = v128.add<T>(sum1, v128.mul<T>(v128.load(x, 16), v128.load(y, 16)));
      sum2 = v128.add<T>(sum2, v128.mul<T>(v128.load(x, 32), v128.load(y, 32)));
      sum3 = v128.add<T>(sum3, v128.mul<T>(v128.load(x, 48), v128.load(y, 48)));
    }
    sum = v128.add<T>(v128.add<T>(sum, sum1), v128.add<T>(sum2, sum3));
  }
  for (; size > 0; size--, x += 16, y += 16) {
    sum = v128.add<T>(sum, v128.mul<T>(v128.load(x), v128.load(y)));
  }
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
