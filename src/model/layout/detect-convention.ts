import { HypothesisError } from "../../errors.js";
import { gramPromptSampler, type PromptGram } from "../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import { gramPredictor } from "../gram-forward.js";
import type { AttentionLayer } from "../weights.js";
import { type Convention, conventionsWith, toLayers } from "./convention.js";

/** A convention, with the loss the weights have under it on sampled prompts. */
export interface ConventionCandidate {
  readonly convention: Convention;
  readonly loss: number;
}

/** What the prompts say of the convention. */
export interface DetectedConvention {
  /** The only sensible one, null when several are. */
  readonly convention: Convention | null;
  /** One for each behaviour, by rising loss. */
  readonly candidates: readonly ConventionCandidate[];
  /** Loss of the prediction 0 on the same prompts. */
  readonly zeroLoss: number;
}

const PROMPTS = 500;

/** Predictions this close, relative to their size, are the same model's. */
const SAME = 1e-9;

/** A sensible candidate's loss is below this share of the prediction 0's. */
const SENSIBLE = 0.75;

/** Every other candidate's loss is at least so many times the chosen one's. */
const CLEAR = 2;

/**
 * The convention under which layers predict, by trying each on prompts of their law.
 *
 * Statement.    candidates that predict alike on every prompt are one, of which loopgd's own choices are
 *               taken; one is chosen when its loss is below ¾ of the prediction 0's and every other's is
 *               at least twice its own, or when there is one alone
 * Accuracy.     losses of 500 prompts, the same for all
 */
export function detectConvention(
  layers: readonly AttentionLayer[],
  fixed: Partial<Convention>,
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly stream: Stream },
): DetectedConvention {
  const draw = gramPromptSampler(distribution);
  const prompts = Array.from({ length: PROMPTS }, (_, i) => draw(options.stream.split(i)));
  const targets = prompts.map(({ target }) => target);
  const zeroLoss = meanSquare(targets);
  const found: (ConventionCandidate & { predictions: number[] })[] = [];
  for (const convention of conventionsWith(fixed)) {
    const applied = toLayers(layers, convention, distribution.contextLength);
    const predict = gramPredictor(Array.from({ length: options.loops }, () => applied).flat());
    const predictions = prompts.map((prompt) => {
      const seen = convention.query === "visible" ? withVisibleQuery(prompt) : prompt;
      return -convention.output * predict(seen).at(-1)!;
    });
    const size = Math.sqrt(meanSquare(predictions));
    const isKnown = found.some(
      (other) => distance(other.predictions, predictions) <= SAME * size || size === 0,
    );
    if (isKnown) continue;
    const loss = distance(predictions, targets) ** 2;
    found.push({ convention, loss: Number.isNaN(loss) ? Infinity : loss, predictions });
  }
  const candidates = found
    .map(({ convention, loss }) => ({ convention, loss }))
    .sort((a, b) => a.loss - b.loss);
  const [best, next] = candidates;
  const isClear =
    next === undefined || (best!.loss < SENSIBLE * zeroLoss && next.loss >= CLEAR * best!.loss);
  return { convention: isClear ? best!.convention : null, candidates, zeroLoss };
}

/**
 * The layers as loopgd applies them.
 *
 * Throws.       HypothesisError where no (P, Q) of loopgd's form computes the same: several layers
 *               applied and the label entry read without a sign, or a query that is a key
 */
export function applyConvention(
  layers: readonly AttentionLayer[],
  convention: Convention,
  contextLength: number,
  depth: number,
): AttentionLayer[] {
  if (convention.query === "visible") {
    throw new HypothesisError(
      "applyConvention: a query that attends to itself is outside the exact theory, which masks it",
    );
  }
  if (convention.output === -1) return toLayers(layers, convention, contextLength);
  if (depth > 1) {
    throw new HypothesisError(
      "applyConvention: a label entry read without a minus sign is outside the theory beyond one layer",
    );
  }
  // One layer adds to a label entry of 0: its sign is that of the attention.
  const flipped = { ...convention, attention: convention.attention === 1 ? -1 : 1 } as const;
  return toLayers(layers, flipped, contextLength);
}

/** The prompt with its query among the tokens that are attended to. */
function withVisibleQuery(prompt: PromptGram): PromptGram {
  const size = prompt.dim + 1;
  const gram = prompt.gram.map(
    (entry, k) => entry + prompt.query[Math.floor(k / size)]! * prompt.query[k % size]!,
  );
  return { ...prompt, gram };
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(meanSquare(a.map((value, i) => value - b[i]!)));
}

function meanSquare(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
