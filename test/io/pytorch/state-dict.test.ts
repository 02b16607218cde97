import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { decodeNpz } from "../../../src/io/npz.js";
import { decodeStateDict } from "../../../src/io/pytorch/state-dict.js";
import { encodeZip } from "../../../src/io/zip.js";

const stored = (name: string) =>
  decodeStateDict(readFileSync(new URL(`state-dicts/${name}`, import.meta.url)), name);

test("reads what torch.save wrote: parameters, strides, bfloat16, scalars beside the state_dict", () => {
  const linear = stored("linear.pt").tensors.get("weight");
  expect(linear).toEqual({ shape: [4, 4], data: Float64Array.from({ length: 16 }, (_, i) => i) });
  const { tensors, metadata } = stored("checkpoint.pt");
  expect(tensors.get("A")!.data).toEqual(Float64Array.of(1, 0, 0, 1));
  // arange(6).reshape(2, 3).t()[1:] in row-major order.
  expect(tensors.get("x")).toEqual({ shape: [2, 2], data: Float64Array.of(1, 4, 2, 5) });
  expect(metadata).toEqual({ n: "20", lr: "0.1" });
});

const pickled = (text: string) => encodeZip(new Map([["a/data.pkl", Buffer.from(text, "latin1")]]));

test.each([
  ["a call of os.system", "\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.", /the name os\.system/],
  ["a builtin", "\x80\x02c__builtin__\neval\n.", /the name __builtin__\.eval/],
  ["an object", "\x80\x02)\x81.", /the opcode NEWOBJ/],
  ["a call of a storage", "\x80\x02ctorch\nFloatStorage\n)R.", /a call of torch\.FloatStorage/],
  ["a list within itself", "\x80\x02]q\0h\0a.", /the same container twice/],
  ["an end within", "\x80\x02X\xff\0\0\0a", /an end within/],
])("refuses %s by name", (_, text, message) => {
  expect(() => decodeStateDict(pickled(text), "evil.pt")).toThrow(ArgumentError);
  expect(() => decodeStateDict(pickled(text), "evil.pt")).toThrow(message);
});

test("refuses archives that unpack to more than they may, or to what they do not say", () => {
  const bomb = zipSync({ "A.npy": new Uint8Array(2 ** 24) });
  expect(() => decodeNpz(bomb, "bomb.npz")).toThrow(
    /entries of "bomb.npz" must be at most .* unpacked/,
  );
  // A directory that understates the size: inflation stops there.
  const honest = zipSync({ "A.npy": new Uint8Array(2000) });
  const end = honest.lastIndexOf(0x50, honest.length - 22);
  const view = new DataView(honest.buffer, honest.byteOffset);
  view.setUint32(view.getUint32(end + 16, true) + 24, 100, true);
  expect(() => decodeNpz(honest, "lie.npz")).toThrow(/must be 100 bytes, as the directory says/);
  expect(deflateRawSync(new Uint8Array(2 ** 24)).length).toBeLessThan(bomb.length);
});
