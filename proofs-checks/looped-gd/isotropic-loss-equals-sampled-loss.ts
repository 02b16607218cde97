import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { gramPredictor, gramSensitivity } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { symmetricFunction } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { IsotropicLoss, isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { withBasisTask } from "../basis-task.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** A dyadic fraction, the same in doubles and rationals. */
  readonly stepSize: number;
  readonly noiseVariance: number;
  readonly condition: number;
  /** What is integrated out by hand before averaging. */
  readonly estimator: "over w and x_q" | "nothing";
  readonly prompts: number;
}

/**
 * The exact loss of A = bΣ⁻¹ is the loss the model has on prompts.
 *
 * Statement.    E(ŷ − y_q)² = E tr(I − bS)^{2L} + (σ²/n) E tr(S K²), K = b Σ_{t<L} (I − bS)^t, in
 *               closed form by Wishart moments
 * Conventions.  Ω = Σ⁻¹; no ½; noiseless target; u = 0; any b, not only b*
 * Accuracy.     5 standard errors. Estimator "over w and x_q" (σ = 0, Σ = I): the sensitivities
 *               ∂ŷ/∂x_q of the model for the tasks w = e_1 … e_d on one drawn context give
 *               ‖(I − bŜ)^L‖_F², the mean over w and x_q. Estimator "nothing": (ŷ − y_q)² itself.
 * Source.       derived here; noise-free form: Gatmiry et al. 2024
 */
export const isotropicLossEqualsSampledLoss = defineClaim<Setting>({
  id: "isotropic-loss-equals-sampled-loss",
  title: "The exact isotropic loss is the model's loss on prompts",
  statement:
    "\\mathbb E(\\hat y-y_q)^2 = \\mathbb E\\operatorname{tr}(I-bS)^{2L} + \\tfrac{\\sigma^2}{n}\\,\\mathbb E\\operatorname{tr}(SK^2) \\quad (A = b\\Sigma^{-1},\\ \\Omega=\\Sigma^{-1})",
  source: "derived here; noise-free form Gatmiry et al. 2024",
  kind: "equality",
  hypotheses: {
    "integrated estimator only without noise and with Σ = I": (s) =>
      s.estimator === "nothing" || (s.noiseVariance === 0 && s.condition === 1),
  },
  grid: {
    quick: [
      integrated(3, 20, 1, 0.75, 12_000),
      integrated(3, 20, 3, 0.625, 4_000),
      integrated(5, 3, 2, 0.25, 3_000),
      integrated(10, 20, 2, 0.5, 500),
      plain(3, 20, 2, 0.5, 0.5, 10, 15_000),
      plain(2, 8, 1, 0.5, 4, 4, 15_000),
      plain(4, 2, 2, 0.125, 0, 1, 15_000),
    ],
    thorough: [
      integrated(10, 20, 5, 0.5, 8_000),
      integrated(10, 5, 2, 0.25, 20_000),
      plain(10, 20, 3, 0.5, 0.25, 10, 100_000),
    ],
  },
  predicted: (setting) => isotropicLoss(exact(setting), stepSizeOf(setting)),
  measured: (setting, stream) => {
    const draw = setting.estimator === "nothing" ? squaredError : meanOverTaskAndQuery;
    return sampledMeasurement(sampleMeans(setting.prompts, draw(setting, stream)));
  },
  rivals: {
    "n + 1 for n": (setting) =>
      isotropicLoss(
        { ...exact(setting), contextLength: setting.contextLength + 1 },
        stepSizeOf(setting),
      ),
    "1/(n+1) for 1/n": (setting) => {
      const n = setting.contextLength;
      return isotropicLoss(exact(setting), stepSizeOf(setting).times(Rational.of(n, n + 1)));
    },
    "m₂ without its +1": (setting) => {
      const moments = wishartMoments(setting, 2 * setting.loops);
      moments[2] = moments[1]! * BigInt(setting.contextLength + setting.dim);
      return IsotropicLoss.of(exact(setting), moments).at(stepSizeOf(setting));
    },
    "a stray ½": (setting) =>
      isotropicLoss(exact(setting), stepSizeOf(setting)).over(Rational.of(2n)),
    "noise without effect": (setting) =>
      isotropicLoss({ ...exact(setting), noiseVariance: Rational.ZERO }, stepSizeOf(setting)),
    "noise on the target too": (setting) =>
      isotropicLoss(exact(setting), stepSizeOf(setting)).plus(exact(setting).noiseVariance),
  },
});

function integrated(
  dim: number,
  contextLength: number,
  loops: number,
  stepSize: number,
  prompts: number,
) {
  const estimator = "over w and x_q" as const;
  return point({
    ...{ dim, contextLength, loops, stepSize, noiseVariance: 0, condition: 1 },
    ...{ estimator, prompts },
  });
}

function plain(
  dim: number,
  contextLength: number,
  loops: number,
  stepSize: number,
  noiseVariance: number,
  condition: number,
  prompts: number,
) {
  const estimator = "nothing" as const;
  return point({
    ...{ dim, contextLength, loops, stepSize, noiseVariance, condition },
    ...{ estimator, prompts },
  });
}

function point(setting: Setting) {
  const { dim, contextLength, loops, stepSize, noiseVariance, condition, estimator } = setting;
  const law = `d=${dim} n=${contextLength} L=${loops} b=${stepSize} σ²=${noiseVariance} κ=${condition}`;
  return { name: `${law}, integrated: ${estimator}`, setting };
}

function exact(setting: Setting) {
  const { dim, contextLength, loops } = setting;
  const noiseVariance = Rational.fromNumber(setting.noiseVariance);
  return { dim, contextLength, loops, noiseVariance };
}

function stepSizeOf(setting: Setting): Rational {
  return Rational.fromNumber(setting.stepSize);
}

function prepare(setting: Setting, stream: Stream) {
  const { dim, condition, stepSize, loops } = setting;
  const covariance = conditionedCovariance(dim, condition, stream.split("covariance"));
  const preconditioner = symmetricFunction(covariance, (value) => stepSize / value);
  return {
    sample: gramPromptSampler(promptDistribution({ ...setting, covariance })),
    layers: layersOf(restrictedWeights(preconditioner), loops),
  };
}

function squaredError(setting: Setting, stream: Stream): (index: number) => number[] {
  const { sample, layers } = prepare(setting, stream);
  const predict = gramPredictor(layers);
  return (index) => {
    const prompt = sample(stream.split("prompts").split(index));
    return [(predict(prompt)[setting.loops - 1]! - prompt.target) ** 2];
  };
}

function meanOverTaskAndQuery(setting: Setting, stream: Stream): (index: number) => number[] {
  const { dim, loops } = setting;
  const { sample, layers } = prepare(setting, stream);
  const sensitivity = gramSensitivity(layers);
  return (index) => {
    const prompt = sample(stream.split("prompts").split(index));
    let total = 0;
    for (let task = 0; task < dim; task++) {
      const learned = sensitivity(withBasisTask(prompt, task)).subarray((loops - 1) * dim);
      learned.forEach((value, i) => {
        total += (value - (i === task ? 1 : 0)) ** 2;
      });
    }
    return [total];
  };
}
