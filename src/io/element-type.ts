/** Number types an array file may store, by kind and bytes: f8 is a double, b2 a bfloat16. */
export type ElementType =
  | "f8"
  | "f4"
  | "f2"
  | "b2"
  | "i8"
  | "i4"
  | "i2"
  | "i1"
  | "u8"
  | "u4"
  | "u2"
  | "u1";

/** Bytes of one entry. */
export function elementSize(type: ElementType): number {
  return Number(type[1]);
}

/**
 * Reads entries of any stored type as doubles.
 *
 * Accuracy.     exact, but for 64-bit integers beyond ±2⁵³: those come back as NaN, which every caller
 *               refuses, rather than silently rounded
 */
export function decodeElements(
  view: DataView,
  offset: number,
  count: number,
  type: ElementType,
  littleEndian: boolean,
): Float64Array {
  const read = readerOf(view, type, littleEndian);
  const size = elementSize(type);
  const result = new Float64Array(count);
  for (let i = 0; i < count; i++) result[i] = read(offset + i * size);
  return result;
}

function readerOf(
  view: DataView,
  type: ElementType,
  littleEndian: boolean,
): (offset: number) => number {
  switch (type) {
    case "f8":
      return (offset) => view.getFloat64(offset, littleEndian);
    case "f4":
      return (offset) => view.getFloat32(offset, littleEndian);
    case "f2":
      return (offset) => halfToNumber(view.getUint16(offset, littleEndian));
    case "b2":
      return (offset) => bfloatToNumber(view.getUint16(offset, littleEndian));
    case "i8":
      return (offset) => exactNumber(view.getBigInt64(offset, littleEndian));
    case "u8":
      return (offset) => exactNumber(view.getBigUint64(offset, littleEndian));
    case "i4":
      return (offset) => view.getInt32(offset, littleEndian);
    case "u4":
      return (offset) => view.getUint32(offset, littleEndian);
    case "i2":
      return (offset) => view.getInt16(offset, littleEndian);
    case "u2":
      return (offset) => view.getUint16(offset, littleEndian);
    case "i1":
      return (offset) => view.getInt8(offset);
    case "u1":
      return (offset) => view.getUint8(offset);
  }
}

/** IEEE half precision: sign, 5 exponent bits (bias 15), 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
