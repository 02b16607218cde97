import type { TableColumn } from "../io/table-file.js";
import { type AxisValue, toDouble } from "./axis-value.js";
import type { Column } from "./computation/computation.js";

/**
 * Rows as the columns of a table: `point`, the number of the point in the sweep, then the given ones.
 *
 * Conventions.  a whole number beyond 2⁵³ becomes the nearest double
 */
export function buildTable(
  columns: readonly Column[],
  rows: number,
  rowAt: (row: number) => {
    readonly number: number;
    readonly values: Readonly<Record<string, AxisValue>>;
  },
): TableColumn[] {
  const numbers: number[] = [];
  const filled = columns.map((column) => ({ ...column, values: [] as (number | string | null)[] }));
  for (let row = 0; row < rows; row++) {
    const { number, values } = rowAt(row);
    numbers.push(number);
    for (const { name, kind, values: cells } of filled) {
      const value = values[name];
      if (value === undefined) cells.push(null);
      else cells.push(kind === "text" ? String(value) : toDouble(value));
    }
  }
  return [{ name: "point", kind: "number", values: numbers }, ...filled];
}
