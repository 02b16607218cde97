import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  writeSafetensors,
} from "../../src/io/safetensors.js";
import type { NamedTensor } from "../../src/io/tensor.js";
import { checkProperty } from "../seed.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A file put together by hand, independently of the encoder. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function doubles(...values: number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, "w.safetensors");

const tensorFile = fc.record({
  tensors: fc.dictionary(
    fc.string().filter((name) => name !== "__metadata__"),
    fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const entry = fc.double({ noNaN: true, noDefaultInfinity: true });
      return fc
        .array(entry, { minLength: length, maxLength: length })
        .map((entries) => ({ shape, data: Float64Array.from(entries) }));
    }),
    { maxKeys: 4 },
  ),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
});

describe("safetensors", () => {
  it("gives back what was written, to the bit", () => {
    checkProperty(
      fc.property(tensorFile, ({ tensors, metadata }) => {
        const map = new Map<string, NamedTensor>(Object.entries(tensors));
        const read = decode(encodeSafetensors(map, metadata));
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(new Map([...read.tensors].sort())).toEqual(new Map([...map].sort()));
      }),
    );
  });

  it("reads a file laid out by hand from the format's definition", () => {
    const header = {
      __metadata__: { n: "20" },
      A: { dtype: "F64", shape: [1, 2], data_offsets: [8, 24] },
      b: { dtype: "F64", shape: [], data_offsets: [0, 8] },
    };
    const { tensors, metadata } = decode(file(header, doubles(7, 1.5, -2)));
    expect(metadata).toEqual({ n: "20" });
    expect(tensors.get("A")).toEqual({ shape: [1, 2], data: Float64Array.of(1.5, -2) });
    expect(tensors.get("b")).toEqual({ shape: [], data: Float64Array.of(7) });
  });

  // Bit patterns from IEEE 754 (half: 1/1024 is the last place at 1) and from bfloat16's definition
  // as the upper half of a float32.
  it.each([
    ["F32", new Uint8Array(Float32Array.of(0.1, -3).buffer), [Math.fround(0.1), -3]],
    ["F16", Uint8Array.of(0x01, 0x3c, 0x00, 0xc0), [1 + 1 / 1024, -2]],
    ["F16", Uint8Array.of(0xff, 0x7b, 0x01, 0x00), [65504, 2 ** -24]],
    ["BF16", Uint8Array.of(0x80, 0x3f, 0xf7, 0xc2), [1, -123.5]],
    ["I64", new Uint8Array(BigInt64Array.of(-5n, 2n ** 53n - 1n).buffer), [-5, 2 ** 53 - 1]],
    ["I32", new Uint8Array(Int32Array.of(-7, 9).buffer), [-7, 9]],
    ["I16", new Uint8Array(Int16Array.of(-7, 9).buffer), [-7, 9]],
    ["I8", Uint8Array.of(0xff, 5), [-1, 5]],
    ["U64", new Uint8Array(BigUint64Array.of(3n, 4n).buffer), [3, 4]],
    ["U32", new Uint8Array(Uint32Array.of(4_000_000_000, 1).buffer), [4_000_000_000, 1]],
    ["U16", new Uint8Array(Uint16Array.of(65535, 1).buffer), [65535, 1]],
    ["U8", Uint8Array.of(255, 5), [255, 5]],
  ])("reads %s exactly", (dtype, data, values) => {
    const header = { x: { dtype, shape: [2], data_offsets: [0, data.length] } };
    expect([...decode(file(header, data)).tensors.get("x")!.data]).toEqual(values);
  });

  const tensor = (changes: object) => ({
    x: { dtype: "F64", shape: [2], data_offsets: [0, 16], ...changes },
  });
  const other = { dtype: "F64", shape: [1] };
  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /the header of "w\.safetensors" must be 8 bytes/],
    [
      "a header length beyond the file",
      file("{}", doubles(), 1n << 40n),
      /header length .* at most 2/,
    ],
    ["a header length of 2⁶⁴ − 1", file("{}", doubles(), 2n ** 64n - 1n), /header length/],
    ["a header that is no JSON", file("{oops"), /must be JSON in UTF-8/],
    ["a header that is a list", file("[]"), /the header of .* must be a JSON object/],
    [
      "metadata with a number",
      file({ __metadata__: { n: 3 } }),
      /__metadata__ "n" .* a text, got 3/,
    ],
    ["an entry that is a number", file({ x: 3 }), /tensor "x" .* an object/],
    [
      "an unknown dtype",
      file(tensor({ dtype: "F8" }), doubles(1, 2)),
      /dtype of tensor "x" .* "F8"/,
    ],
    ["an inherited name as dtype", file(tensor({ dtype: "toString" }), doubles(1, 2)), /dtype of/],
    ["a fractional size", file(tensor({ shape: [1.5] }), doubles(1, 2)), /shape of tensor "x"/],
    ["a negative size", file(tensor({ shape: [-1, -2] }), doubles(1, 2)), /shape of tensor "x"/],
    ["sizes that overflow", file(tensor({ shape: [2 ** 40, 2 ** 40] }), doubles(1, 2)), /shape of/],
    [
      "a huge shape",
      file(tensor({ shape: [2 ** 50] }), doubles(1, 2)),
      /data_offsets .* bytes apart/,
    ],
    ["offsets in reverse", file(tensor({ data_offsets: [16, 0] }), doubles(1, 2)), /data_offsets/],
    ["missing offsets", file({ x: { dtype: "F64", shape: [2] } }, doubles(1, 2)), /data_offsets/],
    [
      "a size that is not shape × dtype",
      file(tensor({ shape: [3] }), doubles(1, 2)),
      /24 bytes apart/,
    ],
    ["data cut short", file(tensor({}), doubles(1)), /within the 8 bytes of data/],
    ["data too long", file(tensor({}), doubles(1, 2, 3)), /the data .* 16 bytes.*24 bytes/],
    [
      "overlapping tensors",
      file(
        { x: { ...other, data_offsets: [0, 8] }, y: { ...other, data_offsets: [0, 8] } },
        doubles(1),
      ),
      /tensor "y" .* an overlap/,
    ],
    [
      "a gap between tensors",
      file(
        { x: { ...other, data_offsets: [0, 8] }, y: { ...other, data_offsets: [16, 24] } },
        doubles(1, 2, 3),
      ),
      /tensor "y" .* a gap/,
    ],
    [
      "a tensor named twice",
      file(
        '{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"\\u0078":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}',
        doubles(1),
      ),
      /"x" twice/,
    ],
    [
      "NaN",
      file(tensor({}), doubles(1, Number.NaN)),
      /tensor "x" .* finite numbers, got NaN at entry 1/,
    ],
    ["an infinity", file(tensor({}), doubles(Infinity, 1)), /tensor "x" .* Infinity at entry 0/],
    [
      "an integer no double holds",
      file(
        { x: { dtype: "I64", shape: [1], data_offsets: [0, 8] } },
        new Uint8Array(BigInt64Array.of(2n ** 60n).buffer),
      ),
      /tensor "x" .* finite/,
    ],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => decode(bytes)).toThrow(ArgumentError);
    expect(() => decode(bytes)).toThrow(message);
  });

  it("refuses or reads a damaged file, and fails in no other way", () => {
    const sound = encodeSafetensors(new Map([["A", { shape: [2], data: Float64Array.of(1, 2) }]]), {
      n: "20",
    });
    const damage = fc.record({
      length: fc.nat(sound.length),
      changes: fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 }),
    });
    checkProperty(
      fc.property(damage, ({ length, changes }) => {
        const bytes = sound.slice();
        for (const [index, value] of changes) bytes[index] = value;
        try {
          decode(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentError);
        }
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < sound.length; length++) {
      expect(() => decode(sound.subarray(0, length))).toThrow(ArgumentError);
    }
  });

  it("writes no NaN, no reserved name and no shape that lies", () => {
    const encode = (name: string, tensor: NamedTensor) => () =>
      encodeSafetensors(new Map([[name, tensor]]));
    const data = Float64Array.of(1, Number.NaN);
    expect(encode("A", { shape: [2], data })).toThrow(/tensor "A" must be all finite/);
    expect(encode("A", { shape: [3], data })).toThrow(/tensor "A" must be of as many entries/);
    expect(encode("__metadata__", { shape: [2], data })).toThrow(ArgumentError);
  });

  it("names the file that cannot be read", () => {
    const folder = temporaryFolder();
    const missing = join(folder, "none.safetensors");
    expect(() => readSafetensors(missing)).toThrow(`got "${missing}" (ENOENT)`);
    expect(() => readSafetensors(folder)).toThrow(`got "${folder}" (not a regular file)`);
    expect(() => readSafetensors(join(folder, "x", "y"))).toThrow(ArgumentError);
    if (process.platform === "linux") {
      expect(() => readSafetensors("/dev/zero")).toThrow("(not a regular file)");
    }
    writeFileSync(missing, "foreign text, long enough to be read as a header length");
    expect(() => readSafetensors(missing)).toThrow(/the header length of ".*none\.safetensors"/);
  });

  it("writes to disk and reads back", () => {
    const path = join(temporaryFolder(), "w.safetensors");
    const tensors = new Map([["A", { shape: [1, 2], data: Float64Array.of(0.1, -0) }]]);
    writeSafetensors(path, tensors, { n: "20" });
    expect(readSafetensors(path)).toEqual({ tensors, metadata: { n: "20" } });
  });

  it("leaves the old file and no temporary one when writing fails", () => {
    const folder = temporaryFolder();
    const path = join(folder, "w.safetensors");
    mkdirSync(path);
    const tensors = new Map([["A", { shape: [1], data: Float64Array.of(1) }]]);
    expect(() => writeSafetensors(path, tensors)).toThrow(/must be a writable file, got ".*" \(E/);
    expect(readdirSync(folder)).toEqual(["w.safetensors"]);
  });
});
