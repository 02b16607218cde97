import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix, symmetricFunction, symmetricPart } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { oneLayerGradient } from "../../src/theory/one-layer.js";
import { drawPreconditioner } from "../draw-weights.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly condition: number;
  readonly noiseVariance: number;
  readonly prompts: number;
}

/**
 * Gradients do not whiten as values do: training sees Σ through its metric.
 *
 * Statement.    ∇_A ℓ(A) = R ∇_B ℓ(B) R, R = Σ^{1/2}, B = R A R, with ℓ(B) the loss for Σ = I and
 *               prior R Ω R: gradient norms, flows and distances in A differ from those in B
 * Conventions.  L = 1, Ω = I; no ½; (∇_A ℓ)_ij = ∂ℓ/∂A_ij; A not symmetric
 * Accuracy.     5 standard errors over prompts. Estimator: (ŷ − y_q)² is quadratic in A at one loop,
 *               so its central difference with step 1 is its derivative, up to rounding.
 * Source.       derived here: the chain rule on B = R A R
 */
export const gradientWhitensByConjugation = defineClaim<Setting>({
  id: "gradient-whitens-by-conjugation",
  title: "The gradient in A is the whitened gradient between two roots of the covariance",
  statement:
    "\\nabla_A \\ell = \\Sigma^{1/2}\\,\\nabla_B \\ell\\,\\Sigma^{1/2}, \\quad B = \\Sigma^{1/2}A\\Sigma^{1/2}",
  source: "derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point(2, 10, 9, 0), point(2, 3, 4, 0.5), point(2, 40, 1.2, 0)],
    thorough: [point(4, 10, 10, 0.5, 100_000)],
  },
  predicted: (setting, stream) => conjugated(setting, stream, (r, g) => r.mmul(g).mmul(r)),
  measured: (setting, stream) => {
    const { dim, prompts } = setting;
    const { distribution, preconditioner } = prepare(setting, stream);
    const sample = gramPromptSampler(distribution);
    const shifted = (entry: number, step: number) => {
      const moved = preconditioner.clone();
      const [row, column] = [Math.floor(entry / dim), entry % dim];
      moved.set(row, column, moved.get(row, column) + step);
      return gramPredictor(layersOf(restrictedWeights(moved), 1));
    };
    const sides = Array.from({ length: dim * dim }, (_, entry) => ({
      above: shifted(entry, 1),
      below: shifted(entry, -1),
    }));
    const means = sampleMeans(prompts, (index) => {
      const prompt = sample(stream.split("prompts").split(index));
      const loss = (predict: (typeof sides)[number]["above"]) =>
        (predict(prompt)[0]! - prompt.target) ** 2;
      return sides.map(({ above, below }) => (loss(above) - loss(below)) / 2);
    });
    return sampledMeasurement(means);
  },
  rivals: {
    "∇_B itself": (setting, stream) => conjugated(setting, stream, (_, g) => g),
    "R⁻¹ ∇_B R⁻¹": (setting, stream) =>
      conjugated(setting, stream, (r, g) => {
        const inverseRoot = symmetricFunction(r, (value) => 1 / value);
        return inverseRoot.mmul(g).mmul(inverseRoot);
      }),
    "Σ ∇_B": (setting, stream) => conjugated(setting, stream, (r, g) => r.mmul(r).mmul(g)),
    transposed: (setting, stream) =>
      conjugated(setting, stream, (r, g) => r.mmul(g.transpose()).mmul(r)),
    "a stray ½": (setting, stream) =>
      conjugated(setting, stream, (r, g) => r.mmul(g).mmul(r).mul(0.5)),
  },
});

function point(
  dim: number,
  contextLength: number,
  condition: number,
  noiseVariance: number,
  prompts = 30_000,
) {
  return {
    name: `d=${dim} n=${contextLength} κ=${condition} σ²=${noiseVariance}`,
    setting: { dim, contextLength, condition, noiseVariance, prompts },
  };
}

function prepare(setting: Setting, stream: Stream) {
  const { dim, condition } = setting;
  const covariance = conditionedCovariance(dim, condition, stream.split("covariance"));
  const taskCovariance = Matrix.eye(dim);
  return {
    distribution: promptDistribution({ ...setting, covariance, taskCovariance }),
    preconditioner: drawPreconditioner(dim, stream.split("weights")),
  };
}

function conjugated(
  setting: Setting,
  stream: Stream,
  conjugate: (root: Matrix, whitenedGradient: Matrix) => Matrix,
): number[] {
  const { distribution, preconditioner } = prepare(setting, stream);
  const { covariance, taskCovariance, contextLength, noiseVariance } = distribution;
  const root = symmetricFunction(covariance, Math.sqrt);
  const whitenedGradient = oneLayerGradient(root.mmul(preconditioner).mmul(root), {
    contextLength,
    noiseVariance,
    covariance: Matrix.eye(setting.dim),
    taskCovariance: symmetricPart(root.mmul(taskCovariance).mmul(root)),
  });
  return conjugate(root, whitenedGradient).to1DArray();
}
