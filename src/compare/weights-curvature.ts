import { HypothesisError } from "../errors.js";
import { dimOf, type Weights } from "../model/weights.js";
import { Matrix, symmetricEigen, symmetricFunction, symmetricPart } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { gdPlusPlusStackGradient } from "../theory/attention-loss/gd-plus-plus-stack.js";
import { gdPlusPlusStackHessian } from "../theory/attention-loss/hessian/gd-plus-plus-hessian.js";
import { populationGradient } from "../theory/population/population-gradient.js";
import { populationHessian } from "../theory/population/population-hessian.js";
import type { PopulationSetting } from "../theory/population/setting.js";
import { type Effort, QUICK_DIRECTIONS } from "./effort.js";
import { hasInversePrior, populationSetting } from "./population-setting.js";

/** A direction in the weights of one layer, in whitened coordinates. */
export interface LayerDirection {
  readonly preconditioner: readonly (readonly number[])[];
  /** Of GD++ layers. */
  readonly covariateValue?: readonly (readonly number[])[];
}

/** Slope and least curvature of the exact loss among directions of one symmetry. */
export interface SectorCurvature {
  /** Norm of the gradient's part in the sector. */
  readonly gradientNorm: number;
  /** Least eigenvalue of the Hessian's block; null where there is no such direction (d = 1). */
  readonly leastCurvature: number | null;
  /** The unit direction it belongs to, one entry a layer. */
  readonly direction: readonly LayerDirection[] | null;
}

/**
 * The exact loss around weights, in whitened coordinates B = Σ^{1/2}AΣ^{1/2} (and Σ^{-1/2}CΣ^{1/2}).
 *
 * Conventions.  at the read-ins as they are; directions of unit Frobenius norm
 */
export interface WeightsCurvature {
  readonly symmetric: SectorCurvature;
  readonly antisymmetric: SectorCurvature;
  /**
   * "minimum": no curvature below zero, and what a Newton step could still win is below SETTLED of the
   * loss; "descending": more is to be won; "saddle": a negative curvature is open.
   */
  readonly state: "minimum" | "descending" | "saddle";
  /** At a saddle the sector in which its direction mostly lies, else that of the larger slope. */
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
 * Statement.    by the whole Hessian: at weights with an antisymmetric part the two sectors meet
 * Hypotheses.   restricted and GD++ layers, within the reach of `populationHessian` and
 *               `gdPlusPlusStackHessian`; otherwise the reason is returned
 * Accuracy.     doubles; curvatures within 1e−6 of the largest, or within what the slope left over
 *               bends the orbit of rotations, count as zero
 */
export function weightsCurvature(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
  effort: Effort = "quick",
): WeightsCurvature | NoCurvature {
  if (weights.family === "full") {
    return { unavailable: "the Hessian is computed for restricted and GD++ layers, not full ones" };
  }
  const perLayer = dimOf(weights) ** 2 * (weights.family === "gd++" ? 2 : 1);
  const directions = perLayer * weights.layers.length;
  if (effort === "quick" && directions > QUICK_DIRECTIONS) {
    const limit = `the Hessian is taken up to ${QUICK_DIRECTIONS} directions, here ${directions}`;
    return { unavailable: `${limit}, unless thorough effort is asked for` };
  }
  try {
    const root = symmetricFunction(distribution.covariance, Math.sqrt);
    const { covariance: _covariance, ...law } = populationSetting(distribution);
    const setting = hasInversePrior(distribution)
      ? law
      : {
          ...law,
          taskCovariance: symmetricPart(root.mmul(distribution.taskCovariance).mmul(root)),
        };
    return judge(
      weights.layers.length === 1 && weights.family === "restricted"
        ? loopedPoint(weights, root, setting, loops)
        : stackPoint(weights, root, setting, loops),
    );
  } catch (error) {
    if (error instanceof HypothesisError) return { unavailable: error.message };
    throw error;
  }
}

/** The loss to second order, in an orthonormal basis whose symmetric directions come first. */
interface SecondOrder {
  readonly loss: number;
  readonly slope: readonly number[];
  readonly hessian: Matrix;
  /** How many directions are symmetric. */
  readonly symmetricCount: number;
  /** Norm of the weights. */
  readonly size: number;
  toLayers(coordinates: readonly number[]): LayerDirection[];
}

type OwnWeights = Exclude<Weights, { readonly family: "full" }>;

function loopedPoint(
  { layers }: OwnWeights,
  root: Matrix,
  setting: PopulationSetting,
  loops: number,
): SecondOrder {
  const [layer] = whitenedLayers(layers, root);
  const { preconditioner, readIn } = layer!;
  const isReading = readIn.some((entry) => entry !== 0);
  const stack = { preconditioners: [preconditioner], loops, ...(isReading && { readIn }) };
  const { value, preconditioners } = populationGradient(setting, stack);
  const { matrix, basis, symmetric } = populationHessian(setting, stack);
  return {
    loss: value,
    slope: basis.map((direction) => inner(direction, preconditioners[0]!)),
    hessian: matrix,
    symmetricCount: symmetric.eigenvalues.length,
    size: preconditioner.norm(),
    toLayers: (coordinates) => [{ preconditioner: combined(coordinates, basis) }],
  };
}

function stackPoint(
  { layers, family }: OwnWeights,
  root: Matrix,
  setting: PopulationSetting,
  loops: number,
): SecondOrder {
  const isMoving = family === "gd++";
  const block = whitenedLayers(layers, root).map(({ covariateValue, ...rest }) =>
    isMoving ? { ...rest, covariateValue: covariateValue! } : rest,
  );
  const stack = { layers: block, loops };
  const gradient = gdPlusPlusStackGradient(setting, stack);
  const { matrix, basis, sectors } = gdPlusPlusStackHessian(setting, stack);
  const parts = (layer: { preconditioner: Matrix; covariateValue?: Matrix }) =>
    layer.covariateValue === undefined || !isMoving
      ? [layer.preconditioner]
      : [layer.preconditioner, layer.covariateValue];
  const slopes = gradient.layers.flatMap(parts);
  return {
    loss: gradient.value,
    slope: basis.map((direction) =>
      direction.flatMap(parts).reduce((sum, one, i) => sum + inner(one, slopes[i]!), 0),
    ),
    hessian: matrix,
    symmetricCount: sectors.symmetric.eigenvalues.length,
    size: Math.hypot(...block.flatMap(parts).map((one) => one.norm())),
    toLayers: (coordinates) =>
      layers.map((_, l) => ({
        preconditioner: combined(
          coordinates,
          basis.map((one) => one[l]!.preconditioner),
        ),
        ...(isMoving && {
          covariateValue: combined(
            coordinates,
            basis.map((one) => one[l]!.covariateValue),
          ),
        }),
      })),
  };
}

function whitenedLayers(layers: OwnWeights["layers"], root: Matrix) {
  const inverseRoot = symmetricFunction(root, (value) => 1 / value);
  return layers.map((layer) => ({
    preconditioner: root.mmul(layer.preconditioner).mmul(root),
    readIn: root.mmul(Matrix.columnVector([...layer.readIn])).to1DArray(),
    ...("covariateValue" in layer && {
      covariateValue: inverseRoot.mmul(layer.covariateValue).mmul(root),
    }),
  }));
}

function judge(point: SecondOrder): WeightsCurvature {
  const { loss, slope, hessian, symmetricCount, size } = point;
  const { values, vectors } = symmetricEigen(hessian);
  const largest = values.at(-1)!;
  const gradientNorm = Math.hypot(...slope);
  // Along an orbit of rotations the second derivative is the slope over the orbit's radius.
  const flat = FLAT * largest + (2 * gradientNorm) / Math.max(size, Number.MIN_VALUE);
  const along = values.map((_, k) =>
    slope.reduce((sum, entry, i) => sum + entry * vectors.get(i, k), 0),
  );
  const newtonGain = values.reduce(
    (sum, curvature, k) =>
      curvature <= FLAT * largest ? sum : sum + along[k]! ** 2 / (2 * curvature) / loss,
    0,
  );
  const isSaddle = values[0]! < -flat;
  const state = isSaddle ? "saddle" : newtonGain < SETTLED ? "minimum" : "descending";
  const leading = isSaddle ? vectors.getColumn(0) : slope;
  const symmetricShare = Math.hypot(...leading.slice(0, symmetricCount));
  const leans = symmetricShare >= Math.hypot(...leading.slice(symmetricCount));
  return {
    symmetric: sectorOf(point, 0, symmetricCount),
    antisymmetric: sectorOf(point, symmetricCount, slope.length),
    state,
    open: state === "minimum" ? null : leans ? "symmetric" : "antisymmetric",
    newtonGain,
  };
}

function sectorOf(
  { slope, hessian, toLayers }: SecondOrder,
  start: number,
  end: number,
): SectorCurvature {
  const gradientNorm = Math.hypot(...slope.slice(start, end));
  if (start === end) return { gradientNorm, leastCurvature: null, direction: null };
  const { values, vectors } = symmetricEigen(hessian.subMatrix(start, end - 1, start, end - 1));
  const coordinates = slope.map((_, i) => (i < start || i >= end ? 0 : vectors.get(i - start, 0)));
  return { gradientNorm, leastCurvature: values[0]!, direction: toLayers(coordinates) };
}

function combined(coordinates: readonly number[], basis: readonly Matrix[]): number[][] {
  const sum = Matrix.zeros(basis[0]!.rows, basis[0]!.columns);
  for (const [i, direction] of basis.entries()) sum.add(Matrix.mul(direction, coordinates[i]!));
  return sum.to2DArray();
}

function inner(a: Matrix, b: Matrix): number {
  return Matrix.mul(a, b).sum();
}
