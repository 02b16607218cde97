import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { decodeNpy, encodeNpy, readNpy, writeNpy } from "../../src/io/npy.js";
import { checkProperty } from "../seed.js";
import { temporaryFolder } from "./temporary-folder.js";

// Written by numpy 2.4.6: numpy.lib.format.write_array(file, array, version), in base64; entries are
// array.flatten(order="C").
const numpyFiles: [string, number[], number[], string][] = [
  [
    "little-endian doubles",
    [2, 3],
    [1.5, -2, 3, 4, 5, 6.25],
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAAADAAAAAAAAACEAAAAAAAAAQQAAAAAAAABRAAAAAAAAAGUA=",
  ],
  [
    "big-endian floats",
    [2, 3],
    [1.5, -2, 3, 4, 5, 6.25],
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/wAAAwAAAAEBAAABAgAAAQKAAAEDIAAA=",
  ],
  [
    "column-major doubles",
    [2, 3],
    [1.5, -2, 3, 4, 5, 6.25],
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAABBAAAAAAAAAAMAAAAAAAAAUQAAAAAAAAAhAAAAAAAAAGUA=",
  ],
  [
    "column-major, three axes",
    [2, 3, 2],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAzLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAABhAAAAAAAAAAEAAAAAAAAAgQAAAAAAAABBAAAAAAAAAJEAAAAAAAADwPwAAAAAAABxAAAAAAAAACEAAAAAAAAAiQAAAAAAAABRAAAAAAAAAJkA=",
  ],
  [
    "bytes",
    [2, 3],
    [1, -2, 3, 4, 5, 6],
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfGkxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoB/gMEBQY=",
  ],
  [
    "big-endian 64-bit integers, version 3",
    [3],
    [1, -2, 3],
    "k05VTVBZAwB0AAAAeydkZXNjcic6ICc+aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAf/////////+AAAAAAAAAAM=",
  ],
  [
    "halves",
    [3],
    [0.5, -2, 65504],
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAOADA/3s=",
  ],
];

/** A version 1 file put together by hand. */
function file(header: string, data: ArrayLike<number> = [], version = 1): Uint8Array {
  const text = Buffer.from(header, "latin1");
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length, 0, 0, 0];
  const start = [0x93, ...Buffer.from("NUMPY"), version, 0, ...length];
  return Uint8Array.from([...start, ...text, ...Array.from(data)]);
}

const decode = (bytes: Uint8Array) => decodeNpy(bytes, "s.npy");
const header = (changes: Partial<Record<"descr" | "order" | "shape", string>>) =>
  `{'descr': ${changes.descr ?? "'<f8'"}, 'fortran_order': ${changes.order ?? "False"}, ` +
  `'shape': ${changes.shape ?? "(1,)"}, }\n`;
const one = new Uint8Array(Float64Array.of(1).buffer);

describe("npy", () => {
  it.each(numpyFiles)("reads numpy's %s", (_name, shape, entries, text) => {
    const { shape: readShape, data } = decode(Buffer.from(text, "base64"));
    expect(readShape).toEqual(shape);
    expect([...data]).toEqual(entries);
  });

  it("gives back what was written, to the bit", () => {
    const entry = fc.double({ noNaN: true, noDefaultInfinity: true });
    const tensor = fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return fc
        .array(entry, { minLength: length, maxLength: length })
        .map((entries) => ({ shape, data: Float64Array.from(entries) }));
    });
    checkProperty(
      fc.property(tensor, (written) => {
        const bytes = encodeNpy(written);
        expect(decode(bytes)).toEqual(written);
        expect((bytes.length - 8 * written.data.length) % 64).toBe(0);
      }),
    );
  });

  it("writes to disk and reads back", () => {
    const path = join(temporaryFolder(), "s.npy");
    const tensor = { shape: [2], data: Float64Array.of(0.1, -0) };
    writeNpy(path, tensor);
    expect(readNpy(path)).toEqual(tensor);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /the start of "s\.npy" .* signature/],
    ["another format", new TextEncoder().encode("PK zip and more bytes"), /signature/],
    ["format version 4", file(header({}), one, 4), /format version .* got 4/],
    ["a header beyond the file", file(header({}), one).slice(0, 40), /header length/],
    ["objects", file(header({ descr: "'|O'" }), one), /descr .* float or integer/],
    ["records", file(header({ descr: "[('a', '<f8')]" }), one), /descr/],
    ["complex numbers", file(header({ descr: "'<c16'" }), one), /descr/],
    ["the writer's own byte order", file(header({ descr: "'=f8'" }), one), /descr/],
    ["bfloat16, which npy lacks", file(header({ descr: "'<b2'" }), one), /descr/],
    ["no order", file(header({ order: "Maybe" }), one), /fortran_order/],
    ["a negative size", file(header({ shape: "(-1,)" }), one), /shape/],
    ["sizes that overflow", file(header({ shape: "(9007199254740991, 3)" }), one), /shape/],
    ["data cut short", file(header({ shape: "(2,)" }), one), /the data .* 16 bytes.*8 bytes/],
    ["data too long", file(header({ shape: "()" }), [...one, 0]), /8 bytes.*9 bytes/],
    ["NaN", file(header({}), new Uint8Array(Float64Array.of(Number.NaN).buffer)), /finite/],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => decode(bytes)).toThrow(ArgumentError);
    expect(() => decode(bytes)).toThrow(message);
  });

  it("refuses or reads a damaged file, and fails in no other way", () => {
    const sound = encodeNpy({ shape: [2, 1], data: Float64Array.of(1, 2) });
    const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 });
    checkProperty(
      fc.property(fc.nat(sound.length), damage, (length, changes) => {
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
  });
});
