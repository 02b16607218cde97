import { Matrix } from "../../numeric/matrix.js";
import type { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import { populationLoss } from "../population/population-loss.js";
import type { RationalMatrix } from "../population/setting.js";
import type { NoisyLoopedSetting } from "../setting.js";
import { descendOverMatrices } from "./matrix-descent.js";
import { spectrumOf } from "./matrix-spectrum.js";
import type { SpectralFamily } from "./spectral-family.js";
import {
  type DescentProgress,
  descendFromSpectrum,
  type SpectralMinimum,
} from "./spectral-search.js";
import type { SpectralWindow } from "./spectral-window.js";
import { roundedMatrix, spectralMatrix } from "./spectrum.js";

/** A preconditioner with its exact loss. */
export interface ExactCandidate {
  readonly weights: RationalMatrix;
  readonly loss: Rational;
  readonly foundBy: string;
}

export interface MatrixSearch {
  readonly best: ExactCandidate;
  readonly starts: number;
  /** Descents that ended at the best loss (to 10⁻⁷ of it). */
  readonly hits: number;
  readonly evaluations: number;
}

export interface MatrixSearchOptions {
  readonly stream: Stream;
  readonly starts: number;
  readonly maximalEvaluations: number;
  /** Told after every descent. */
  readonly onDescent?: ((progress: DescentProgress) => void) | undefined;
}

/** A matrix that is not normal must beat the best normal one by this much, relatively. */
const TIE = 1e-9;

const SAME_LOSS = 1e-7;

/** Standard deviation of a start's entries from the matrix it perturbs, in units of the window. */
const PERTURBATION = 0.1;
const RANDOM_SPREAD = 2;

/**
 * Descents over all matrices, to leave the normal ones where that pays.
 *
 * Statement.    starts: the best normal minimum, b*I and the next normal minimum, each perturbed;
 *               then b*I plus random matrices. What a descent finds below the best loss so far is
 *               taken as the normal matrix with its eigenvalues, re-optimised, if that is as good
 * Conventions.  prior Ω = Σ⁻¹, whitened; every comparison that decides is between exact losses
 */
export function searchMatrices(
  setting: NoisyLoopedSetting,
  family: SpectralFamily,
  window: SpectralWindow,
  minima: readonly SpectralMinimum[],
  options: MatrixSearchOptions,
): MatrixSearch {
  const { stream, starts } = options;
  const { dim, contextLength, loops, noiseVariance } = setting;
  const law = { dim, contextLength, ...(noiseVariance && { noiseVariance }) };
  let best = normalCandidate(minima[0]!);
  let evaluations = 0;
  let made = 0;
  const reached: number[] = [];
  for (; made < starts && evaluations < options.maximalEvaluations; made++) {
    const { matrix, name } = startOf(made, dim, window, minima, stream.split(made));
    const descent = descendOverMatrices({ ...law, loops }, matrix, {
      sector: "full",
      unit: window.unit,
      gradientTolerance: (1e-10 * window.isotropicLoss) / window.unit,
      noise: window.noise,
      maximalEvaluations: options.maximalEvaluations - evaluations,
    });
    evaluations += descent.evaluations;
    reached.push(descent.loss);
    const lowest = Math.min(...reached);
    options.onDescent?.({ over: "matrices", descents: made + 1, atMost: starts, loss: lowest });
    const known = best.loss.toNumber();
    if (!(descent.loss < known - Math.max(TIE * known, 4 * window.noise))) continue;
    const found = descent.preconditioner;
    const normal = normalCandidate(
      descendFromSpectrum(family, window, spectrumOf(found), `${name}, made normal`),
    );
    const weights = found.to2DArray().map((row) => row.map((entry) => window.round(entry)));
    const loss = populationLoss(law, { preconditioners: [weights], loops }, { exact: true }).exact!;
    const isNormalAsGood = normal.loss.toNumber() <= loss.toNumber() * (1 + TIE);
    const candidate = isNormalAsGood ? normal : { weights, loss, foundBy: name };
    if (candidate.loss.compare(best.loss) < 0) best = candidate;
  }
  const limit = best.loss.toNumber() * (1 + SAME_LOSS) + 4 * window.noise;
  const hits = reached.filter((loss) => loss <= limit).length;
  return { best, starts: made, hits, evaluations };
}

function normalCandidate({ spectrum, loss, foundBy }: SpectralMinimum): ExactCandidate {
  return { weights: spectralMatrix(spectrum), loss, foundBy };
}

function startOf(
  index: number,
  dim: number,
  window: SpectralWindow,
  minima: readonly SpectralMinimum[],
  stream: Stream,
): { matrix: Matrix; name: string } {
  const isotropic = Matrix.eye(dim).mul(window.stepSize);
  const perturbed = (matrix: Matrix, spread: number) => {
    const scale = (spread * window.unit) / Math.sqrt(dim);
    const noise = stream.normals(dim * dim);
    return Matrix.add(matrix, Matrix.from1DArray(dim, dim, [...noise]).mul(scale));
  };
  const ofMinimum = ({ spectrum }: SpectralMinimum) => roundedMatrix(spectralMatrix(spectrum));
  if (index === 0) {
    const matrix = perturbed(ofMinimum(minima[0]!), PERTURBATION);
    return { matrix, name: "best normal matrix, perturbed" };
  }
  if (index === 1) {
    return { matrix: perturbed(isotropic, PERTURBATION), name: "b*I, perturbed" };
  }
  const second = minima[1];
  if (index === 2 && second !== undefined) {
    const matrix = perturbed(ofMinimum(second), PERTURBATION);
    return { matrix, name: "second normal minimum, perturbed" };
  }
  return { matrix: perturbed(isotropic, RANDOM_SPREAD), name: `random matrix ${index}` };
}
