import { ArgumentError, Description, requireInteger, requirePositive } from "../../errors.js";
import { Matrix, requirePositiveDefinite, symmetricPart } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { requireWishartSetting, type WishartSetting } from "../setting.js";

/** A square matrix of exact rationals, by rows. */
export type RationalMatrix = readonly (readonly Rational[])[];

/**
 * The law of a prompt: what it is tested on, whatever the weights were trained on.
 *
 * Conventions.  x ~ N(0, Σ), Σ = `covariance` (absent: the identity); w ~ N(0, Ω),
 *               Ω = `taskCovariance`: Σ⁻¹ for "inverse" (the default), I for "identity";
 *               context labels carry noise of variance `noiseVariance` (absent: none)
 */
export interface PopulationSetting extends WishartSetting {
  readonly covariance?: Matrix | RationalMatrix;
  readonly taskCovariance?: "inverse" | "identity" | Matrix | RationalMatrix;
  readonly noiseVariance?: number | Rational;
}

/**
 * Weights of a restricted model: k layers with preconditioners A₁ … A_k, the stack applied L times.
 *
 * Conventions.  One layer and `loops` L is the looped model; k layers and one loop, the untied one.
 *               A in the coordinates of the prompt, not whitened; `readIn` u acts on every layer.
 */
export interface StackWeights {
  readonly preconditioners: readonly (Matrix | RationalMatrix)[];
  readonly loops: number;
  readonly readIn?: readonly number[];
}

/** A prompt law with every part checked and every default filled in. */
export interface CheckedSetting {
  readonly dim: number;
  readonly n: bigint;
  /** undefined: the identity. */
  readonly covariance: Matrix | RationalMatrix | undefined;
  /** undefined: Σ⁻¹. */
  readonly taskCovariance: Matrix | RationalMatrix | "identity" | undefined;
  readonly noiseVariance: Rational;
}

/** A problem with every part checked and every default filled in. */
export interface CheckedProblem extends CheckedSetting {
  readonly loops: number;
  readonly preconditioners: readonly (Matrix | RationalMatrix)[];
  /** undefined: zero. */
  readonly readIn: readonly number[] | undefined;
}

/** Checks a setting and weights; refuses bad input before any work. */
export function checkProblem(
  where: string,
  setting: PopulationSetting,
  weights: StackWeights,
): CheckedProblem {
  const checked = checkSetting(where, setting);
  const { dim } = checked;
  requireInteger(where, "loops", weights.loops);
  if (weights.preconditioners.length === 0) {
    throw new ArgumentError(where, "preconditioners", "at least one matrix", weights);
  }
  for (const [k, matrix] of weights.preconditioners.entries()) {
    requireSquare(where, `preconditioners[${k}]`, matrix, dim);
  }
  const { readIn } = weights;
  if (readIn !== undefined && (readIn.length !== dim || !readIn.every(Number.isFinite))) {
    throw new ArgumentError(where, "readIn", `${dim} finite numbers`, readIn);
  }
  return {
    ...checked,
    loops: weights.loops,
    preconditioners: weights.preconditioners,
    readIn: readIn?.some((entry) => entry !== 0) ? readIn : undefined,
  };
}

/** Checks a setting; refuses bad input before any work. */
export function checkSetting(where: string, setting: PopulationSetting): CheckedSetting {
  const n = requireWishartSetting(where, setting);
  const { dim, covariance, taskCovariance } = setting;
  const isNamed = typeof taskCovariance === "string";
  if (isNamed && !["inverse", "identity"].includes(taskCovariance)) {
    throw new ArgumentError(
      where,
      "taskCovariance",
      `"inverse", "identity" or a matrix`,
      taskCovariance,
    );
  }
  const isInverse = taskCovariance === undefined || taskCovariance === "inverse";
  const isTrivial = taskCovariance === "identity" && covariance === undefined;
  return {
    dim,
    n,
    covariance: covariance && checkCovariance(where, "covariance", covariance, dim),
    taskCovariance:
      isInverse || isTrivial
        ? undefined
        : isNamed
          ? "identity"
          : checkCovariance(where, "taskCovariance", taskCovariance, dim),
    noiseVariance: checkNoise(where, setting.noiseVariance ?? 0),
  };
}

/** Whether a matrix is given by exact rationals rather than doubles. */
export function isRationalMatrix(matrix: Matrix | RationalMatrix): matrix is RationalMatrix {
  return Array.isArray(matrix);
}

/** Whether one of the matrices is given by rationals, which doubles would round. */
export function hasRationals(
  matrices: readonly (Matrix | RationalMatrix | "identity" | undefined)[],
): boolean {
  return matrices.some(
    (matrix) => matrix !== undefined && matrix !== "identity" && isRationalMatrix(matrix),
  );
}

/** Entry (i, j) of either form, exactly. */
export function exactEntry(matrix: Matrix | RationalMatrix, i: number, j: number): Rational {
  return isRationalMatrix(matrix) ? matrix[i]![j]! : Rational.fromNumber(matrix.get(i, j));
}

/** Whether the matrix equals its transpose, entry by entry. */
export function isExactlySymmetric(matrix: Matrix | RationalMatrix, dim: number): boolean {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      const isEqual = isRationalMatrix(matrix)
        ? matrix[i]![j]!.equals(matrix[j]![i]!)
        : matrix.get(i, j) === matrix.get(j, i);
      if (!isEqual) return false;
    }
  }
  return true;
}

function checkNoise(where: string, noise: number | Rational): Rational {
  if (typeof noise === "number") {
    requirePositive(where, "noiseVariance", noise, { allowZero: true });
    return Rational.fromNumber(noise);
  }
  if (noise.sign() < 0) {
    const got = new Description(noise.toString());
    throw new ArgumentError(where, "noiseVariance", "≥ 0", got);
  }
  return noise;
}

/** Checks a covariance; doubles that are symmetric but for rounding are made exactly symmetric. */
function checkCovariance(
  where: string,
  argument: string,
  matrix: Matrix | RationalMatrix,
  dim: number,
): Matrix | RationalMatrix {
  requireSquare(where, argument, matrix, dim);
  if (isRationalMatrix(matrix)) {
    if (!isExactlySymmetric(matrix, dim)) {
      const got = new Description("fractions that differ across the diagonal");
      throw new ArgumentError(where, argument, "exactly symmetric", got);
    }
    const rounded = new Matrix(matrix.map((row) => row.map((entry) => entry.toNumber())));
    requirePositiveDefinite(where, argument, rounded);
    return matrix;
  }
  const symmetric = symmetricPart(matrix);
  const asymmetry = Matrix.sub(matrix, symmetric).norm("frobenius");
  const isRounding = asymmetry <= 1e-12 * symmetric.norm("frobenius");
  // Reversing a word transposes it, so the exact engine needs equality to the last bit.
  const checked = isRounding ? symmetric : matrix;
  requirePositiveDefinite(where, argument, checked);
  return checked;
}

/** Throws unless the matrix is dim×dim and finite. */
export function requireSquare(
  where: string,
  argument: string,
  matrix: Matrix | RationalMatrix,
  dim: number,
): void {
  const requirement = `a ${dim}×${dim} matrix of finite numbers`;
  const refuse = (got: string) => {
    throw new ArgumentError(where, argument, requirement, new Description(got));
  };
  if (isRationalMatrix(matrix)) {
    if (matrix.length !== dim || matrix.some((row) => row.length !== dim)) {
      refuse(`${matrix.length} rows of ${matrix.map((row) => row.length).join(", ")} entries`);
    }
    return;
  }
  if (matrix.rows !== dim || matrix.columns !== dim) refuse(`${matrix.rows}×${matrix.columns}`);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      if (!Number.isFinite(matrix.get(i, j))) refuse(`entry (${i},${j}) = ${matrix.get(i, j)}`);
    }
  }
}
