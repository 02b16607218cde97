import { leastSquares } from "../../baseline/least-squares.js";
import { ridge } from "../../baseline/ridge.js";
import { Matrix, matrixFrom, symmetricEigen, symmetricFunction } from "../../numeric/matrix.js";
import { minimize } from "../../numeric/minimize.js";
import { gramPromptSampler } from "../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import type { BaselineLoss } from "./baseline-loss.js";
import { sampledLoss } from "./baseline-loss.js";
import { bayesLoss } from "./bayes-loss.js";
import { inCoordinates, type WeightVectors } from "./prompt-coordinates.js";
import { isMultipleOfIdentity, whitenedLaw } from "./whitened-law.js";

/** A solution in one go, with its population loss. */
export interface DirectSolution {
  readonly weights: WeightVectors;
  readonly loss: BaselineLoss;
  readonly parameters: { readonly penalty?: number; readonly noiseVariance?: number };
}

interface Sampling {
  readonly stream: Stream;
  readonly draws: number;
}

/** Rounding below which an eigenvalue of XXᵀ is none, relative to the trace. */
const RANK_TOLERANCE = 1e-12;

/**
 * The Bayes-optimal prediction, the mean of w·x_q given the prompt.
 *
 * Statement.    w = (XXᵀ + σ²Ω⁻¹)⁻¹Xyᵀ; for σ² = 0 the solution of least wᵀΩ⁻¹w
 * Accuracy.     loss: enclosed (bayesLoss) for Ω a multiple of Σ⁻¹, zero for σ² = 0 and n ≥ d; else sampled
 *               over X, with w, x_q and the noise integrated out
 */
export function bayesSolution(
  distribution: PromptDistribution,
  sampling: Sampling,
): DirectSolution {
  const { setting, scale } = whitenedLaw("bayesSolution", distribution);
  const { taskCovariance, covariance, noiseVariance, dim, contextLength } = distribution;
  const root = symmetricFunction(taskCovariance, Math.sqrt);
  const weights = inCoordinates(
    root,
    noiseVariance > 0 ? (prompt) => ridge(noiseVariance, prompt) : leastSquares,
  );
  const isSolved = noiseVariance === 0 && contextLength >= dim;
  if (isSolved || isMultipleOfIdentity(covariance.mmul(taskCovariance))) {
    const enclosure = bayesLoss(setting);
    const [lower, upper] = [enclosure.lower.toNumber() * scale, enclosure.upper.toNumber() * scale];
    const loss: BaselineLoss =
      lower === upper
        ? { value: lower, method: "exact" }
        : { value: (lower + upper) / 2, method: "enclosed", lower, upper };
    return { weights, loss, parameters: { noiseVariance } };
  }
  // In v = Ω^{−1/2}w: posterior covariance σ²(X′X′ᵀ + σ²I)⁻¹, its limit the projector off X′.
  const seen = root.mmul(covariance).mmul(root);
  const loss = sampledLoss(sampling.draws, (draw) => {
    const { values, inBasis } = spectrum(distribution, sampling.stream.split(draw), root, seen);
    const floor = RANK_TOLERANCE * values.reduce((sum, value) => sum + Math.max(value, 0), 0);
    return values.reduce((sum, value, i) => {
      const share =
        noiseVariance > 0
          ? noiseVariance / (Math.max(value, 0) + noiseVariance)
          : value <= floor
            ? 1
            : 0;
      return sum + share * inBasis.get(i, i);
    }, 0);
  });
  return { weights, loss, parameters: { noiseVariance } };
}

/**
 * Least squares; the solution of minimum norm where the context does not determine one.
 *
 * Statement.    n ≥ d + 2: ℓ = σ² d/(n − d − 1); n < d, Σ a multiple of I:
 *               ℓ = (1 − n/d) tr(ΩΣ) + σ² n/(d − n − 1); infinite where σ² > 0 and |n − d| ≤ 1
 * Accuracy.     exact; for n < d and another Σ sampled over X
 * Source.       inverse Wishart moments, X a Haar-distributed projection for n < d
 */
export function leastSquaresSolution(
  distribution: PromptDistribution,
  sampling: Sampling,
): DirectSolution {
  const { covariance, taskCovariance, noiseVariance, dim: d, contextLength: n } = distribution;
  whitenedLaw("leastSquaresSolution", distribution);
  const solution = (loss: BaselineLoss) => ({ weights: leastSquares, loss, parameters: {} });
  if (noiseVariance > 0 && Math.abs(n - d) <= 1) {
    return solution({ value: Number.POSITIVE_INFINITY, method: "exact" });
  }
  if (n >= d) {
    const value = noiseVariance === 0 ? 0 : (noiseVariance * d) / (n - d - 1);
    return solution({ value, method: "exact" });
  }
  if (isMultipleOfIdentity(covariance)) {
    const missed = (1 - n / d) * covariance.mmul(taskCovariance).trace();
    const value = missed + (noiseVariance === 0 ? 0 : (noiseVariance * n) / (d - n - 1));
    return solution({ value, method: "exact" });
  }
  return solution(ridgeLoss(distribution, 0, sampling));
}

/**
 * Ridge regression with the penalty of least population loss.
 *
 * Statement.    w = (XXᵀ + λI)⁻¹Xyᵀ; Ω = ωI: λ = σ²/ω, which is Bayes-optimal. Else λ minimises the mean
 *               loss of the sampled X, with w, x_q and the noise integrated out; λ = 0: least squares
 * Accuracy.     the loss is sampled unless it is the Bayes loss or least squares'; at a searched λ on the
 *               draws that chose it, a bias far below the standard error
 */
export function ridgeSolution(
  distribution: PromptDistribution,
  sampling: Sampling,
): DirectSolution {
  const { taskCovariance, noiseVariance, dim, contextLength } = distribution;
  if (noiseVariance === 0 && contextLength >= dim) {
    return { ...leastSquaresSolution(distribution, sampling), parameters: { penalty: 0 } };
  }
  if (isMultipleOfIdentity(taskCovariance)) {
    const penalty = noiseVariance / (taskCovariance.trace() / dim);
    const { loss } = bayesSolution(distribution, sampling);
    return { weights: ridgeWeights(penalty), loss, parameters: { penalty } };
  }
  const penalty = bestPenalty(distribution, sampling);
  return {
    weights: ridgeWeights(penalty),
    loss: ridgeLoss(distribution, penalty, sampling),
    parameters: { penalty },
  };
}

function ridgeWeights(penalty: number): WeightVectors {
  return penalty === 0 ? leastSquares : (prompt) => ridge(penalty, prompt);
}

/** λ, by descent in log λ on one sample of X; 0 where the loss falls all the way there. */
function bestPenalty(distribution: PromptDistribution, { stream, draws }: Sampling): number {
  const { noiseVariance, taskCovariance, covariance, dim, contextLength } = distribution;
  const sample = Array.from({ length: draws }, (_, draw) =>
    ridgeTerms(distribution, stream.split(draw)),
  );
  const evaluate = (point: Float64Array) => {
    const penalty = Math.exp(point[0]!);
    let [value, slope] = [0, 0];
    for (const terms of sample) {
      const at = ridgeAt(terms, penalty, noiseVariance);
      value += at.value / draws;
      slope += at.slope / draws;
    }
    return { value, gradient: Float64Array.of(penalty * slope) };
  };
  const size = (contextLength * covariance.trace()) / dim;
  const start = Math.log(noiseVariance / (taskCovariance.trace() / dim) + 1e-3 * size);
  const { value } = evaluate(Float64Array.of(start));
  const found = minimize(evaluate, Float64Array.of(start), {
    ...{ gradientTolerance: 1e-9 * value, firstStep: 0.5, maximalSteps: 200 },
  });
  const penalty = Math.exp(found.value.point[0]!);
  return penalty < 1e-9 * size ? 0 : penalty;
}

function ridgeLoss(
  distribution: PromptDistribution,
  penalty: number,
  { stream, draws }: Sampling,
): BaselineLoss {
  return sampledLoss(draws, (draw) => {
    const terms = ridgeTerms(distribution, stream.split(draw));
    return ridgeAt(terms, penalty, distribution.noiseVariance).value;
  });
}

/** Eigenvalues of XXᵀ, with the products Σ̃_ij Ω̃_ij and the diagonal of Σ̃ in its eigenbasis. */
interface RidgeTerms {
  readonly values: readonly number[];
  readonly products: Matrix;
  readonly diagonal: readonly number[];
}

function ridgeTerms(distribution: PromptDistribution, stream: Stream): RidgeTerms {
  const { covariance, taskCovariance, dim } = distribution;
  const identity = Matrix.eye(dim);
  const { values, vectors, inBasis } = spectrum(distribution, stream, identity, covariance);
  const tasks = vectors.transpose().mmul(taskCovariance).mmul(vectors);
  const floor = RANK_TOLERANCE * values.reduce((sum, value) => sum + Math.max(value, 0), 0);
  return {
    values: values.map((value) => (value <= floor ? 0 : value)),
    products: Matrix.mul(inBasis, tasks),
    diagonal: inBasis.diagonal(),
  };
}

/** Σ_ij λ²Σ̃Ω̃/((D_i + λ)(D_j + λ)) + σ² Σ_i Σ̃_ii D_i/(D_i + λ)², and its derivative in λ. */
function ridgeAt({ values, products, diagonal }: RidgeTerms, penalty: number, noise: number) {
  const kept = values.map((value) => (value === 0 ? 1 : penalty / (value + penalty)));
  const keptSlope = values.map((value) => value / (value + penalty) ** 2 || 0);
  let [value, slope] = [0, 0];
  values.forEach((own, i) => {
    values.forEach((_, j) => {
      value += products.get(i, j) * kept[i]! * kept[j]!;
      slope += products.get(i, j) * (keptSlope[i]! * kept[j]! + kept[i]! * keptSlope[j]!);
    });
    if (own === 0) return;
    value += (noise * diagonal[i]! * own) / (own + penalty) ** 2;
    slope -= (2 * noise * diagonal[i]! * own) / (own + penalty) ** 3;
  });
  return { value, slope };
}

/** Spectrum of K XXᵀ Kᵀ of a drawn prompt, and a metric in its eigenbasis. */
function spectrum(
  distribution: PromptDistribution,
  stream: Stream,
  root: Matrix,
  metric: Matrix,
): { values: number[]; vectors: Matrix; inBasis: Matrix } {
  const { dim } = distribution;
  const { gram } = gramPromptSampler(distribution)(stream);
  const whole = matrixFrom(dim + 1, dim + 1, gram).subMatrix(0, dim - 1, 0, dim - 1);
  const { values, vectors } = symmetricEigen(root.mmul(whole).mmul(root));
  return { values, vectors, inBasis: vectors.transpose().mmul(metric).mmul(vectors) };
}
