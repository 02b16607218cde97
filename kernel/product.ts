import { tile1x1, tile2x2, tile2x3, tile3x2, tile3x3 } from "./tile";

/** Rows of the next block: blocks of three, and of two where three would leave a single row. */
function blockOf(remaining: i32): i32 {
  return remaining > 4 || remaining === 3 ? 3 : remaining === 1 ? 1 : 2;
}

/**
 * C = XᵀY, or C += XᵀY, of size × size results with `inner` rows in X and Y.
 *
 * `transposed`, unless 0, receives Cᵀ as well. With `isSymmetric` only the blocks on and below the
 * diagonal are computed and mirrored: C must be symmetric, and `transposed` equal `out`.
 */
export function product<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
  transposed: usize,
  accumulate: bool,
  isSymmetric: bool,
): void {
  const stride = (<usize>size) << 4;
  if (size === 1) {
    tile1x1<T>(x, y, inner, stride, out, transposed, accumulate);
    return;
  }
  let i = 0;
  while (i < size) {
    const height = blockOf(size - i);
    const limit = isSymmetric ? i + height : size;
    const xi = x + ((<usize>i) << 4);
    let j = 0;
    while (j < limit) {
      const width = blockOf(size - j);
      const yj = y + ((<usize>j) << 4);
      const at = out + <usize>i * stride + ((<usize>j) << 4);
      const mirror =
        transposed === 0 || (isSymmetric && i === j)
          ? 0
          : transposed + <usize>j * stride + ((<usize>i) << 4);
      if (height === 3) {
        if (width === 3) tile3x3<T>(xi, yj, inner, stride, at, mirror, accumulate);
        else tile3x2<T>(xi, yj, inner, stride, at, mirror, accumulate);
      } else {
        if (width === 3) tile2x3<T>(xi, yj, inner, stride, at, mirror, accumulate);
        else tile2x2<T>(xi, yj, inner, stride, at, mirror, accumulate);
      }
      j += width;
    }
    i += height;
  }
}

/** C = XᵀY. */
export function multiply<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
): void {
  product<T>(x, y, inner, size, out, 0, false, false);
}

/** C = XᵀY, kept as C and as Cᵀ. */
export function multiplyBoth<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
  transposed: usize,
): void {
  product<T>(x, y, inner, size, out, transposed, false, false);
}

/** C += XᵀY. */
export function multiplyAdd<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
): void {
  product<T>(x, y, inner, size, out, 0, true, false);
}

/** C = XᵀY where that is symmetric: half the products. */
export function multiplySymmetric<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
): void {
  product<T>(x, y, inner, size, out, out, false, true);
}

/** C += XᵀY where both are symmetric: half the products. */
export function multiplyAddSymmetric<T extends number>(
  x: usize,
  y: usize,
  inner: i32,
  size: i32,
  out: usize,
): void {
  product<T>(x, y, inner, size, out, out, true, true);
}
