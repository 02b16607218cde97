import { defineClaim } from "../../src/claim/claim.js";
import { pHopModel, runPHop } from "../../src/model/construction/p-hop.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPHop, type PHopShape, solvePHop } from "../../src/task/p-hop.js";

interface Setting extends PHopShape {
  /** Words drawn, every other one with p hops; "all": every word there is. */
  readonly words: number | "all";
}

/** What stands for no answer. */
const NONE = -1;

/**
 * One softmax layer with three heads, looped ⌈log₂ p⌉ + 2 times, answers p-hop induction.
 *
 * Statement.    the loops give v at find_p(v, n), and nothing where there are fewer than p hops
 * Conventions.  Saunshi et al. state ⌊log₂ p⌋ + 2 loops. For powers of two that is the same; for other p
 *               these weights take one more: two loops bring one hop, and every other loop at most
 *               doubles what is reached
 * Accuracy.     exact: predicted by the definition, hop by hop
 * Source.       Saunshi et al. 2025; weights in docs/derivation-reasoning.md
 */
export const pHopInLogLoops = defineClaim<Setting>({
  id: "p-hop-in-log-loops",
  title: "A looped softmax layer answers p-hop induction in ⌈log₂ p⌉ + 2 loops",
  statement:
    "F^{\\lceil\\log_2 p\\rceil+2}(\\#, v_1,\\dots,v_n) = v_{\\mathrm{find}_p(v,n)},\\quad \\mathrm{find}_p=\\mathrm{find}_1\\circ\\mathrm{find}_{p-1}",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(6, 2, 1, "all"),
      point(6, 2, 3, "all"),
      point(4, 3, 2, "all"),
      point(8, 30, 2, 10),
      point(20, 4, 5, 10),
      point(40, 4, 16, 4),
    ],
    thorough: [
      point(9, 2, 4, "all"),
      point(6, 3, 3, "all"),
      point(128, 4, 11, 6),
      point(256, 4, 16, 4),
      point(256, 4, 32, 4),
    ],
  },
  predicted: (setting, stream) =>
    answers(setting, stream, (word) => solvePHop(word, setting.hops) ?? NONE),
  measured: (setting, stream) => {
    const model = pHopModel(setting);
    const value = answers(setting, stream, (word) => runPHop(model, word) ?? NONE);
    return { value, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "one hop more": (setting, stream) =>
      answers(setting, stream, (word) => solvePHop(word, setting.hops + 1) ?? NONE),
    "the token before, not after, the one found": (setting, stream) =>
      answers(setting, stream, (word) =>
        setting.hops === 1 ? word.at(-1)! : (solvePHop(word, setting.hops - 1) ?? NONE),
      ),
    "find = 0 read as the token 0": (setting, stream) =>
      answers(setting, stream, (word) => solvePHop(word, setting.hops) ?? 0),
  },
});

function point(length: number, alphabet: number, hops: number, words: number | "all") {
  const drawn = words === "all" ? "all words" : `${words} words`;
  const name = `n=${length} alphabet=${alphabet} p=${hops} ${drawn}`;
  return { name, setting: { length, alphabet, hops, words } };
}

function answers(
  setting: Setting,
  stream: Stream,
  answer: (word: readonly number[]) => number,
): number[] {
  const { length, alphabet, words } = setting;
  const count = words === "all" ? alphabet ** length : words;
  const draws = stream.split("words");
  return Array.from({ length: count }, (_, i) => {
    if (words === "all") {
      return Array.from({ length }, (_, k) => Math.floor(i / alphabet ** k) % alphabet);
    }
    const draw = draws.split(i);
    if (i % 2 === 0) return drawPHop(setting, draw);
    return Array.from({ length }, () => draw.integer(alphabet));
  }).map(answer);
}
