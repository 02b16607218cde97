import { extname } from "node:path";
import { Matrix } from "ml-matrix";
import { ArgumentError, Description } from "../errors.js";
import { readNpy } from "./npy.js";
import { readFileBytes } from "./read-file.js";

/**
 * A matrix from a file: .json (a list of rows), .csv (one row a line) or .npy (two axes).
 *
 * Conventions.  csv: cells apart by semicolons, else commas, else blanks; # starts a comment line; the
 *               decimal sign is the point; no row of names.
 * Throws.       ArgumentError, naming file and line or field, for anything else: ragged rows, empty
 *               files, cells that are not finite numbers, other extensions
 */
export function readMatrixFile(path: string): Matrix {
  const extension = extname(path).toLowerCase();
  if (extension === ".npy") return fromNpy(path);
  if (extension !== ".json" && extension !== ".csv") {
    throw new ArgumentError("readMatrixFile", "path", "a .json, .csv or .npy file", path);
  }
  const text = decodeText(readFileBytes("readMatrixFile", path), path);
  const rows = extension === ".json" ? parseJsonRows(text, path) : parseCsvRows(text, path);
  return new Matrix(rows);
}

function fromNpy(path: string): Matrix {
  const { shape, data } = readNpy(path);
  const [rows, columns] = shape;
  if (shape.length !== 2 || !rows || !columns) {
    throw new ArgumentError(
      "readMatrixFile",
      `the array of "${path}"`,
      "a non-empty matrix of two axes",
      new Description(`shape (${shape.join(", ")})`),
    );
  }
  return Matrix.from1DArray(rows, columns, Array.from(data));
}

function parseJsonRows(text: string, path: string): number[][] {
  const refuse = (field: string, requirement: string, got: unknown): never => {
    throw new ArgumentError("readMatrixFile", `${field} of "${path}"`, requirement, got);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("the text", "JSON", text.trim());
  }
  if (!Array.isArray(value) || value.length === 0) {
    return refuse("the value", "a list of rows, such as [[1, 0], [0, 1]]", value);
  }
  return value.map((row: unknown, i) => {
    if (!Array.isArray(row) || row.length === 0) {
      return refuse(`row ${i + 1}`, "a list of numbers", row);
    }
    if (row.length !== (value[0] as unknown[]).length) {
      const requirement = `as long as row 1 (${(value[0] as unknown[]).length})`;
      refuse(`row ${i + 1}`, requirement, new Description(`${row.length} entries`));
    }
    return row.map((cell: unknown, j) =>
      typeof cell === "number" && Number.isFinite(cell)
        ? cell
        : refuse(`row ${i + 1}, entry ${j + 1}`, "a finite number", cell),
    );
  });
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function parseCsvRows(text: string, path: string): number[][] {
  const rows: number[][] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const field = `line ${index + 1}`;
    const row = splitCells(line).map((cell, column) => {
      const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
      if (Number.isFinite(value)) return value;
      const argument = `${field}, cell ${column + 1} of "${path}"`;
      throw new ArgumentError("readMatrixFile", argument, "a finite number", cell);
    });
    if (rows.length > 0 && row.length !== rows[0]!.length) {
      throw new ArgumentError(
        "readMatrixFile",
        `${field} of "${path}"`,
        `${rows[0]!.length} numbers, as on the first line`,
        row.length,
      );
    }
    rows.push(row);
  });
  if (rows.length === 0) {
    const got = new Description("no line with numbers");
    throw new ArgumentError("readMatrixFile", `"${path}"`, "a matrix, one row a line", got);
  }
  return rows;
}

function splitCells(line: string): string[] {
  const separator = line.includes(";") ? ";" : line.includes(",") ? "," : /\s+/;
  return line.split(separator).map((cell) => cell.trim());
}

function decodeText(bytes: Uint8Array, path: string): string {
  try {
    // A leading byte-order mark is dropped by the decoder.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const got = new Description("other bytes");
    throw new ArgumentError("readMatrixFile", `"${path}"`, "a text in UTF-8", got);
  }
}
