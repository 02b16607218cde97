import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { flatten } from "../../src/numeric/matrix.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPreconditioner } from "../draw-weights.js";
import { roundingFactor, tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly noiseVariance: number;
}

/** The terms of the formula, so that rivals can bend one at a time. */
interface Formula {
  readonly readInSign: number;
  readonly noiseScale: number;
  readonly firstPower: 0 | 1;
}

const STATED: Formula = { readInSign: 1, noiseScale: 1, firstPower: 0 };
const PROMPTS = 8;

/**
 * The read-in u adds to the task: the model predicts as if the task were w + u, plus filtered noise.
 *
 * Statement.    ŷ = (w + u)ᵀ(I − (I − ŜA)^L) x_q + (1/n) ε Xᵀ K x_q, K = A Σ_{t<L} (I − ŜA)^t
 * Conventions.  ε_i = y_i − w·x_i, so that the noise-free case (u = 0: ŷ − y_q = −wᵀ(I − ŜA)^L x_q)
 *               and the noisy one are the same identity; 1/n
 * Accuracy.     token-level model against the formula; the budget is a proven rounding bound
 * Source.       derived here: m = uᵀX + (labels) starts at (w + u)ᵀX + ε, a layer takes it to
 *               m(I − XᵀAX/n) and subtracts m XᵀA x_q/n from the query's label entry
 */
export const readInShiftsTheTask = defineClaim<Setting>({
  id: "read-in-shifts-the-task",
  title: "What the read-in vector u does",
  statement:
    "\\hat y = (w+u)^\\top\\left(I-(I-\\hat S A)^L\\right)x_q + \\tfrac1n\\,\\varepsilon X^\\top K x_q, \\quad K = A\\sum_{t<L}(I-\\hat S A)^t",
  source: "derived here; for u = 0 Gatmiry et al. 2024, Prop. 3.1",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(3, 7, 3, 0),
      point(3, 7, 3, 0.5),
      point(4, 2, 4, 0.25),
      point(2, 1, 2, 1),
      point(1, 5, 3, 0.5),
      point(2, 40, 1, 0.01),
      point(10, 20, 5, 0.1),
    ],
    thorough: [point(12, 6, 6, 0), point(6, 100, 7, 1)],
  },
  predicted: (setting, stream) => predictions(setting, stream, STATED),
  measured: (setting, stream) => {
    const { weights, prompts } = draw(setting, stream);
    const layers = layersOf(weights, setting.loops);
    const formulaBudget = formulaRoundingBound(setting, stream);
    return {
      value: prompts.map((prompt) => tokenPredictions(layers, prompt)[setting.loops - 1]!),
      errorBudget: prompts.map(
        (prompt, i) => tokenRoundingBound(layers, prompt)[setting.loops - 1]! + formulaBudget[i]!,
      ),
      method: "certified",
    };
  },
  rivals: {
    "w − u for w + u": (setting, stream) =>
      predictions(setting, stream, { ...STATED, readInSign: -1 }),
    "u without effect": (setting, stream) =>
      predictions(setting, stream, { ...STATED, readInSign: 0 }),
    "noise without effect": (setting, stream) =>
      predictions(setting, stream, { ...STATED, noiseScale: 0 }),
    "noise over n + 1": (setting, stream) =>
      predictions(setting, stream, {
        ...STATED,
        noiseScale: setting.contextLength / (setting.contextLength + 1),
      }),
    "K summed over 1 ≤ t < L": (setting, stream) =>
      predictions(setting, stream, { ...STATED, firstPower: 1 }),
  },
});

function point(dim: number, contextLength: number, loops: number, noiseVariance: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} σ²=${noiseVariance}`,
    setting: { dim, contextLength, loops, noiseVariance },
  };
}

function draw(setting: Setting, stream: Stream) {
  const { dim } = setting;
  const sample = tokenPromptSampler(promptDistribution(setting));
  const preconditioner = drawPreconditioner(dim, stream.split("weights"));
  const readIn = stream.split("read-in").normals(dim);
  return {
    weights: restrictedWeights(preconditioner, readIn),
    prompts: Array.from({ length: PROMPTS }, (_, i) => sample(stream.split("prompts").split(i))),
  };
}

function predictions(setting: Setting, stream: Stream, formula: Formula): number[] {
  const { weights, prompts } = draw(setting, stream);
  const a = flatten(weights.layers[0]!.preconditioner);
  return prompts.map((prompt) =>
    evaluate(prompt, a, weights.layers[0]!.readIn, setting.loops, { ...formula, minus: -1 }),
  );
}

/** γ_m times the formula with every sign + on absolute values (see rounding-budget.ts). */
function formulaRoundingBound(setting: Setting, stream: Stream): number[] {
  const { dim, contextLength, loops } = setting;
  const { weights, prompts } = draw(setting, stream);
  const a = flatten(weights.layers[0]!.preconditioner).map(Math.abs);
  // A step: A v, Xᵀ(…), X(…), 1/n, +. Around the steps: ε, the sum over t, the closing dot products.
  const roundings = loops * (2 * (dim + 1) + contextLength + 5) + 4 * (dim + 2) + contextLength + 5;
  return prompts.map((prompt) => {
    const absolute = {
      ...prompt,
      tokens: prompt.tokens.map(Math.abs),
      task: prompt.task.map(Math.abs),
    };
    const readIn = weights.layers[0]!.readIn.map(Math.abs);
    const magnitude = evaluate(absolute, a, readIn, loops, { ...STATED, minus: 1 });
    return roundingFactor(roundings) * magnitude;
  });
}

/**
 * The right-hand side, with v_t = (I − ŜA)^t x_q.
 *
 * @param formula.minus  −1 as stated; +1 turns every subtraction into an addition
 */
function evaluate(
  { dim, contextLength, tokens, task }: TokenPrompt,
  a: Float64Array,
  readIn: Float64Array,
  loops: number,
  formula: Formula & { readonly minus: 1 | -1 },
): number {
  const { minus } = formula;
  const columns = contextLength + 1;
  const covariate = (i: number, k: number) => tokens[i * columns + k]!;
  const sum = (length: number, term: (i: number) => number): number =>
    Array.from({ length }, (_, i) => term(i)).reduce((total, value) => total + value, 0);
  const timesPreconditioner = (v: number[]) =>
    v.map((_, i) => sum(dim, (j) => a[i * dim + j]! * v[j]!));
  const alongContext = (v: number[]) =>
    Array.from({ length: contextLength }, (_, k) => sum(dim, (i) => covariate(i, k) * v[i]!));

  const query = Array.from({ length: dim }, (_, i) => covariate(i, contextLength));
  let power = query;
  const filtered = new Array<number>(dim).fill(0);
  for (let t = 0; t < loops; t++) {
    const preconditioned = timesPreconditioner(power);
    if (t >= formula.firstPower) {
      preconditioned.forEach((value, i) => {
        filtered[i]! += value;
      });
    }
    const projected = alongContext(preconditioned);
    power = power.map(
      (value, i) =>
        value +
        (minus * sum(contextLength, (k) => covariate(i, k) * projected[k]!)) / contextLength,
    );
  }
  const noise = Array.from(
    { length: contextLength },
    (_, k) => tokens[dim * columns + k]! + minus * sum(dim, (i) => task[i]! * covariate(i, k)),
  );
  const signal = sum(
    dim,
    (i) => (task[i]! + formula.readInSign * readIn[i]!) * (query[i]! + minus * power[i]!),
  );
  const response = alongContext(filtered);
  const noisePart = sum(contextLength, (k) => noise[k]! * response[k]!) / contextLength;
  return signal + formula.noiseScale * noisePart;
}
