import { defineClaim } from "../../src/claim/claim.js";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { gramSensitivity } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Rational } from "../../src/numeric/rational.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import { withBasisTask } from "../basis-task.js";
import { drawPreconditioner } from "../draw-weights.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** ‖u‖ */
  readonly readInNorm: number;
  readonly contexts: number;
}

/**
 * A read-in vector u only ever costs: the minimiser has u = 0, whatever A.
 *
 * Statement.    ℓ(A, u) ≥ ℓ(A, 0) for every A and u; the difference is E ‖(I − R)ᵀu‖², R = (I − SA)^L
 * Conventions.  Σ = Ω = I, no noise (other Σ: predictions whiten); A random, not symmetric
 * Accuracy.     ℓ(A, 0) exact; ℓ(A, u) the model's loss, sampled over contexts with the means over w and
 *               x_q taken exactly from its sensitivities: 5 standard errors
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser, u = 0;
 *               proved here: the error is wᵀR x_q plus uᵀ(I − R)x_q, and w is centred
 */
export const readInOfZeroIsOptimal = defineClaim<Setting>({
  id: "read-in-of-zero-is-optimal",
  title: "A read-in vector never lowers the loss",
  statement: "\\ell(A,u) \\ge \\ell(A,0)",
  source: "Gatmiry et al. 2024, global minimiser theorem",
  kind: "lower-bound",
  hypotheses: {},
  grid: {
    quick: [point(3, 7, 2, 1), point(2, 6, 3, 1), point(4, 12, 1, 2), point(2, 20, 4, 0.5)],
    thorough: [point(5, 20, 5, 0.5, 20_000), point(3, 7, 2, 0.2, 100_000)],
  },
  predicted: (setting, stream) => exactLoss(setting, stream),
  measured: (setting, stream) => {
    const { means, standardErrors } = sampleMeans(setting.contexts, drawLoss(setting, stream));
    return { value: means[0]!, errorBudget: 5 * standardErrors[0]!, method: "sampled" };
  },
  rivals: {
    "‖u‖² is added in full": (setting, stream) =>
      exactLoss(setting, stream).plus(Rational.fromNumber(setting.readInNorm ** 2)),
    "the loss at least doubles": (setting, stream) =>
      exactLoss(setting, stream).times(Rational.of(2)).plus(Rational.ONE),
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  readInNorm: number,
  contexts = 4_000,
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} ‖u‖=${readInNorm}`,
    setting: { dim, contextLength, loops, readInNorm, contexts },
  };
}

function exactLoss({ dim, contextLength, loops }: Setting, stream: Stream): Rational {
  const preconditioner = drawPreconditioner(dim, stream.split("weights"));
  const weights = { preconditioners: [preconditioner], loops };
  return populationLoss({ dim, contextLength }, weights, { exact: true }).exact!;
}

/** The model's loss given the i-th context. */
function drawLoss(setting: Setting, stream: Stream): (index: number) => number[] {
  const { dim, loops, readInNorm } = setting;
  const direction = stream.split("read-in").normals(dim);
  const readIn = direction.map((entry) => (entry * readInNorm) / Math.hypot(...direction));
  const preconditioner = drawPreconditioner(dim, stream.split("weights"));
  const sample = gramPromptSampler(promptDistribution(setting));
  const sensitivity = gramSensitivity(layersOf(restrictedWeights(preconditioner, readIn), loops));
  const learned = (prompt: GramPrompt) => sensitivity(prompt).subarray((loops - 1) * dim);
  return (index) => {
    const prompt = sample(stream.split("prompts").split(index));
    // ŷ = (a + Vw)·x_q is affine in the task: a and the columns of V from d + 1 tasks.
    const offset = learned(withBasisTask(prompt, null)).slice();
    let total = offset.reduce((sum, entry) => sum + entry * entry, 0);
    for (let task = 0; task < dim; task++) {
      learned(withBasisTask(prompt, task)).forEach((value, i) => {
        total += (value - offset[i]! - (i === task ? 1 : 0)) ** 2;
      });
    }
    return [total];
  };
}
