import type { Stream } from "../../random/stream.js";
import type { AxisValue, Point } from "../axis-value.js";

/** What a table cell of a sweep holds; null where there is nothing to say. */
export type Cell = number | string | null;

/** A column that a computation fills. */
export interface Column {
  readonly name: string;
  readonly kind: "number" | "text";
}

/** Something done at every point of a sweep. */
export interface Computation {
  readonly name: string;
  /** Axes that must be there. */
  readonly required: readonly string[];
  /** Axes that may be there, with what holds where they are not (undefined: the point lacks it). */
  readonly optional: Readonly<Record<string, AxisValue | undefined>>;
  readonly columns: readonly Column[];
  /** Rough seconds of one point on one core: for the order of work, not for a promise. */
  cost(point: Point): number;
  /**
   * Throws ArgumentError where an axis' value cannot be used: asked of every value before work starts.
   *
   * @param point  a value on every axis of the computation
   */
  requireUsable(point: Point): void;
  /**
   * The cells of one point.
   *
   * Statement.    depends on point and stream alone
   */
  run(point: Point, stream: Stream): Promise<Cells> | Cells;
}

/** Cells by column name; `note` says why some are null. */
export interface Cells {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly note?: string;
}
