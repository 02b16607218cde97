import { crc32, inflateRawSync } from "node:zlib";
import { zipSync } from "fflate";
import { ArgumentError, Description } from "../errors.js";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/** What all entries of an archive may come to: this many times the archive, and a start-up allowance. */
const MOST_EXPANSION = 100;
const ALLOWANCE = 2 ** 20;

/** Entries of an archive by name; each is unpacked when it is asked for. */
export type ZipEntries = ReadonlyMap<string, () => Uint8Array>;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

/**
 * The entries of a zip archive, stored or deflated.
 *
 * Statement.    what an entry comes to is what the directory says, else it is refused; all of them
 *               together at most 100 times the archive (and 1 MiB): memory is bounded by the file's size
 * @param source  what messages call the bytes: the path
 * Throws.       ArgumentError, naming archive and entry: no or a damaged directory, entries that overlap,
 *               lie outside, occur twice, are encrypted, packed otherwise, or fail their checksum
 */
export function openZip(bytes: Uint8Array, where: string, source: string): ZipEntries {
  const refuse: Refuse = (field, requirement, got) => {
    const value = new Description(got);
    throw new ArgumentError(where, `${field} of "${source}"`, requirement, value);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readDirectory(view, refuse);
  const limit = MOST_EXPANSION * bytes.length + ALLOWANCE;
  const total = directory.reduce((sum, { unpacked }) => sum + unpacked, 0);
  if (total > limit) {
    refuse("the entries", `at most ${limit} bytes unpacked (100 times the file)`, `${total} bytes`);
  }
  const entries = new Map<string, () => Uint8Array>();
  let end = 0;
  for (const entry of directory.sort((a, b) => a.offset - b.offset)) {
    const label = `entry "${entry.name}"`;
    if (entries.has(entry.name)) refuse(label, "there once", "a second one of that name");
    if (entry.offset < end) refuse(label, "apart from the others", "an overlap");
    const start = dataStart(view, entry, refuse);
    end = start + entry.packed;
    if (end > bytes.length) {
      refuse(label, `within the file's ${bytes.length} bytes`, `an end at ${end}`);
    }
    const packed = bytes.subarray(start, end);
    entries.set(entry.name, () => unpack(packed, entry, refuse));
  }
  return entries;
}

/** A zip archive of stored entries: equal entries give equal bytes. */
export function encodeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // The earliest time the format knows: the writing time is no part of the contents.
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: new Date(1980, 0, 1) });
}

type Refuse = (field: string, requirement: string, got: string) => never;

function readDirectory(view: DataView, refuse: Refuse): Entry[] {
  const { count, start } = findDirectory(view, refuse);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) {
      refuse("the directory", `${count} entries, as it says`, `${i} of them`);
    }
    const flags = view.getUint16(at + 8, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > view.byteLength) refuse("the directory", "whole", "an entry beyond the file's end");
    const name = nameAt(view, at + 46, nameLength);
    if ((flags & 1) !== 0) refuse(`entry "${name}"`, "unencrypted", "an encrypted one");
    const sizes = wideSizes(view, at, at + 46 + nameLength, extraLength);
    if (!Object.values(sizes).every(Number.isSafeInteger)) {
      refuse(`entry "${name}"`, "of a size a file can have", "more");
    }
    const method = view.getUint16(at + 10, true);
    entries.push({ name, method, checksum: view.getUint32(at + 16, true), ...sizes });
    at = next;
  }
  return entries;
}

/** Where the directory starts and how many entries it has, by the record at the archive's end. */
function findDirectory(view: DataView, refuse: Refuse): { count: number; start: number } {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== END || view.getUint16(at + 20, true) !== last - at) continue;
    const found = {
      count: view.getUint16(at + 10, true),
      start: view.getUint32(at + 16, true),
    };
    const locator = at - 20;
    if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64) return found;
    const wide = Number(view.getBigUint64(locator + 8, true));
    if (wide + 56 > view.byteLength || view.getUint32(wide, true) !== END_64) {
      refuse("the end of the directory", "where its locator says", `nothing at ${wide}`);
    }
    return {
      count: Number(view.getBigUint64(wide + 32, true)),
      start: Number(view.getBigUint64(wide + 48, true)),
    };
  }
  return refuse("the end", "a zip directory", `${view.byteLength} bytes without one`);
}

/** Sizes and place of an entry: 64-bit ones stand in an extra field where 32 bits are all ones. */
function wideSizes(view: DataView, at: number, extra: number, extraLength: number) {
  const narrow = {
    unpacked: view.getUint32(at + 24, true),
    packed: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  };
  for (let field = extra; field + 4 <= extra + extraLength; ) {
    const length = view.getUint16(field + 2, true);
    const end = Math.min(field + 4 + length, extra + extraLength);
    if (view.getUint16(field, true) === 1) {
      let next = field + 4;
      const widened = Object.entries(narrow).map(([name, size]) => {
        if (size !== 0xffffffff || next + 8 > end) return [name, size];
        next += 8;
        return [name, Number(view.getBigUint64(next - 8, true))];
      });
      return Object.fromEntries(widened) as typeof narrow;
    }
    field += 4 + length;
  }
  return narrow;
}

function dataStart(view: DataView, { name, offset }: Entry, refuse: Refuse): number {
  const label = `entry "${name}"`;
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== LOCAL) {
    refuse(label, "where the directory says", `nothing at ${offset}`);
  }
  const nameLength = view.getUint16(offset + 26, true);
  const start = offset + 30 + nameLength + view.getUint16(offset + 28, true);
  if (start > view.byteLength) refuse(label, "within the file", "a header beyond its end");
  const local = nameAt(view, offset + 30, nameLength);
  // Two readers would see two archives.
  if (local !== name) refuse(label, "of one name", `"${local}" in its own header`);
  return start;
}

function unpack(packed: Uint8Array, entry: Entry, refuse: Refuse): Uint8Array {
  const label = `entry "${entry.name}"`;
  const { method, unpacked, checksum } = entry;
  if (method !== STORED && method !== DEFLATED) {
    return refuse(label, "stored or deflated", `method ${method}`);
  }
  const content = method === STORED ? packed : inflate(packed, unpacked);
  if (content?.length !== unpacked) {
    const got = content === undefined ? "other contents" : `${content.length} bytes`;
    return refuse(label, `${unpacked} bytes, as the directory says`, got);
  }
  if (crc32(content) !== checksum) refuse(label, "of the checksum stated", "other contents");
  return content;
}

/** At most `size` bytes; undefined when the data are more, or damaged. */
function inflate(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    return undefined;
  }
}

function nameAt(view: DataView, start: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
  return new TextDecoder().decode(bytes);
}
