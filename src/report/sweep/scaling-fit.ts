import { fitLine, type LineFit } from "../../claim/line-fit.js";
import { type Cells, cellsOf, type SweepFit, type SweepTable } from "./sweep-table.js";

/** A power law y = C·x^slope through the results of a sweep. */
export interface ScalingFit {
  /** The group's values, by column. */
  readonly group: Readonly<Record<string, number | string>>;
  /** In decimal logarithms; null where fewer than four points are positive, or no stretch is straight. */
  readonly line: LineFit | null;
  /** Where the line holds. */
  readonly from: number;
  readonly to: number;
  /** Points on that stretch, and all of the group. */
  readonly used: number;
  readonly points: number;
  /** The largest relative distance of a used point from the line. */
  readonly worst: number;
  readonly samples: readonly (readonly [number, number])[];
}

/** A point that is further off than this, relatively, ends the stretch on which a power law holds. */
export const STRAIGHT_WITHIN = 0.05;

/** Points a line is judged by at least. */
const LEAST_POINTS = 4;

/**
 * Fits power laws, one per group, each on the stretch where the results lie on one.
 *
 * Statement.    points are taken off either end, that one first without which the rest is straighter,
 *               until all lie within 5 % of their line
 * Accuracy.     standard errors of ordinary least squares on the points that are left
 */
export function scalingFits(table: SweepTable, fit: SweepFit): ScalingFit[] {
  const by = fit.by ?? table.axes.map(({ name }) => name).filter((name) => name !== fit.x);
  const [x, y] = [cellsOf(table, fit.x), cellsOf(table, fit.y)];
  return groupsOf(
    x.length,
    by.map((name) => cellsOf(table, name)),
  ).map(({ key, rows }) => {
    const samples = rows
      .map((row) => [Number(x[row] ?? Number.NaN), Number(y[row] ?? Number.NaN)] as const)
      .filter(([a, b]) => a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b))
      .sort(([a], [b]) => a - b);
    const group = Object.fromEntries(by.map((name, i) => [name, key[i]!]));
    return { group, points: rows.length, samples, ...straightStretch(samples) };
  });
}

function groupsOf(rows: number, columns: readonly Cells[]) {
  const groups = new Map<string, { key: (number | string)[]; rows: number[] }>();
  for (let row = 0; row < rows; row++) {
    const key = columns.map((values) => values[row] ?? "none");
    const name = JSON.stringify(key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { key, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function straightStretch(samples: readonly (readonly [number, number])[]) {
  const logs = samples.map(([x, y]) => [Math.log10(x), Math.log10(y)] as const);
  let [start, end] = [0, logs.length];
  let best = lineThrough(logs);
  while (best !== null && best.worst > STRAIGHT_WITHIN) {
    const [withoutFirst, withoutLast] = [
      lineThrough(logs.slice(start + 1, end)),
      lineThrough(logs.slice(start, end - 1)),
    ];
    const dropsFirst =
      (withoutFirst?.worst ?? Number.POSITIVE_INFINITY) <=
      (withoutLast?.worst ?? Number.POSITIVE_INFINITY);
    if (dropsFirst) start += 1;
    else end -= 1;
    best = dropsFirst ? withoutFirst : withoutLast;
  }
  if (best === null) return { line: null, from: 0, to: 0, used: 0, worst: 0 };
  return {
    ...{ line: best.line, worst: best.worst, used: end - start },
    from: samples[start]![0],
    to: samples[end - 1]![0],
  };
}

function lineThrough(logs: readonly (readonly [number, number])[]) {
  const abscissas = new Set(logs.map(([x]) => x)).size;
  if (logs.length < LEAST_POINTS || abscissas < LEAST_POINTS) return null;
  const line = fitLine(logs);
  const worst = logs.reduce((most, [x, y]) => {
    const off = Math.abs(10 ** (y - line.intercept - line.slope * x) - 1);
    return Math.max(most, off);
  }, 0);
  return { line, worst };
}
