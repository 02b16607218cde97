import { createHash } from "node:crypto";
import { type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { ArgumentError, Description, LoopgdError } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { readFileBytes } from "./read-file.js";

/** Columns of one length by name, in order: whole numbers (Int32Array) or doubles. */
export type Columns = ReadonlyMap<string, Float64Array | Int32Array>;

const DIGEST = "loopgd.sha256";

/**
 * Writes columns as a Parquet file (INT32 and DOUBLE, no nulls), replacing it atomically.
 *
 * Statement.    equal columns give equal bytes
 * Throws.       ArgumentError when there is no column, lengths differ, a number is not finite, or the
 *               file cannot be written; the file is then as it was
 */
export function writeParquet(path: string, columns: Columns): void {
  const where = "writeParquet";
  const lengths = [...columns.values()].map(({ length }) => length);
  if (lengths.length === 0 || new Set(lengths).size > 1) {
    const got = new Description(`lengths [${lengths.join(", ")}]`);
    throw new ArgumentError(where, "columns", "at least one, all of one length", got);
  }
  for (const [name, column] of columns) requireFinite(where, `column "${name}"`, column);
  const bytes = parquetWriteBuffer({
    columnData: Array.from(columns, ([name, data]) => ({
      ...{ name, data, nullable: false },
      type: data instanceof Int32Array ? "INT32" : "DOUBLE",
    })),
    createdBy: "loopgd",
    kvMetadata: [{ key: DIGEST, value: digestOf(columns) }],
  });
  writeFileAtomically(where, path, new Uint8Array(bytes));
}

/**
 * The columns of a Parquet file that `writeParquet` wrote.
 *
 * Throws.       ArgumentError, naming the file, when it cannot be read, is not in the format, is not one of
 *               `writeParquet`'s with the digest it states, or a column holds anything but finite numbers
 */
export async function readParquet(path: string): Promise<Map<string, Float64Array>> {
  const where = "readParquet";
  const bytes = readFileBytes(where, path);
  try {
    const file = Uint8Array.from(bytes).buffer;
    const metadata = parquetMetadata(file);
    const columns = new Map<string, Float64Array>();
    for (const { element } of parquetSchema(metadata).children) {
      const { name } = element;
      const column = await readColumn(file, metadata, name);
      requireFinite(where, `column "${name}" of "${path}"`, column);
      columns.set(name, column);
    }
    const stated = metadata.key_value_metadata?.find(({ key }) => key === DIGEST)?.value;
    if (stated !== digestOf(columns)) {
      throw new Error("columns that are not those that were written");
    }
    return columns;
  } catch (error) {
    if (error instanceof LoopgdError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArgumentError(where, `"${path}"`, "a sound Parquet file", new Description(reason));
  }
}

/** One column of one row group after another: hyparquet lets go of failures of those read at once. */
async function readColumn(
  file: ArrayBuffer,
  metadata: FileMetaData,
  name: string,
): Promise<Float64Array> {
  const values: number[] = [];
  for (const group of metadata.row_groups) {
    const rowStart = values.length;
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns: [name], rowStart, rowEnd });
    for (const row of rows) values.push(typeof row[name] === "number" ? row[name] : Number.NaN);
  }
  return Float64Array.from(values);
}

/** A digest of names and values, since the format has none: a flipped bit is another number. */
function digestOf(columns: Columns): string {
  const hash = createHash("sha256");
  for (const [name, column] of columns) hash.update(name).update(Float64Array.from(column));
  return hash.digest("hex");
}

function requireFinite(where: string, argument: string, column: Float64Array | Int32Array): void {
  const row = column.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return;
  const got = new Description(`${column[row]} in row ${row}`);
  throw new ArgumentError(where, argument, "all finite numbers", got);
}
