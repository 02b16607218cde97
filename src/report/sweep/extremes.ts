import { computedColumns, type SweepTable } from "./sweep-table.js";

/** The least and the greatest value of a column, and in which rows they stand first. */
export interface Extremes {
  readonly name: string;
  readonly least: number;
  readonly leastRow: number;
  readonly greatest: number;
  readonly greatestRow: number;
  /** Rows that hold a number at all. */
  readonly filled: number;
}

/** Extremes of every column of numbers that was computed and holds one. */
export function extremesOf(table: SweepTable): Extremes[] {
  return computedColumns(table)
    .filter(({ kind }) => kind === "number")
    .flatMap(({ name, values }) => {
      let [leastRow, greatestRow, filled] = [-1, -1, 0];
      for (const [row, value] of values.entries()) {
        if (typeof value !== "number") continue;
        filled += 1;
        if (leastRow < 0 || value < (values[leastRow] as number)) leastRow = row;
        if (greatestRow < 0 || value > (values[greatestRow] as number)) greatestRow = row;
      }
      if (filled === 0) return [];
      const [least, greatest] = [values[leastRow] as number, values[greatestRow] as number];
      return [{ name, least, leastRow, greatest, greatestRow, filled }];
    });
}

/** How often each text of a column occurs, most frequent first. */
export interface TextCounts {
  readonly name: string;
  readonly counts: readonly (readonly [string, number])[];
}

/** Counts of every column of texts that was computed, but for notes and failures. */
export function textCounts(table: SweepTable): TextCounts[] {
  return computedColumns(table)
    .filter(({ name, kind }) => kind === "text" && name !== "note" && name !== "failure")
    .map(({ name, values }) => ({ name, counts: countsOf(values) }));
}

/** Texts with how often they occur, most frequent first. */
export function countsOf(
  values: readonly (number | string | null)[],
): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
