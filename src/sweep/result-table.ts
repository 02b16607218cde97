import type { TableColumn } from "../io/table-file.js";
import { type AxisValue, toDouble } from "./axis-value.js";
import type { Column } from "./computation/computation.js";

type Values = (number | string | null)[];

/**
 * A table being filled row by row, in any order: `point`, the number of the point in the sweep, then the
 * given columns.
 *
 * Conventions.  a whole number beyond 2⁵³ becomes the nearest double
 */
export class ResultTable {
  readonly #columns: (Omit<TableColumn, "values"> & { readonly values: Values })[];

  constructor(columns: readonly Column[], rows: number) {
    const all: Column[] = [{ name: "point", kind: "number" }, ...columns];
    this.#columns = all.map((column) => ({ ...column, values: new Array(rows).fill(null) }));
  }

  get columns(): readonly TableColumn[] {
    return this.#columns;
  }

  /** Rows of which a column says something. */
  filled(name: string): number {
    const { values } = this.#columns.find((column) => column.name === name)!;
    return values.reduce<number>((sum, value) => sum + Number(value !== null), 0);
  }

  /** Sets a whole row; what is not among the values is null. */
  set(row: number, values: Readonly<Record<string, AxisValue>>): void {
    for (const { name, kind, values: cells } of this.#columns) {
      const value = values[name];
      if (value === undefined) cells[row] = null;
      else cells[row] = kind === "text" ? String(value) : toDouble(value);
    }
  }

  /** Takes over the rows of a stored table; gives the name of a column that it lacks, if any. */
  take(
    stored: ReadonlyMap<string, readonly (number | string | null)[]>,
    rowOf: (point: number) => number,
  ): string | undefined {
    const points = stored.get("point") as readonly number[];
    const lacking = this.#columns.find(({ name }) => !stored.has(name));
    if (lacking !== undefined) return lacking.name;
    for (const { name, values } of this.#columns) {
      const from = stored.get(name)!;
      for (const [row, point] of points.entries()) values[rowOf(point)] = from[row]!;
    }
    return undefined;
  }
}
