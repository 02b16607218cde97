import { inverse } from "ml-matrix";
import { ArgumentError, HypothesisError, requireInteger } from "../../errors.js";
import {
  antisymmetricPart,
  Matrix,
  requirePositiveDefinite,
  symmetricEigen,
  symmetricFunction,
  symmetricPart,
} from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import { oneLayerOptimum } from "../one-layer.js";
import { populationLoss } from "../population/population-loss.js";
import type { RationalMatrix } from "../population/setting.js";
import { requireLoopedSetting } from "../setting.js";
import { descendOverMatrices, type LoopedLaw, type MatrixDescent } from "./matrix-descent.js";
import { normalityDefect } from "./matrix-spectrum.js";
import type { DescentProgress } from "./spectral-search.js";
import { roundedMatrix } from "./spectrum.js";

/** A law of prompts with any task prior, and the number of loops of one layer. */
export interface AnyPriorLaw {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** Σ; absent: the identity. */
  readonly covariance?: Matrix;
  /** Ω; absent: Σ⁻¹. */
  readonly taskCovariance?: Matrix;
  /** σ²; absent: none. */
  readonly noiseVariance?: number;
}

/** What to search, and how long. */
export interface BestForLawOptions {
  readonly stream: Stream;
  /** "symmetric": over symmetric A only; absent: over all A. */
  readonly sector?: "full" | "symmetric";
  /** Descents, the first from the one-layer optimum; 8 when absent. */
  readonly starts?: number;
  /** Descents end early when this many agree; 4 when absent. */
  readonly agreement?: number;
  /** Loss evaluations that all descents may take together; 4000 when absent. */
  readonly maximalEvaluations?: number;
  /** Told after every descent. */
  readonly onDescent?: (progress: DescentProgress) => void;
}

/** The best preconditioner found for a law. */
export interface BestForLaw {
  /** A, in the coordinates of the prompt; its entries are multiples of 2^−40. */
  readonly preconditioner: Matrix;
  readonly weights: RationalMatrix;
  readonly loss: number;
  /** The exact loss of `weights`. */
  readonly lossExact: Rational;
  /** ‖∇_B ℓ‖_F, whitened, where the best descent stopped. */
  readonly gradientNorm: number;
  /** ‖(A − Aᵀ)/2‖_F */
  readonly antisymmetricNorm: number;
  /** ‖BBᵀ − BᵀB‖_F of the whitened B = Σ^{1/2}AΣ^{1/2}. */
  readonly normalityDefect: number;
  readonly foundBy: string;
  readonly starts: number;
  /** Descents that ended at the loss reported (to 10⁻⁷ of it). */
  readonly agreeing: number;
  readonly evaluations: number;
}

const SAME_LOSS = 1e-7;

/** Doubles guide the descent while their error is below this share of the loss. */
const RESOLVED = 1e-5;

const ROUNDING_BITS = 40;

/**
 * The best preconditioner found for any task prior and noise, on the exact population loss.
 *
 * Statement.    the least local minimum of descents over all (or all symmetric) A: from the one-layer
 *               optimum, from it perturbed a little, and from it plus random matrices
 * Conventions.  searched in B = Σ^{1/2}AΣ^{1/2}, returned as A; ℓ = E(ŷ − y_q)² without ½. For
 *               Ω = Σ⁻¹ `bestPreconditioner` searches deeper, and at any n
 * Accuracy.     `lossExact` is the exact loss of `weights`; that nothing better exists is observed
 * Throws.       ArgumentError for a bad law; HypothesisError beyond 6 loops (symmetric sector: 9), and
 *               where n is so large that the loss cancels below the resolution of doubles
 */
export function bestForLaw(law: AnyPriorLaw, options: BestForLawOptions): BestForLaw {
  const where = "bestForLaw";
  const { stream, sector = "full", starts = 8, agreement = 4 } = options;
  const { maximalEvaluations = 4000 } = options;
  requireInteger(where, "starts", starts);
  requireInteger(where, "agreement", agreement);
  requireInteger(where, "maximalEvaluations", maximalEvaluations);
  const whitened = whiten(where, law);
  const { first, unit, noise } = whitened;
  const descents: (MatrixDescent & { readonly name: string })[] = [];
  let evaluations = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let agreeing = 0;
  while (descents.length < starts && agreeing < agreement && evaluations < maximalEvaluations) {
    const { matrix, name } = startOf(descents.length, first, unit, stream, sector);
    const descent = descendOverMatrices(whitened.law, matrix, {
      sector,
      unit,
      gradientTolerance: 1e-10 * whitened.scale,
      noise,
      maximalEvaluations: maximalEvaluations - evaluations,
    });
    descents.push({ ...descent, name });
    evaluations += descent.evaluations;
    lowest = Math.min(lowest, descent.loss);
    const made = descents.length;
    options.onDescent?.({ over: "matrices", descents: made, atMost: starts, loss: lowest });
    const limit = lowest * (1 + SAME_LOSS) + 4 * noise;
    agreeing = descents.filter(({ loss }) => loss <= limit).length;
  }
  const best = descents.reduce((a, b) => (b.loss < a.loss ? b : a));
  if (!(noise <= RESOLVED * best.loss)) {
    throw new HypothesisError(
      `${where}: contextLength ${law.contextLength} makes the loss cancel in doubles (${best.loss} of ${noise} error); for the prior Ω = Σ⁻¹ bestPreconditioner works at any context length`,
    );
  }
  const { root } = whitened;
  const { preconditioner: found } = best;
  const unwhitened = root.mmul(found).mmul(root);
  const weights = dyadic(sector === "symmetric" ? symmetricPart(unwhitened) : unwhitened);
  const preconditioner = roundedMatrix(weights);
  const { loops, ...setting } = law;
  const exact = populationLoss(setting, { preconditioners: [weights], loops }, { exact: true });
  return {
    preconditioner,
    weights,
    loss: exact.value,
    lossExact: exact.exact!,
    gradientNorm: best.gradientNorm,
    antisymmetricNorm: antisymmetricPart(preconditioner).norm("frobenius"),
    normalityDefect: normalityDefect(found),
    foundBy: best.name,
    starts: descents.length,
    agreeing,
    evaluations,
  };
}

/** The law in coordinates where Σ = I, with what a search needs to know about its sizes. */
interface WhitenedLaw {
  readonly law: LoopedLaw;
  /** Σ^{−1/2} */
  readonly root: Matrix;
  /** The one-layer optimum. */
  readonly first: Matrix;
  /** Distance at which one-layer and looped optimum differ, by order of magnitude. */
  readonly unit: number;
  /** Loss of predicting 0. */
  readonly scale: number;
  /** Rounding error of a loss in doubles. */
  readonly noise: number;
}

function whiten(where: string, law: AnyPriorLaw): WhitenedLaw {
  const { contextLength, loops } = law;
  requireLoopedSetting(where, { dim: law.dim, contextLength, loops });
  const { dim, covariance = Matrix.eye(dim), noiseVariance = 0 } = law;
  requirePositiveDefinite(where, "covariance", covariance);
  if (covariance.rows !== dim) {
    throw new ArgumentError(where, "covariance", `${dim}×${dim}`, covariance.rows);
  }
  const taskCovariance = law.taskCovariance ?? symmetricPart(inverse(covariance));
  requirePositiveDefinite(where, "taskCovariance", taskCovariance);
  if (taskCovariance.rows !== dim) {
    throw new ArgumentError(where, "taskCovariance", `${dim}×${dim}`, taskCovariance.rows);
  }
  const half = symmetricFunction(covariance, Math.sqrt);
  const root = symmetricFunction(covariance, (eigenvalue) => 1 / Math.sqrt(eigenvalue));
  const identity = Matrix.eye(dim);
  const prior =
    law.taskCovariance === undefined
      ? identity
      : symmetricPart(half.mmul(taskCovariance).mmul(half));
  const { preconditioner: first } = oneLayerOptimum({
    contextLength,
    covariance: identity,
    taskCovariance: prior,
    noiseVariance,
  });
  const setting = {
    dim,
    contextLength,
    noiseVariance,
    ...(law.taskCovariance !== undefined && { taskCovariance: prior }),
  };
  const radius = symmetricEigen(first).values.at(-1)!;
  // At −ρI every term is positive: the sum of the sizes of all terms, up to the prior's directions.
  const opposite = { preconditioners: [Matrix.mul(identity, -radius)], loops };
  const magnitude = populationLoss(setting, opposite).value;
  return {
    law: { ...setting, loops },
    root,
    first,
    unit: radius / Math.sqrt(contextLength),
    scale: prior.trace(),
    noise: 2 ** -51 * magnitude,
  };
}

function startOf(
  index: number,
  first: Matrix,
  unit: number,
  stream: Stream,
  sector: "full" | "symmetric",
): { matrix: Matrix; name: string } {
  if (index === 0 && sector === "symmetric") {
    return { matrix: first, name: "one-layer optimum" };
  }
  const dim = first.rows;
  const isNear = index < 2;
  const entries = stream.split(index).normals(dim * dim);
  const noise = Matrix.from1DArray(dim, dim, [...entries]);
  // A symmetric start would stay symmetric wherever the law commutes with it.
  const offset = (sector === "symmetric" ? symmetricPart(noise) : noise).mul(
    ((isNear ? 0.1 : 2) * unit) / Math.sqrt(dim),
  );
  const name = isNear ? "one-layer optimum, perturbed" : `random matrix ${index}`;
  return { matrix: Matrix.add(first, offset), name };
}

/** The nearest matrix of multiples of 2^−40. */
function dyadic(matrix: Matrix): Rational[][] {
  const denominator = 2 ** ROUNDING_BITS;
  return matrix
    .to2DArray()
    .map((row) => row.map((entry) => Rational.of(Math.round(entry * denominator), denominator)));
}
