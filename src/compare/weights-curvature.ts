import { HypothesisError } from "../errors.js";
import type { Weights } from "../model/weights.js";
import { antisymmetricPart, Matrix, symmetricFunction, symmetricPart } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { populationGradient } from "../theory/population/population-gradient.js";
import { type HessianSector, populationHessian } from "../theory/population/population-hessian.js";
import { hasInversePrior, populationSetting } from "./population-setting.js";

/** Slope and least curvature of the exact loss among directions of one symmetry. */
export interface SectorCurvature {
  /** Norm of the gradient's part in the sector. */
  readonly gradientNorm: number;
  /** Least eigenvalue of the Hessian's block; null where there is no such direction (d = 1). */
  readonly leastCurvature: number | null;
  /** The unit direction it belongs to, as a matrix. */
  readonly direction: readonly (readonly number[])[] | null;
}

/**
 * The exact loss around a looped model's weights, in whitened coordinates B = Σ^{1/2}AΣ^{1/2}.
 *
 * Conventions.  at u as it is; directions of unit Frobenius norm
 */
export interface WeightsCurvature {
  readonly symmetric: SectorCurvature;
  readonly antisymmetric: SectorCurvature;
  /**
   * "minimum": no curvature below zero, and what a Newton step could still win is below SETTLED of the
   * loss; "descending": more is to be won; "saddle": a negative curvature is open.
   */
  readonly state: "minimum" | "descending" | "saddle";
  /** The sector of the most negative curvature at a saddle, else of the larger slope. */
  readonly open: "symmetric" | "antisymmetric" | null;
  /** Share of the loss that a Newton step along directions of positive curvature would win. */
  readonly newtonGain: number;
}

/** Why there is none. */
export interface NoCurvature {
  readonly unavailable: string;
}

const SETTLED = 1e-4;

/** Curvatures within this share of the largest are zero: flat along rotations of B, and rounding. */
const FLAT = 1e-6;

/**
 * Whether weights are a minimum of the exact loss yet, and which direction is still open.
 *
 * Hypotheses.   one restricted layer, looped, within the reach of `populationHessian`; otherwise the
 *               reason is returned
 * Accuracy.     doubles; curvatures within 1e−6 of the largest, or within what the slope left over
 *               bends the orbit of rotations, count as zero
 */
export function weightsCurvature(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): WeightsCurvature | NoCurvature {
  if (weights.family !== "restricted" || weights.layers.length > 1) {
    return { unavailable: "the Hessian is computed for one restricted layer, looped" };
  }
  try {
    const { readIn, preconditioner } = weights.layers[0]!;
    const root = symmetricFunction(distribution.covariance, Math.sqrt);
    const whitened = root.mmul(preconditioner).mmul(root);
    const { covariance: _covariance, ...law } = populationSetting(distribution);
    const setting = hasInversePrior(distribution)
      ? law
      : {
          ...law,
          taskCovariance: symmetricPart(root.mmul(distribution.taskCovariance).mmul(root)),
        };
    const read = root.mmul(Matrix.columnVector([...readIn])).to1DArray();
    const isReading = read.some((entry) => entry !== 0);
    const stack = { preconditioners: [whitened], loops, ...(isReading && { readIn: read }) };
    const { value, preconditioners } = populationGradient(setting, stack);
    const hessian = populationHessian(setting, stack);
    return judge(value, preconditioners[0]!, hessian, whitened.norm());
  } catch (error) {
    if (error instanceof HypothesisError) return { unavailable: error.message };
    throw error;
  }
}

function judge(
  loss: number,
  gradient: Matrix,
  hessian: { readonly symmetric: HessianSector; readonly antisymmetric: HessianSector },
  size: number,
): WeightsCurvature {
  const sectors = [
    { name: "symmetric", slope: symmetricPart(gradient), sector: hessian.symmetric },
    { name: "antisymmetric", slope: antisymmetricPart(gradient), sector: hessian.antisymmetric },
  ] as const;
  const largest = Math.max(...sectors.flatMap(({ sector }) => sector.eigenvalues));
  // Along an orbit of rotations the second derivative is the slope over the orbit's radius.
  const flat = FLAT * largest + (2 * gradient.norm()) / Math.max(size, Number.MIN_VALUE);
  let newtonGain = 0;
  for (const { slope, sector } of sectors) {
    sector.eigenvalues.forEach((curvature, i) => {
      if (curvature <= FLAT * largest) return;
      const along = Matrix.mul(slope, sector.directions[i]!).sum();
      newtonGain += along ** 2 / (2 * curvature) / loss;
    });
  }
  const least = sectors.map(({ sector }) => sector.eigenvalues[0] ?? Number.POSITIVE_INFINITY);
  const isSaddle = Math.min(...least) < -flat;
  const state = isSaddle ? "saddle" : newtonGain < SETTLED ? "minimum" : "descending";
  const [first, second] = sectors.map(({ slope }) => slope.norm()) as [number, number];
  const leans = isSaddle ? least[0]! <= least[1]! : first >= second;
  return {
    symmetric: describe(sectors[0].slope, sectors[0].sector),
    antisymmetric: describe(sectors[1].slope, sectors[1].sector),
    state,
    open: state === "minimum" ? null : leans ? "symmetric" : "antisymmetric",
    newtonGain,
  };
}

function describe(slope: Matrix, { eigenvalues, directions }: HessianSector): SectorCurvature {
  return {
    gradientNorm: slope.norm(),
    leastCurvature: eigenvalues[0] ?? null,
    direction: directions[0]?.to2DArray() ?? null,
  };
}
