import { ArgumentError, Description } from "../errors.js";
import type { Column } from "./computation/computation.js";
import { parseConditions } from "./condition.js";
import { Grid, productOf } from "./grid.js";
import { PointComputer } from "./point-computer.js";
import type { SweepSpec } from "./sweep-spec.js";

/** Points of the product beyond which a sweep wants to be asked for twice. */
const LARGE_GRID = 1e8;

/** A sweep that can run: its points, what is done at each, and the table it fills. */
export interface Sweep {
  readonly spec: SweepSpec;
  readonly grid: Grid;
  readonly computer: PointComputer;
  /** The axes, what is computed, then `note` and `failure`. */
  readonly columns: readonly Column[];
}

/**
 * Everything that can be refused is refused here, before work starts.
 *
 * @param options.allowLarge  whether the product of the axes may exceed 10⁸ points
 * Throws.       ArgumentError as `PointComputer.of`; for maps and fits of unknown columns, conditions that
 *               cannot be read or leave nothing, or a grid that is too large
 */
export async function openSweep(
  spec: SweepSpec,
  options: { readonly allowLarge?: boolean } = {},
): Promise<Sweep> {
  const computer = await PointComputer.of(spec);
  const columns: Column[] = [
    ...spec.axes.map(({ name, values }) => {
      const isText = values.some((value) => typeof value === "string");
      return { name, kind: isText ? ("text" as const) : ("number" as const) };
    }),
    ...computer.columns,
    { name: "note", kind: "text" },
    { name: "failure", kind: "text" },
  ];
  requireShown(spec, columns);
  const size = productOf(spec.axes);
  if (size > LARGE_GRID && options.allowLarge !== true) {
    const got = new Description(`${size.toExponential(1)} points (--yes if that is meant)`);
    throw new ArgumentError("sweep", "axes", `a grid of at most ${LARGE_GRID} points`, got);
  }
  const sources = spec.where.map((text, i) => ({ text, where: `where[${i}]` }));
  const conditions = await parseConditions(
    sources,
    spec.axes.map(({ name }) => name),
  );
  return { spec, computer, columns, grid: Grid.of(spec.axes, conditions) };
}

function requireShown({ axes, maps, fits }: SweepSpec, columns: readonly Column[]): void {
  const sides = axes.map(({ name }) => name);
  for (const { x, y } of maps) {
    if (x !== y && sides.includes(x) && sides.includes(y)) continue;
    const got = new Description(`x: ${x}, y: ${y}`);
    throw new ArgumentError("sweep", "maps", `over two of the axes ${sides.join(", ")}`, got);
  }
  const known = columns.map(({ name }) => name);
  const shown = [
    ...maps.flatMap(({ x, y, value }) => [x, y, value]),
    ...fits.flatMap(({ x, y, by = [] }) => [x, y, ...by]),
  ];
  const unknown = shown.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError("sweep", "maps and fits", `about ${known.join(", ")}`, unknown);
}
