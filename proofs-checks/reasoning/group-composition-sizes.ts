import { defineClaim } from "../../src/claim/claim.js";
import { groupComposition } from "../../src/model/construction/group-composition.js";
import { groupByName } from "../../src/task/group.js";

interface Setting {
  readonly group: string;
  readonly length: number;
}

/**
 * The sizes of the layer that composes group elements, against those of the theorem.
 *
 * Statement.    width 3(⌈log₂|G|⌉ + ⌈log₂(n+1)⌉), |G|² + 6⌈log₂|G|⌉ units, 2 heads of width ⌈log₂(n+1)⌉
 * Conventions.  the theorem states heads of width ⌈log₂ n⌉: one less where n is a power of two
 * Accuracy.     exact: counted in the weights
 * Source.       Saunshi et al. 2025
 */
export const groupCompositionSizes = defineClaim<Setting>({
  id: "group-composition-sizes",
  title: "The sizes of the layer that composes group elements",
  statement:
    "\\text{width } 3(\\lceil\\log_2|G|\\rceil+\\lceil\\log_2(n+1)\\rceil),\\quad |G|^2+6\\lceil\\log_2|G|\\rceil\\text{ units},\\quad 2\\text{ heads of width }\\lceil\\log_2(n+1)\\rceil",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [point("Z2", 4), point("S3", 33), point("Q8", 64), point("D12", 1000), point("S4", 7)],
    thorough: [],
  },
  predicted: (setting) => sizes(setting, {}),
  measured: ({ group, length }) => {
    const { block, attentionWidth } = groupComposition(groupByName(group), length);
    const { width, heads, feedForward } = block;
    const units = feedForward.hidden.rows.length;
    return {
      value: [width, units, heads.length, heads[0]!.query.rows.length, attentionWidth],
      errorBudget: 0,
      method: "exact",
    };
  },
  rivals: {
    "one more slot of bits": (setting) => sizes(setting, { slots: 4 }),
    "|G|² units only": (setting) => sizes(setting, { erasing: 0 }),
    "heads of width ⌈log₂ n⌉": (setting) => sizes(setting, { positions: setting.length }),
  },
});

function point(group: string, length: number) {
  return { name: `${group} n=${length}`, setting: { group, length } };
}

function sizes(
  { group, length }: Setting,
  { slots = 3, erasing = 6, positions = length + 1 },
): number[] {
  const { order } = groupByName(group);
  const m = Math.ceil(Math.log2(order));
  const q = Math.ceil(Math.log2(positions));
  return [slots * m + 3 * q, order * order + erasing * m, 2, q, q];
}
