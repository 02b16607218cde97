import { defineClaim } from "../../src/claim/claim.js";
import { runGroupComposition } from "../../src/model/construction/group-composition.js";
import { groupCompositionInBits } from "../../src/model/construction/group-precision.js";
import type { Stream } from "../../src/random/stream.js";
import { compose, type FiniteGroup, groupByName } from "../../src/task/group.js";
import { composeWord, drawGroupWord } from "../../src/task/group-composition.js";

interface Setting {
  readonly group: string;
  readonly length: number;
  /** Words drawn; "all": every word there is. */
  readonly words: number | "all";
  /** Of the fixed-point numbers that the model runs in. */
  readonly bits: number;
}

/**
 * One softmax layer looped ⌈log₂ n⌉ times composes n elements of a finite group.
 *
 * Statement.    F^{⌈log₂ n⌉}(#, g₁ … gₙ) decodes to g₁∘…∘gₙ
 * Conventions.  the attention of twice the stated width, which needs a precision that n does not change
 * Accuracy.     exact: predicted by n products, measured in the fixed-point numbers of the theorem's model
 * Source.       Saunshi et al. 2025; weights in docs/derivation-reasoning.md
 */
export const groupCompositionInLogLoops = defineClaim<Setting>({
  id: "group-composition-in-log-loops",
  title: "A looped softmax layer composes n group elements in ⌈log₂ n⌉ loops",
  statement: "F^{\\lceil\\log_2 n\\rceil}(\\#, g_1,\\dots,g_n) = g_1\\circ\\dots\\circ g_n",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: { "n is positive": ({ length }) => length > 0 },
  grid: {
    quick: [
      point("S3", 3, "all", 3),
      point("Z2", 7, "all", 2),
      point("Z3", 4, "all", 2),
      point("Q8", 2, "all", 3),
      point("D4", 13, 20, 3),
      point("S3", 33, 8, 3),
      point("Z32", 3, 8, 4),
    ],
    thorough: [
      point("S3", 5, "all", 3),
      point("Z2", 12, "all", 2),
      point("S4", 16, 10, 4),
      point("D6", 100, 10, 3),
      point("Q8", 256, 5, 3),
      point("S3", 1024, 3, 3),
      point("Z5", 1024, 3, 3),
    ],
  },
  predicted: (setting, stream) => fold(setting, stream, (group, word) => composeWord(group, word)),
  measured: (setting, stream) => {
    const group = groupByName(setting.group);
    const construction = groupCompositionInBits(group, setting.length, setting.bits, "level");
    const value = wordsOf(setting, stream).map((word) => runGroupComposition(construction, word));
    return { value, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "composed from the right": (setting, stream) =>
      fold(setting, stream, (group, word) => composeWord(group, word.toReversed())),
    "one loop fewer: the last 2^{T−1} elements": (setting, stream) =>
      fold(setting, stream, (group, word) => {
        const reached = 2 ** (Math.ceil(Math.log2(setting.length)) - 1);
        return composeWord(group, word.slice(-reached));
      }),
    "# counted as the element 1": (setting, stream) =>
      fold(setting, stream, (group, word) => compose(group, 1, composeWord(group, word))),
  },
});

function point(group: string, length: number, words: number | "all", bits: number) {
  const name = `${group} n=${length} ${words === "all" ? "all words" : `${words} words`} s=${bits}`;
  return { name, setting: { group, length, words, bits } };
}

function wordsOf({ group: name, length, words }: Setting, stream: Stream): number[][] {
  const group = groupByName(name);
  if (words === "all") {
    return Array.from({ length: group.order ** length }, (_, index) =>
      Array.from({ length }, (_, k) => Math.floor(index / group.order ** k) % group.order),
    );
  }
  const draws = stream.split("words");
  return Array.from({ length: words }, (_, i) => drawGroupWord(group, length, draws.split(i)));
}

function fold(
  setting: Setting,
  stream: Stream,
  product: (group: FiniteGroup, word: readonly number[]) => number,
): number[] {
  const group = groupByName(setting.group);
  return wordsOf(setting, stream).map((word) => product(group, word));
}
