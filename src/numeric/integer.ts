/** Number of binary digits of a non-negative integer. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return value === 0n ? 0 : (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}

/** The absolute value. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Natural logarithm of a positive integer of any size. */
export function logarithm(value: bigint): number {
  const dropped = Math.max(0, bitLength(value) - 64);
  return Math.log(Number(value >> BigInt(dropped))) + dropped * Math.LN2;
}

/** The non-negative greatest common divisor; that of 0 and 0 is 0. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = magnitude(a);
  let y = magnitude(b);
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The positive least common multiple of non-zero integers. */
export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return magnitude((a / greatestCommonDivisor(a, b)) * b);
}

/** A whole number in decimal digits, exactly, whatever its size: "-7", "20", "1.5e3", "1e30". */
export function parseInteger(text: string): bigint | undefined {
  const match = /^\s*([+-]?)(\d+)(?:\.(\d+))?(?:[eE]\+?(\d{1,4}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText) - fraction.length;
  if (exponent < 0) return undefined;
  const value = BigInt(whole + fraction) * 10n ** BigInt(exponent);
  return sign === "-" ? -value : value;
}
