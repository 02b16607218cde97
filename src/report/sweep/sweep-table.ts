import type { TableColumn } from "../../io/table-file.js";

/** The results of a sweep, as its report takes them. */
export interface SweepTable {
  readonly name: string;
  readonly axes: readonly SweepAxis[];
  /** One row a point: `point`, the axes, what was computed, `note`, `failure`. */
  readonly columns: readonly TableColumn[];
  /** Heat maps to be shown first. */
  readonly maps: readonly SweepMap[];
  /** Straight lines through logarithms. */
  readonly fits: readonly SweepFit[];
}

interface SweepAxis {
  readonly name: string;
  readonly values: readonly (number | bigint | string)[];
}

interface SweepMap {
  readonly x: string;
  readonly y: string;
  readonly value: string;
}

export interface SweepFit {
  readonly x: string;
  readonly y: string;
  /** Columns for each of whose values there is a line; absent: every axis but x. */
  readonly by?: readonly string[];
}

export type Cells = readonly (number | string | null)[];

/** The cells of a column; a column that is not there has none. */
export function cellsOf({ columns }: SweepTable, name: string): Cells {
  return columns.find((column) => column.name === name)?.values ?? [];
}

/** Columns that were computed: neither the number of the point nor an axis. */
export function computedColumns({ columns, axes }: SweepTable): readonly TableColumn[] {
  return columns.filter(({ name }) => name !== "point" && !axes.some((axis) => axis.name === name));
}

/** How an axis is drawn. */
export type AxisScale = "log" | "linear" | "named";

/**
 * The scale on which the values of an axis lie most evenly.
 *
 * Statement.    "log" when all are positive, span a decade and their ratios vary no more than their
 *               differences; "named", equal steps, for texts and for a single value
 */
export function scaleOf({ values }: SweepAxis): AxisScale {
  if (values.length < 2 || values.some((value) => typeof value === "string")) return "named";
  const sorted = values.map(Number).sort((a, b) => a - b);
  const [least, greatest] = [sorted[0]!, sorted.at(-1)!];
  if (least <= 0 || greatest / least < 10) return "linear";
  return variation(sorted.map(Math.log)) <= variation(sorted) ? "log" : "linear";
}

/** Standard deviation of the steps between neighbours, over their mean. */
function variation(sorted: readonly number[]): number {
  const steps = sorted.slice(1).map((value, i) => value - sorted[i]!);
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const variance = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length;
  return Math.sqrt(variance) / mean;
}
