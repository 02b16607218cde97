/** Binary digits that tell `count` values apart: ⌈log₂ count⌉, one at least. */
export function bitsFor(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}

/** The `width` lowest binary digits of a number, lowest first, 1 as 1 and 0 as −1. */
export function signedBits(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, k) => (Math.floor(value / 2 ** k) % 2 === 1 ? 1 : -1));
}

/** The number whose signed bits are nearest. */
export function readSignedBits(bits: ArrayLike<number>): number {
  let value = 0;
  for (let k = 0; k < bits.length; k++) if (bits[k]! > 0) value += 2 ** k;
  return value;
}
