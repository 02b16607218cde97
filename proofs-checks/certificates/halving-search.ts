import { Rational } from "../../src/numeric/rational.js";
import { type BoxPolynomial, halves } from "./box-polynomial.js";
import { fractionText, type HalvingTree } from "./certificate.js";

/** One axis of a box: the part number `index` of 2^`depth` equal ones. */
export interface Part {
  readonly index: bigint;
  readonly depth: number;
}

/**
 * Branch and bound over halvings of a box, as a tree that says what settles each part.
 *
 * Conventions.  the box with the fewest halvings along an axis is halved there, axes in order; where
 *               `maximalBoxes` boxes have been looked at the rest stays undecided ("?")
 * Accuracy.     exact: `settle` is asked about exact polynomials
 * @param settle  the letter of what settles a box, null for nothing
 */
export function searchHalvings(
  polynomials: readonly BoxPolynomial[],
  axes: number,
  maximalBoxes: number,
  settle: (polynomials: readonly BoxPolynomial[], box: readonly Part[]) => string | null,
): HalvingTree {
  const marks: string[] = [];
  let left = Rational.ZERO;
  // Breadth first, so that an exhausted budget leaves no region unlooked at.
  interface Node {
    readonly polynomials: readonly BoxPolynomial[];
    readonly box: readonly Part[];
    mark: string;
    children: Node[];
  }
  const node = (parts: readonly BoxPolynomial[], box: readonly Part[]): Node => ({
    polynomials: parts,
    box,
    mark: settle(parts, box) ?? "?",
    children: [],
  });
  const whole = Array.from({ length: axes }, (): Part => ({ index: 0n, depth: 0 }));
  const root = node(polynomials, whole);
  let boxes = 1;
  let open = root.mark === "?" ? [root] : [];
  while (open.length > 0 && boxes + 2 <= maximalBoxes) {
    const next: Node[] = [];
    for (const parent of open) {
      if (boxes + 2 > maximalBoxes) break;
      boxes += 2;
      const axis = parent.box.reduce(
        (least, part, i) => (part.depth < parent.box[least]!.depth ? i : least),
        0,
      );
      parent.mark = `${axis}`;
      const pairs = parent.polynomials.map((polynomial) => halves(polynomial, axis));
      for (const half of [0, 1] as const) {
        const { index, depth } = parent.box[axis]!;
        const part = { index: 2n * index + BigInt(half), depth: depth + 1 };
        const child = node(
          pairs.map((pair) => pair[half]),
          parent.box.with(axis, part),
        );
        parent.children.push(child);
        if (child.mark === "?") next.push(child);
      }
    }
    open = next;
  }
  const write = ({ mark, children, box }: Node): void => {
    marks.push(mark);
    if (mark === "?") {
      const depth = box.reduce((sum, part) => sum + part.depth, 0);
      left = left.plus(Rational.of(2n).power(-depth));
    }
    for (const child of children) write(child);
  };
  write(root);
  return { tree: marks.join(""), left: fractionText(left) };
}
