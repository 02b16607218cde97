import { createHash } from "node:crypto";
import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { ArgumentError, Description, LoopgdError } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { readFileBytes } from "./read-file.js";

/** A column of a table: doubles or texts, null where there is nothing. */
export interface TableColumn {
  readonly name: string;
  readonly kind: "number" | "text";
  readonly values: readonly (number | string | null)[];
}

const DIGEST = "loopgd.sha256";

/**
 * Writes a table as a Parquet file (DOUBLE and UTF8, nulls allowed), replacing it atomically.
 *
 * Statement.    equal tables give equal bytes
 * Throws.       ArgumentError when lengths differ, a number is not finite, or the file cannot be written;
 *               the file is then as it was
 */
export function writeTable(path: string, columns: readonly TableColumn[]): void {
  const where = "writeTable";
  const lengths = columns.map(({ values }) => values.length);
  if (new Set(lengths).size !== 1) {
    const got = new Description(`lengths [${lengths.join(", ")}]`);
    throw new ArgumentError(where, "columns", "at least one, all of one length", got);
  }
  for (const { name, values } of columns) {
    const row = values.findIndex((value) => typeof value === "number" && !Number.isFinite(value));
    if (row < 0) continue;
    const got = new Description(`${values[row]} in row ${row}`);
    throw new ArgumentError(where, `column "${name}"`, "all finite numbers", got);
  }
  const bytes = parquetWriteBuffer({
    columnData: columns.map(({ name, kind, values }) => ({
      ...{ name, data: values as (number | string | null)[], nullable: true },
      type: kind === "number" ? "DOUBLE" : "STRING",
    })),
    createdBy: "loopgd",
    kvMetadata: [{ key: DIGEST, value: digestOf(columns) }],
  });
  writeFileAtomically(where, path, new Uint8Array(bytes));
}

/**
 * The columns of a Parquet file that `writeTable` wrote, by name.
 *
 * Throws.       ArgumentError, naming the file, when it cannot be read, is not in the format, or does not
 *               have the digest that it states
 */
export async function readTable(
  path: string,
): Promise<Map<string, readonly (number | string | null)[]>> {
  const where = "readTable";
  const bytes = readFileBytes(where, path);
  try {
    const file = Uint8Array.from(bytes).buffer;
    const metadata = parquetMetadata(file);
    const columns: TableColumn[] = [];
    for (const { element } of parquetSchema(metadata).children) {
      const { name, type } = element;
      // One column after another: hyparquet lets go of failures of those read at once.
      const rows = await parquetReadObjects({ file, metadata, columns: [name] });
      const values = rows.map((row) => (row[name] ?? null) as number | string | null);
      columns.push({ name, kind: type === "DOUBLE" ? "number" : "text", values });
    }
    const stated = metadata.key_value_metadata?.find(({ key }) => key === DIGEST)?.value;
    if (stated !== digestOf(columns)) {
      throw new Error("columns that are not those that were written");
    }
    return new Map(columns.map(({ name, values }) => [name, values]));
  } catch (error) {
    if (error instanceof LoopgdError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArgumentError(where, `"${path}"`, "a sound Parquet file", new Description(reason));
  }
}

/** A digest of names and values, since the format has none: a flipped bit is another number. */
function digestOf(columns: readonly TableColumn[]): string {
  const hash = createHash("sha256");
  for (const { name, kind, values } of columns) {
    hash.update(JSON.stringify([name, kind, values.length]));
    if (kind === "text") hash.update(JSON.stringify(values));
    else {
      hash.update(Float64Array.from(values, (value) => (value === null ? 0 : Number(value))));
      hash.update(Uint8Array.from(values, (value) => Number(value === null)));
    }
  }
  return hash.digest("hex");
}
