import type { Stream } from "../../src/random/stream.js";

/** Bytes and numbers on which parsers stumble. */
const BYTES = [
  0, 1, 0x0a, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5b, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff,
];
const WORDS = [
  "NaN",
  "Infinity",
  "-1",
  "0",
  "1e999",
  "1e-400",
  "9007199254740993",
  "18446744073709551615",
  "4294967296",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"__proto__"',
  "[[[[[[[[[[[[[[[[",
  "\\u0000",
  "\ud800",
].map((text) => new TextEncoder().encode(text));

/** The input after one to four random changes: bits, bytes, words, cuts, repeats, parts of another. */
export function mutate(input: Uint8Array, other: Uint8Array, stream: Stream): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(input);
  const changes = 1 + stream.integer(4);
  for (let change = 0; change < changes; change++) bytes = mutateOnce(bytes, other, stream);
  return bytes;
}

function mutateOnce(bytes: Uint8Array, other: Uint8Array, stream: Stream): Uint8Array {
  const at = stream.integer(bytes.length + 1);
  const length = 1 + stream.integer(Math.max(1, Math.min(16, bytes.length - at)));
  const splice = (insert: Uint8Array, removed = 0) =>
    concatenate(bytes.subarray(0, at), insert, bytes.subarray(at + removed));
  switch (stream.integer(8)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << stream.integer(8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = BYTES[stream.integer(BYTES.length)]!;
      return bytes;
    case 2:
      return splice(WORDS[stream.integer(WORDS.length)]!);
    case 3:
      return splice(WORDS[stream.integer(WORDS.length)]!, length);
    case 4:
      return splice(new Uint8Array(0), length);
    case 5:
      return bytes.subarray(0, at).slice();
    case 6:
      return splice(bytes.subarray(at, at + length));
    default: {
      const from = stream.integer(other.length + 1);
      return splice(other.subarray(from, from + length), length);
    }
  }
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
