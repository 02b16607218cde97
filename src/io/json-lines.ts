import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { ArgumentError } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { refuseFileError } from "./file-error.js";
import { readFileBytes } from "./read-file.js";

/** One line of a JSON-lines file: a flat record of finite numbers and texts. */
export type JsonRecord = Readonly<Record<string, number | string>>;

/**
 * Appends records to a JSON-lines file, one line each.
 *
 * A line that a crash tore is dropped when the file is opened again.
 */
export class JsonLinesWriter {
  readonly #descriptor: number;

  /** Throws an ArgumentError when the file cannot be written, or holds something else. */
  constructor(
    where: string,
    private readonly path: string,
  ) {
    try {
      if (existsSync(path) && !readFileSync(path, "utf8").endsWith("\n")) {
        rewriteJsonLines(path, readJsonLines(path));
      }
      this.#descriptor = openSync(path, "a");
    } catch (error) {
      refuseFileError(error, where, "path", "a writable file", path);
    }
  }

  /**
   * Throws an ArgumentError for a number JSON cannot hold (NaN, infinities) or a failed write, which
   * leaves the lines before it as they were.
   */
  write(record: JsonRecord): void {
    for (const [field, value] of Object.entries(record)) {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new ArgumentError("JsonLinesWriter.write", field, "a finite number", value);
      }
    }
    const { size } = fstatSync(this.#descriptor);
    try {
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      // A disk that fills up takes part of a line, and says so only for the next part.
      let offset = 0;
      while (offset < bytes.length) offset += writeSync(this.#descriptor, bytes, offset);
    } catch (error) {
      ftruncateSync(this.#descriptor, size);
      refuseFileError(error, "JsonLinesWriter.write", "path", "a writable file", this.path);
    }
  }

  /** Makes what was written survive a power failure. */
  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Records of a JSON-lines file; a last line without its end, which a crash tore, is dropped.
 *
 * Throws.       ArgumentError, with the line number, when another line is not a JSON object
 */
export function readJsonLines(path: string): JsonRecord[] {
  const text = new TextDecoder().decode(readFileBytes("readJsonLines", path));
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .slice(0, -1)
    .map((line, index) => {
      const record = parseRecord(line);
      if (record !== undefined) return record;
      throw new ArgumentError(
        "readJsonLines",
        `line ${index + 1} of "${path}"`,
        "a JSON object",
        line,
      );
    });
}

/** Replaces all lines of a JSON-lines file, atomically. */
export function rewriteJsonLines(path: string, records: readonly JsonRecord[]): void {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  writeFileAtomically("rewriteJsonLines", path, text);
}

function parseRecord(line: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    return isRecord ? (value as JsonRecord) : undefined;
  } catch {
    return undefined;
  }
}
