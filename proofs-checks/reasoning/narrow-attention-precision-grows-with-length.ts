import { defineClaim } from "../../src/claim/claim.js";
import { smallestGroupPrecision } from "../../src/model/construction/group-precision.js";
import { groupByName } from "../../src/task/group.js";

interface Setting {
  readonly group: string;
  readonly length: number;
}

/**
 * With heads as narrow as the theorem states, these weights need a precision that grows with n.
 *
 * Statement.    s is at least the least with β_s(q−2) + (s+1) ln 2 ≤ 2^s − 2^{−s}, q = ⌈log₂(n+1)⌉: about
 *               log₂ log₂ n
 * Conventions.  β_s: the least multiple of 2^{−s} of which e^{−2β} rounds to 0. These weights, not all
 *               weights: the theorem's constant precision at this width is not contradicted
 * Accuracy.     exact, as in `group-composition-in-constant-precision`
 * Source.       derived here: docs/derivation-reasoning.md
 */
export const narrowAttentionPrecisionGrowsWithLength = defineClaim<Setting>({
  id: "narrow-attention-precision-grows-with-length",
  title: "Heads of the stated width need a precision that grows with n",
  statement:
    "s_{\\min} \\ge \\min\\{s : \\beta_s(\\lceil\\log_2(n+1)\\rceil-2)+(s+1)\\ln 2 \\le 2^s-2^{-s}\\}",
  source: "derived here",
  kind: "lower-bound",
  hypotheses: { "sums of bits can saturate: n ≥ 4": ({ length }) => length >= 4 },
  grid: {
    quick: [point("Z4", 4), point("Z4", 8), point("Z4", 31), point("S3", 33), point("Z2", 300)],
    thorough: [point("Z2", 511), point("Z2", 512), point("S3", 1024)],
  },
  predicted: ({ length }) => least(length),
  measured: ({ group, length }) => ({
    value: smallestGroupPrecision(groupByName(group), length, "narrow"),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "one bit more": ({ length }) => least(length) + 1,
    "⌈log₂ n⌉ bits": ({ length }) => Math.ceil(Math.log2(length)),
  },
});

function point(group: string, length: number) {
  return { name: `${group} n=${length}`, setting: { group, length } };
}

function least(length: number): number {
  const q = Math.ceil(Math.log2(length + 1));
  for (let s = 1; ; s++) {
    const vanishing = (s + 1) * Math.LN2;
    const sharpness = Math.ceil((vanishing / 2) * 2 ** s) / 2 ** s;
    if (sharpness * (q - 2) + vanishing <= 2 ** s - 2 ** -s) return s;
  }
}
