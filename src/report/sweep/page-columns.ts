import type { TableColumn } from "../../io/table-file.js";
import { numberText } from "../number-text.js";
import { computedColumns, type SweepTable, scaleOf } from "./sweep-table.js";

/** Cells that a page may hold: some 45 MB, which a browser still opens in a few seconds. */
const MOST_CELLS = 4_000_000;

/** The table as the page's script reads it: numbers as base64, texts as words and their numbers. */
export interface PageTable {
  readonly name: string;
  readonly rows: number;
  readonly axes: readonly {
    readonly name: string;
    readonly scale: string;
    readonly labels: readonly string[];
    /** The values as doubles; texts are numbered. */
    readonly positions: readonly number[];
    /** Uint32, little endian: which value a row has. */
    readonly codes: string;
  }[];
  readonly columns: readonly PageColumn[];
  readonly maps: SweepTable["maps"];
  /** Columns that are in the Parquet file alone. */
  readonly leftOut: readonly string[];
}

type PageColumn =
  /** Float64, little endian; not a number where there is nothing. */
  | { readonly name: string; readonly kind: "number"; readonly values: string }
  /** Uint32, little endian, into `words`; the number of words where there is nothing. */
  | {
      readonly name: string;
      readonly kind: "text";
      readonly words: readonly string[];
      readonly codes: string;
    };

/**
 * What of a table a page holds: all of it, or as many columns as it can, those of the maps first.
 */
export function pageTable(table: SweepTable, mostCells = MOST_CELLS): PageTable {
  const rows = table.columns[0]?.values.length ?? 0;
  const axes = table.axes.map((axis) => {
    const numberOf = new Map(axis.values.map((value, i) => [keyOf(value), i]));
    const cells = table.columns.find(({ name }) => name === axis.name)!.values;
    const codes = Uint32Array.from(cells, (cell) => numberOf.get(keyOf(cell!))!);
    return {
      name: axis.name,
      scale: scaleOf(axis),
      labels: axis.values.map((value) =>
        typeof value === "string" ? value : numberText(Number(value), 12),
      ),
      positions: axis.values.map((value, i) => (typeof value === "string" ? i : Number(value))),
      codes: base64(codes),
    };
  });
  const mapped = new Set(table.maps.flatMap(({ x, y, value }) => [x, y, value]));
  const all = computedColumns(table).filter(({ values }) => values.some((cell) => cell !== null));
  const byNeed = [
    ...all.filter(({ name }) => mapped.has(name)),
    ...all.filter(({ name }) => !mapped.has(name)),
  ];
  const most = Math.max(1, Math.floor(mostCells / Math.max(1, rows)) - axes.length);
  const held = new Set(byNeed.slice(0, most));
  return {
    ...{ name: table.name, rows, axes, maps: table.maps },
    columns: all.filter((column) => held.has(column)).map(pageColumn),
    leftOut: all.filter((column) => !held.has(column)).map(({ name }) => name),
  };
}

function pageColumn({ name, kind, values }: TableColumn): PageColumn {
  if (kind === "number") {
    const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : +value));
    return { name, kind, values: base64(numbers) };
  }
  const words = [...new Set(values.filter((value) => value !== null).map(String))].sort();
  const numberOf = new Map(words.map((word, i) => [word, i]));
  const codes = Uint32Array.from(values, (value) =>
    value === null ? words.length : numberOf.get(String(value))!,
  );
  return { name, kind, words, codes: base64(codes) };
}

/** Cells hold the nearest double of a whole number of any size. */
function keyOf(value: number | bigint | string): string {
  return typeof value === "string" ? value : String(Number(value));
}

function base64({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
