import { requireInteger } from "../../errors.js";
import { antisymmetricPart, type Matrix, symmetricPart } from "../../numeric/matrix.js";
import type { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import type { RationalMatrix } from "../population/setting.js";
import type { NoisyLoopedSetting } from "../setting.js";
import { searchMatrices } from "./matrix-search.js";
import { type Eigenvalue, eigenvaluesOf, normalityDefect } from "./matrix-spectrum.js";
import { SpectralFamily } from "./spectral-family.js";
import { type DescentProgress, searchSpectra } from "./spectral-search.js";
import { SpectralWindow } from "./spectral-window.js";
import { roundedMatrix } from "./spectrum.js";

/** How long to search. Everything random comes from the stream: equal streams, equal bits. */
export interface PreconditionerSearchOptions {
  readonly stream: Stream;
  /** Random starts over normal matrices at most; 30 when absent. */
  readonly normalStarts?: number;
  /** The search over normal matrices ends when so many random starts agree; 4 when absent. */
  readonly agreement?: number;
  /** Descents over all matrices, the first from the best normal one, perturbed; 5 when absent. */
  readonly matrixStarts?: number;
  /** Loss evaluations that all those descents may take together; 2000 when absent. */
  readonly maximalEvaluations?: number;
  /** Told after every descent: first over normal matrices, then over all. */
  readonly onDescent?: (progress: DescentProgress) => void;
}

/** What was searched, and how often it led to the same place. */
export interface SearchRecord {
  readonly normalStarts: number;
  readonly matrixStarts: number;
  /** Starts of either kind that ended at the loss reported (to 10⁻⁷ of it). */
  readonly agreeing: number;
  /** Loss evaluations over normal matrices, and over all matrices. */
  readonly evaluations: { readonly normal: number; readonly matrix: number };
  /** Why no descent over all matrices was made, when none was. */
  readonly matrixSearch: "done" | "not-asked" | "beyond-doubles";
}

/** The best preconditioner found over all matrices. */
export interface BestPreconditioner {
  /** Whitened B = Σ^{1/2}AΣ^{1/2}, d×d: the doubles nearest to `weights`. */
  readonly preconditioner: Matrix;
  /** The same, as rationals with the denominator 2^`bits`. */
  readonly weights: RationalMatrix;
  readonly bits: number;
  readonly loss: number;
  /** The exact loss of `weights`. */
  readonly lossExact: Rational;
  /** By falling imaginary part, then rising real part. */
  readonly eigenvalues: readonly Eigenvalue[];
  readonly symmetricPart: Matrix;
  /** ‖(B − Bᵀ)/2‖_F */
  readonly antisymmetricNorm: number;
  /** ‖BBᵀ − BᵀB‖_F */
  readonly normalityDefect: number;
  readonly foundBy: string;
  readonly starts: SearchRecord;
}

/** Doubles guide a descent over all matrices while their error is below this share of the loss. */
const RESOLVED = 1e-5;

/**
 * The best preconditioner found over all matrices, on the exact population loss.
 *
 * Statement.    the least exact loss among (1) the local minima over normal matrices, searched by
 *               their eigenvalues from cI + εJ, from k rotation planes and real directions, and at
 *               random; (2) descents over all matrices from the best of those, perturbed, from b*I,
 *               perturbed, and from random matrices. Normal results come in block form
 * Conventions.  prior Ω = Σ⁻¹, any Σ (the result is whitened); ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     `lossExact` is the exact loss of `weights`, an upper bound on the infimum; at most the
 *               loss of b*I to the last bits. That nothing better exists is observed, not proved
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 6 loops (best symmetric: 7)
 * Source.       exact loss: populationLoss; normal optima: observed here, conjectured in general
 */
export function bestPreconditioner(
  setting: NoisyLoopedSetting,
  options: PreconditionerSearchOptions,
): BestPreconditioner {
  const where = "bestPreconditioner";
  const { stream, normalStarts = 30, agreement = 4 } = options;
  const { matrixStarts = 5, maximalEvaluations = 2000, onDescent } = options;
  requireInteger(where, "normalStarts", normalStarts, 0);
  requireInteger(where, "agreement", agreement);
  requireInteger(where, "matrixStarts", matrixStarts, 0);
  requireInteger(where, "maximalEvaluations", maximalEvaluations);
  const family = SpectralFamily.of(where, setting, "normal");
  const window = SpectralWindow.of(family, setting);
  const normal = searchSpectra(family, window, {
    stream: stream.split("normal"),
    randomStarts: normalStarts,
    agreement,
    onDescent,
  });
  const isResolved = window.noise <= RESOLVED * window.isotropicLoss;
  const matrices = searchMatrices(setting, family, window, normal.minima, {
    stream: stream.split("matrices"),
    starts: isResolved ? matrixStarts : 0,
    maximalEvaluations,
    onDescent,
  });
  const { weights, loss: lossExact, foundBy } = matrices.best;
  const normalHits = normal.minima
    .filter(({ loss }) => loss.toNumber() <= lossExact.toNumber() * (1 + 1e-7))
    .reduce((sum, { hits }) => sum + hits, 0);
  const preconditioner = roundedMatrix(weights);
  return {
    preconditioner,
    weights,
    bits: window.bits,
    loss: lossExact.toNumber(),
    lossExact,
    eigenvalues: eigenvaluesOf(preconditioner),
    symmetricPart: symmetricPart(preconditioner),
    antisymmetricNorm: antisymmetricPart(preconditioner).norm("frobenius"),
    normalityDefect: normalityDefect(preconditioner),
    foundBy,
    starts: {
      normalStarts: normal.starts,
      matrixStarts: matrices.starts,
      agreeing: normalHits + matrices.hits,
      evaluations: { normal: normal.evaluations, matrix: matrices.evaluations },
      matrixSearch: matrixStarts === 0 ? "not-asked" : isResolved ? "done" : "beyond-doubles",
    },
  };
}
