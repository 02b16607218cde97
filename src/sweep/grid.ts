import { ArgumentError, Description } from "../errors.js";
import type { Axis } from "./axis.js";
import type { Point } from "./axis-value.js";
import type { Condition } from "./condition.js";

/**
 * The points of a sweep: the product of its axes where every condition holds, numbered in the order of
 * the file with the last axis fastest. A point is made when it is asked for; ten million cost 80 MB.
 */
export class Grid {
  readonly #accepted: Float64Array | undefined;

  private constructor(
    readonly axes: readonly Axis[],
    /** Points of the product, before the conditions. */
    readonly productSize: number,
    accepted: Float64Array | undefined,
  ) {
    this.#accepted = accepted;
  }

  /**
   * Throws.       ArgumentError when no point is left, naming the condition that is never true, or the
   *               conditions that contradict each other
   */
  static of(axes: readonly Axis[], conditions: readonly Condition[]): Grid {
    const productSize = productOf(axes);
    if (conditions.length === 0) return new Grid(axes, productSize, undefined);
    const everything = new Grid(axes, productSize, undefined);
    const accepted: number[] = [];
    const met = new Array<number>(conditions.length).fill(0);
    for (let index = 0; index < productSize; index++) {
      const point = everything.point(index);
      let all = true;
      for (const [c, condition] of conditions.entries()) {
        const holds = condition.holds(point);
        if (holds) met[c]! += 1;
        all &&= holds;
      }
      if (all) accepted.push(index);
    }
    if (accepted.length === 0) refuseEmpty(conditions, met, productSize);
    return new Grid(axes, productSize, Float64Array.from(accepted));
  }

  /** How many points there are. */
  get size(): number {
    return this.#accepted?.length ?? this.productSize;
  }

  /** The point of a number in [0, size). */
  point(number: number): Point {
    let rest = this.#accepted === undefined ? number : this.#accepted[number]!;
    const entries: [string, Point[string]][] = [];
    for (let a = this.axes.length - 1; a >= 0; a--) {
      const { name, values } = this.axes[a]!;
      entries.push([name, values[rest % values.length]!]);
      rest = Math.floor(rest / values.length);
    }
    return Object.fromEntries(entries.reverse());
  }
}

/** Points of a product of axes. */
export function productOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

function refuseEmpty(
  conditions: readonly Condition[],
  met: readonly number[],
  size: number,
): never {
  const never = conditions.filter((_, c) => met[c] === 0).map(({ source }) => `"${source}"`);
  const reason =
    never.length > 0
      ? `${never.join(" and ")}, true at none of the ${size} points`
      : `${conditions.map(({ source }) => `"${source}"`).join(" and ")}, which contradict each other at all ${size} points`;
  throw new ArgumentError("sweep", "where", "true at some point", new Description(reason));
}
