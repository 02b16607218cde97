import type { Side } from "./bernstein.js";
import { demand, type Field, type Fraction } from "./field.js";

/**
 * Walks a tree of halvings, which covers its box whatever it says: a digit halves the box along that
 * axis, the tree of the lower half following, then that of the upper; a letter ends the branch and is
 * what `decide` finds for the box, "?" where it finds null. Gives the share of the box left undecided.
 */
export function shareLeft(
  { tree, left }: { readonly tree: Field; readonly left: Field },
  root: readonly Side[],
  decide: (box: readonly Side[]) => string | null,
): Fraction {
  const text = tree.text(/^[0-3a-z?]{1,20000}$/, "1 to 20000 letters, ? and axes");
  let position = 0;
  let undecided = 0n;
  const whole = 1n << 200n;
  const walk = (box: readonly Side[], depth: bigint): void => {
    const mark = text[position];
    position += 1;
    const side = box[Number(mark)];
    if (mark === undefined || depth > 200n) tree.refuse("a tree with all its leaves");
    if (side === undefined) {
      const found = decide(box) ?? "?";
      demand(found === mark, `box ${position} of ${tree.path} is "${found}", not "${mark}"`);
      if (mark === "?") undecided += whole >> depth;
      return;
    }
    const { lower, upper, denominator } = side;
    const ends = [2n * lower, lower + upper, 2n * upper] as const;
    for (const i of [0, 1] as const) {
      const half = { lower: ends[i], upper: ends[i + 1]!, denominator: 2n * denominator };
      walk(box.with(Number(mark), half), depth + 1n);
    }
  };
  walk(root, 0n);
  if (position < text.length) tree.refuse("one tree and nothing after it");
  const [p, q] = left.fraction();
  demand(p * whole === undecided * q, `${left.path} is the share of the boxes marked "?"`);
  return [p, q];
}
