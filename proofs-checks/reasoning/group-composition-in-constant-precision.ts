import { defineClaim } from "../../src/claim/claim.js";
import { smallestGroupPrecision } from "../../src/model/construction/group-precision.js";
import { groupByName } from "../../src/task/group.js";

interface Setting {
  readonly group: string;
  readonly lengths: readonly number[];
}

/**
 * The precision that composes n group elements does not depend on n.
 *
 * Statement.    s ≤ max(2, ⌈log₂ 2⌈log₂|G|⌉⌉) bits at every n, with heads of width 2⌈log₂(n+1)⌉
 * Conventions.  numbers ±k 2^{−s}, k < 2^{2s}, rounded after every operation; a precision works where every
 *               word comes out right
 * Accuracy.     exact: all positions of a head and all pairs of elements are looked at
 * Source.       Saunshi et al. 2025 (constant precision); the number derived in
 *               docs/derivation-reasoning.md
 */
export const groupCompositionInConstantPrecision = defineClaim<Setting>({
  id: "group-composition-in-constant-precision",
  title: "A precision that n does not change composes n group elements",
  statement:
    "s_{\\min}(G,n) \\le \\max\\bigl(2, \\lceil\\log_2 2\\lceil\\log_2|G|\\rceil\\rceil\\bigr)\\quad\\text{for all } n",
  source: "Saunshi et al. 2025",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [point("Z2", [4, 33, 200]), point("S3", [4, 33, 200]), point("Z4", [5, 64])],
    thorough: [point("Q8", [1, 64, 1024]), point("S4", [4, 200])],
  },
  predicted: (setting) => bits(setting),
  measured: ({ group, lengths }) => ({
    value: lengths.map((n) => smallestGroupPrecision(groupByName(group), n, "level")),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: { "one bit fewer": (setting) => bits(setting).map((s) => s - 1) },
});

function point(group: string, lengths: readonly number[]) {
  return { name: `${group} n=${lengths.join(",")}`, setting: { group, lengths } };
}

function bits({ group, lengths }: Setting): number[] {
  const m = Math.ceil(Math.log2(groupByName(group).order));
  return lengths.map(() => Math.max(2, Math.ceil(Math.log2(2 * m))));
}
