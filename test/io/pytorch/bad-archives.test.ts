import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { decodeStateDict } from "../../../src/io/pytorch/state-dict.js";
import { encodeZip, openZip } from "../../../src/io/zip.js";

/** The records of the state_dict that torch wrote for a 4×4 linear layer, 0 … 15 in float32. */
const file = readFileSync(new URL("state-dicts/linear.pt", import.meta.url));
const records = new Map(
  [...openZip(file, "test", "linear.pt")].map(([name, read]) => [name, read()]),
);
const named = (end: string) => [...records.keys()].find((name) => name.endsWith(end))!;

function changed(changes: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return encodeZip(
    new Map([
      ...records,
      ...Object.entries(changes).map(([end, bytes]) => {
        const name = [...records.keys()].some((one) => one.endsWith(end))
          ? named(end)
          : named("data.pkl").replace("data.pkl", end);
        return [name, bytes] as const;
      }),
    ]),
  );
}

const storage = records.get(named("data/0"))!;
const text = (value: string) => new TextEncoder().encode(value);

test("reads big-endian storages, which the record byteorder names", () => {
  const swapped = Uint8Array.from(storage, (_, i) => storage[i - (i % 4) + 3 - (i % 4)]!);
  const bytes = changed({ "data/0": swapped, byteorder: text("big") });
  const { tensors } = decodeStateDict(bytes, "big.pt");
  expect(tensors.get("weight")!.data).toEqual(Float64Array.from({ length: 16 }, (_, i) => i));
});

function withFloat(index: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(storage);
  new DataView(bytes.buffer).setFloat32(4 * index, value, true);
  return bytes;
}

test.each([
  [
    "NaN",
    { "data/0": withFloat(3, Number.NaN) },
    /tensor "weight".* all finite numbers, got NaN at entry 3/,
  ],
  ["infinity", { "data/0": withFloat(0, Infinity) }, /tensor "weight".* got Infinity at entry 0/],
  [
    "a storage shorter than said",
    { "data/0": storage.subarray(4) },
    /storage 0 of "bad.pt" must be 64 bytes for its 16 entries, got 60/,
  ],
  [
    "another byte order",
    { byteorder: text("middle") },
    /byteorder of "bad.pt" must be little or big/,
  ],
  ["TorchScript", { "constants.pkl": text("") }, /a state_dict, not TorchScript/],
])("refuses %s by file and field", (_, changes, message) => {
  const bytes = changed(changes as Record<string, Uint8Array>);
  expect(() => decodeStateDict(bytes, "bad.pt")).toThrow(ArgumentError);
  expect(() => decodeStateDict(bytes, "bad.pt")).toThrow(message);
});

test("refuses a flipped byte of a record by its checksum", () => {
  const bytes = Uint8Array.from(encodeZip(records));
  const at = Buffer.from(bytes).indexOf(Buffer.from(storage));
  bytes[at + 5]! ^= 1;
  expect(() => decodeStateDict(bytes, "bad.pt")).toThrow(
    /entry "[^"]*data\/0" of "bad.pt" must be of the checksum stated/,
  );
});

test("refuses entries that overlap", () => {
  const bytes = Uint8Array.from(encodeZip(records));
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  const second = directory + 46 + view.getUint16(directory + 28, true);
  // The second entry starts where the first does.
  view.setUint32(second + 42, view.getUint32(directory + 42, true), true);
  expect(() => decodeStateDict(bytes, "bad.pt")).toThrow(
    /entry "[^"]*" of "bad.pt" must be (apart from the others, got an overlap|of one name)/,
  );
});
