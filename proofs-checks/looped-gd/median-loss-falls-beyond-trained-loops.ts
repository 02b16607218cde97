import { defineClaim } from "../../src/claim/claim.js";
import { gramSensitivity } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { withBasisTask } from "../basis-task.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** L, the loops that b* is best for. */
  readonly loops: number;
  /** T₁ < T₂ < …, all ≥ L. */
  readonly testLoops: readonly number[];
  readonly contexts: number;
}

/**
 * On a typical prompt a model does improve when looped longer: the median falls where the mean diverges.
 *
 * Statement.    median over contexts of E[(ŷ_T − y_q)² | S] falls from T₁ = L to T₂, T₃, …
 * Conventions.  A = b*_L I, Σ = Ω = I, no noise; components: median at T_{k+1} less median at T_k, ≤ 0
 * Accuracy.     the model's error given the context, with the means over w and x_q taken exactly from its
 *               sensitivities; medians with five standard deviations of their rank on either side, a
 *               budget that no heavy tail can spoil
 * Source.       observed for trained models by Gatmiry et al. 2024 (d = 10); medians on record for d = 10,
 *               n = 20, L = 2: 1.00, 0.36, 0.075 at T = 4, 8, 16
 */
export const medianLossFallsBeyondTrainedLoops = defineClaim<Setting>({
  id: "median-loss-falls-beyond-trained-loops",
  title: "The median loss keeps falling when a model is looped longer than it was trained for",
  statement:
    "\\operatorname{med}\\,\\mathbb E[(\\hat y_{T'}-y_q)^2 \\mid S] < \\operatorname{med}\\,\\mathbb E[(\\hat y_T-y_q)^2 \\mid S], \\quad T' > T \\ge L",
  source: "Gatmiry et al. 2024, experiments; read as a statement on the median",
  kind: "upper-bound",
  hypotheses: {
    "T rises from L": ({ loops, testLoops }) =>
      testLoops.every((t, k) => t >= (testLoops[k - 1] ?? loops - 1) + (k === 0 ? 0 : 1)),
  },
  grid: {
    quick: [point(10, 20, 2, [2, 4, 8, 16], 400), point(3, 12, 5, [5, 10, 20], 1000)],
    thorough: [point(10, 20, 5, [5, 10, 20], 4000), point(10, 5, 2, [2, 4], 4000)],
  },
  predicted: ({ testLoops }) => testLoops.slice(1).map(() => 0),
  measured: (setting, stream) => {
    const medians = sampleMedians(setting, stream);
    const steps = medians.slice(1).map((after, k) => ({ after, before: medians[k]! }));
    return {
      value: steps.map(({ after, before }) => after.median - before.median),
      errorBudget: steps.map(({ after, before }) => after.budget + before.budget),
      method: "sampled",
    };
  },
  rivals: {
    "the median falls by d/2 at every step": ({ dim, testLoops }) =>
      testLoops.slice(1).map(() => -dim / 2),
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  testLoops: readonly number[],
  contexts: number,
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} T=${testLoops.join(",")}`,
    setting: { dim, contextLength, loops, testLoops, contexts },
  };
}

/** The median error at every T, with the larger distance to its confidence limits. */
function sampleMedians(setting: Setting, stream: Stream) {
  const { dim, contextLength, loops, testLoops, contexts } = setting;
  const stepSize = isotropicOptimum({ dim, contextLength, loops, digits: 20 }).stepSize.toNumber();
  const weights = restrictedWeights(Matrix.eye(dim).mul(stepSize));
  const sensitivity = gramSensitivity(layersOf(weights, testLoops.at(-1)!));
  const sample = gramPromptSampler(promptDistribution({ dim, contextLength }));
  const losses = testLoops.map(() => [] as number[]);
  for (let index = 0; index < contexts; index++) {
    const prompt = sample(stream.split("prompts").split(index));
    const totals = testLoops.map(() => 0);
    for (let task = 0; task < dim; task++) {
      const learned = sensitivity(withBasisTask(prompt, task));
      for (const [k, t] of testLoops.entries()) {
        for (let i = 0; i < dim; i++) {
          totals[k]! += (learned[(t - 1) * dim + i]! - (i === task ? 1 : 0)) ** 2;
        }
      }
    }
    for (const [k, total] of totals.entries()) losses[k]!.push(total);
  }
  const half = contexts / 2;
  const spread = (5 * Math.sqrt(contexts)) / 2;
  return losses.map((values) => {
    values.sort((a, b) => a - b);
    const median = values[Math.floor(half)]!;
    const lower = values[Math.floor(half - spread)]!;
    const upper = values[Math.ceil(half + spread)]!;
    return { median, budget: Math.max(median - lower, upper - median) };
  });
}
