import { zero } from "./lanes";

// The micro-kernels: one block of C = XᵀY held in registers while k runs over the rows of X and Y.
// Both operands are read along their rows, so that every address is a pointer plus a constant; nine
// accumulators and six operands fit the sixteen vector registers of x86-64.

/** Where a block goes: C at `out`; Cᵀ at `transposed`, unless that is 0; row length in bytes. */

/** A block of 3 rows and 3 columns. */
export function tile3x3<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  out: usize,
  transposed: usize,
  accumulate: bool,
): void {
  let c00 = zero();
  let c01 = zero();
  let c02 = zero();
  let c10 = zero();
  let c11 = zero();
  let c12 = zero();
  let c20 = zero();
  let c21 = zero();
  let c22 = zero();
  if (accumulate) {
    c00 = v128.load(out, 0);
    c01 = v128.load(out, 16);
    c02 = v128.load(out, 32);
    const row1 = out + stride;
    c10 = v128.load(row1, 0);
    c11 = v128.load(row1, 16);
    c12 = v128.load(row1, 32);
    const row2 = out + 2 * stride;
    c20 = v128.load(row2, 0);
    c21 = v128.load(row2, 16);
    c22 = v128.load(row2, 32);
  }
  do {
    const x0 = v128.load(x, 0);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const y0 = v128.load(y, 0);
    const y1 = v128.load(y, 16);
    const y2 = v128.load(y, 32);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
    c01 = v128.add<T>(c01, v128.mul<T>(x0, y1));
    c02 = v128.add<T>(c02, v128.mul<T>(x0, y2));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, y0));
    c11 = v128.add<T>(c11, v128.mul<T>(x1, y1));
    c12 = v128.add<T>(c12, v128.mul<T>(x1, y2));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, y0));
    c21 = v128.add<T>(c21, v128.mul<T>(x2, y1));
    c22 = v128.add<T>(c22, v128.mul<T>(x2, y2));
    x += stride;
    y += stride;
  } while (--inner);
  v128.store(out, c00, 0);
  v128.store(out, c01, 16);
  v128.store(out, c02, 32);
  const row1 = out + stride;
  v128.store(row1, c10, 0);
  v128.store(row1, c11, 16);
  v128.store(row1, c12, 32);
  const row2 = out + 2 * stride;
  v128.store(row2, c20, 0);
  v128.store(row2, c21, 16);
  v128.store(row2, c22, 32);
  if (transposed) {
    v128.store(transposed, c00, 0);
    v128.store(transposed, c10, 16);
    v128.store(transposed, c20, 32);
    const column1 = transposed + stride;
    v128.store(column1, c01, 0);
    v128.store(column1, c11, 16);
    v128.store(column1, c21, 32);
    const column2 = transposed + 2 * stride;
    v128.store(column2, c02, 0);
    v128.store(column2, c12, 16);
    v128.store(column2, c22, 32);
  }
}

/** A block of 3 rows and 2 columns. */
export function tile3x2<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  out: usize,
  transposed: usize,
  accumulate: bool,
): void {
  let c00 = zero();
  let c01 = zero();
  let c10 = zero();
  let c11 = zero();
  let c20 = zero();
  let c21 = zero();
  if (accumulate) {
    c00 = v128.load(out, 0);
    c01 = v128.load(out, 16);
    const row1 = out + stride;
    c10 = v128.load(row1, 0);
    c11 = v128.load(row1, 16);
    const row2 = out + 2 * stride;
    c20 = v128.load(row2, 0);
    c21 = v128.load(row2, 16);
  }
  do {
    const x0 = v128.load(x, 0);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const y0 = v128.load(y, 0);
    const y1 = v128.load(y, 16);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
    c01 = v128.add<T>(c01, v128.mul<T>(x0, y1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, y0));
    c11 = v128.add<T>(c11, v128.mul<T>(x1, y1));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, y0));
    c21 = v128.add<T>(c21, v128.mul<T>(x2, y1));
    x += stride;
    y += stride;
  } while (--inner);
  v128.store(out, c00, 0);
  v128.store(out, c01, 16);
  const row1 = out + stride;
  v128.store(row1, c10, 0);
  v128.store(row1, c11, 16);
  const row2 = out + 2 * stride;
  v128.store(row2, c20, 0);
  v128.store(row2, c21, 16);
  if (transposed) {
    v128.store(transposed, c00, 0);
    v128.store(transposed, c10, 16);
    v128.store(transposed, c20, 32);
    const column1 = transposed + stride;
    v128.store(column1, c01, 0);
    v128.store(column1, c11, 16);
    v128.store(column1, c21, 32);
  }
}

/** A block of 2 rows and 3 columns. */
export function tile2x3<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  out: usize,
  transposed: usize,
  accumulate: bool,
): void {
  let c00 = zero();
  let c01 = zero();
  let c02 = zero();
  let c10 = zero();
  let c11 = zero();
  let c12 = zero();
  if (accumulate) {
    c00 = v128.load(out, 0);
    c01 = v128.load(out, 16);
    c02 = v128.load(out, 32);
    const row1 = out + stride;
    c10 = v128.load(row1, 0);
    c11 = v128.load(row1, 16);
    c12 = v128.load(row1, 32);
  }
  do {
    const x0 = v128.load(x, 0);
    const x1 = v128.load(x, 16);
    const y0 = v128.load(y, 0);
    const y1 = v128.load(y, 16);
    const y2 = v128.load(y, 32);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
    c01 = v128.add<T>(c01, v128.mul<T>(x0, y1));
    c02 = v128.add<T>(c02, v128.mul<T>(x0, y2));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, y0));
    c11 = v128.add<T>(c11, v128.mul<T>(x1, y1));
    c12 = v128.add<T>(c12, v128.mul<T>(x1, y2));
    x += stride;
    y += stride;
  } while (--inner);
  v128.store(out, c00, 0);
  v128.store(out, c01, 16);
  v128.store(out, c02, 32);
  const row1 = out + stride;
  v128.store(row1, c10, 0);
  v128.store(row1, c11, 16);
  v128.store(row1, c12, 32);
  if (transposed) {
    v128.store(transposed, c00, 0);
    v128.store(transposed, c10, 16);
    const column1 = transposed + stride;
    v128.store(column1, c01, 0);
    v128.store(column1, c11, 16);
    const column2 = transposed + 2 * stride;
    v128.store(column2, c02, 0);
    v128.store(column2, c12, 16);
  }
}

/** A block of 2 rows and 2 columns. */
export function tile2x2<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  out: usize,
  transposed: usize,
  accumulate: bool,
): void {
  let c00 = zero();
  let c01 = zero();
  let c10 = zero();
  let c11 = zero();
  if (accumulate) {
    c00 = v128.load(out, 0);
    c01 = v128.load(out, 16);
    const row1 = out + stride;
    c10 = v128.load(row1, 0);
    c11 = v128.load(row1, 16);
  }
  do {
    const x0 = v128.load(x, 0);
    const x1 = v128.load(x, 16);
    const y0 = v128.load(y, 0);
    const y1 = v128.load(y, 16);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
    c01 = v128.add<T>(c01, v128.mul<T>(x0, y1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, y0));
    c11 = v128.add<T>(c11, v128.mul<T>(x1, y1));
    x += stride;
    y += stride;
  } while (--inner);
  v128.store(out, c00, 0);
  v128.store(out, c01, 16);
  const row1 = out + stride;
  v128.store(row1, c10, 0);
  v128.store(row1, c11, 16);
  if (transposed) {
    v128.store(transposed, c00, 0);
    v128.store(transposed, c10, 16);
    const column1 = transposed + stride;
    v128.store(column1, c01, 0);
    v128.store(column1, c11, 16);
  }
}

/** A block of 1 rows and 1 columns. */
export function tile1x1<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  stride: usize,
  out: usize,
  transposed: usize,
  accumulate: bool,
): void {
  let c00 = zero();
  if (accumulate) {
    c00 = v128.load(out, 0);
  }
  do {
    const x0 = v128.load(x, 0);
    const y0 = v128.load(y, 0);
    c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
    x += stride;
    y += stride;
  } while (--inner);
  v128.store(out, c00, 0);
  if (transposed) {
    v128.store(transposed, c00, 0);
  }
}
