import { ArgumentError, Description, NumericalError } from "../errors.js";
import { Stream } from "../random/stream.js";
import type { AxisValue, Point } from "./axis-value.js";
import type { Cell, Column, Computation } from "./computation/computation.js";
import { computationOf } from "./computation/computation-of.js";
import type { SweepSpec } from "./sweep-spec.js";

/** Cells by column name; those that are null are left out. */
export type PointCells = Readonly<Record<string, Exclude<Cell, null>>>;

/** Everything that a sweep does at a point. */
export class PointComputer {
  private constructor(
    private readonly spec: Pick<SweepSpec, "seed" | "keep" | "axes">,
    private readonly computations: readonly Computation[],
  ) {}

  /**
   * Throws.       ArgumentError for an axis that nothing reads or that is missing, a value that cannot be
   *               used, or an unknown column to keep
   */
  static async of(spec: SweepSpec): Promise<PointComputer> {
    const computer = new PointComputer(spec, await Promise.all(spec.compute.map(computationOf)));
    computer.#requireAxes();
    computer.#requireUsableValues();
    for (const name of spec.keep ?? []) computer.#requireColumn("keep", name);
    return computer;
  }

  /** The computed columns that are kept. */
  get columns(): readonly Column[] {
    return this.#computed.filter(({ name }) => this.#isKept(name));
  }

  /** Rough seconds of a point on one core. */
  cost(point: Point): number {
    return this.computations.reduce(
      (sum, computation) => sum + computation.cost(withDefaults(computation, point)),
      0,
    );
  }

  /**
   * The cells of a point; `failure` says what went wrong, `note` why some cells are not there.
   *
   * Statement.    depends on the seed and the point's values alone
   */
  async compute(point: Point): Promise<PointCells> {
    const stream = Stream.fromSeed(this.spec.seed).split("sweep").split(identityOf(point));
    const cells: Record<string, Exclude<Cell, null>> = {};
    const notes: string[] = [];
    try {
      for (const computation of this.computations) {
        const given = withDefaults(computation, point);
        const result = await computation.run(given, stream.split(computation.name));
        for (const [name, cell] of Object.entries(result.cells)) {
          requireFinite(name, cell);
          if (cell !== null && this.#isKept(name)) cells[name] = cell;
        }
        if (result.note !== undefined) notes.push(result.note);
      }
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
    return notes.length === 0 ? cells : { ...cells, note: notes.join("; ") };
  }

  get #computed(): readonly Column[] {
    return this.computations.flatMap(({ columns }) => columns);
  }

  #isKept(name: string): boolean {
    return this.spec.keep === undefined || this.spec.keep.includes(name);
  }

  #requireColumn(argument: string, name: string): void {
    const known = this.#computed.map((column) => column.name);
    if (known.includes(name)) return;
    throw new ArgumentError("sweep", argument, `among ${known.join(", ")}`, name);
  }

  #requireAxes(): void {
    const names = this.spec.axes.map(({ name }) => name);
    for (const { name, required } of this.computations) {
      const missing = required.filter((axis) => !names.includes(axis));
      if (missing.length === 0) continue;
      const got = new Description(`none for ${missing.join(", ")}, which ${name} needs`);
      throw new ArgumentError("sweep", "axes", `axes for ${required.join(", ")}`, got);
    }
    const read = new Set(
      this.computations.flatMap(({ required, optional }) => [
        ...required,
        ...Object.keys(optional),
      ]),
    );
    const unread = names.find((name) => !read.has(name));
    if (unread === undefined) return;
    const requirement = `among ${[...read].join(", ")}, which the computations read`;
    throw new ArgumentError("sweep", "axes", requirement, unread);
  }

  /** Every value of every axis, once, beside the first values of the others. */
  #requireUsableValues(): void {
    const { axes } = this.spec;
    const first = Object.fromEntries(axes.map(({ name, values }) => [name, values[0]!]));
    for (const { name, values } of axes) {
      for (const value of values) {
        for (const computation of this.computations) {
          computation.requireUsable(withDefaults(computation, { ...first, [name]: value }));
        }
      }
    }
  }
}

/** The axes a computation reads, given or by default. */
function withDefaults({ required, optional }: Computation, point: Point): Point {
  const values: Record<string, AxisValue> = {};
  for (const axis of required) values[axis] = point[axis]!;
  for (const [axis, otherwise] of Object.entries(optional)) {
    const value = point[axis] ?? otherwise;
    if (value !== undefined) values[axis] = value;
  }
  return values;
}

function identityOf(point: Point): string {
  return Object.entries(point)
    .map(([axis, value]) => `${axis}=${value}`)
    .sort()
    .join(",");
}

function requireFinite(name: string, cell: Cell): void {
  if (typeof cell !== "number" || Number.isFinite(cell)) return;
  throw new NumericalError(`sweep: ${name} is ${cell}`);
}
