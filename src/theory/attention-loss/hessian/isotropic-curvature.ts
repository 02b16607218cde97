import { ArgumentError } from "../../../errors.js";
import { type Inertia, inertia } from "../../../numeric/inertia.js";
import { Rational } from "../../../numeric/rational.js";
import type { RationalMatrix } from "../../population/setting.js";
import { gdPlusPlusCurvatureAlong, type MatrixDirection } from "./curvature-along.js";

/** The Hessian on one sector: a block for one unit direction, the same for each of `multiplicity`. */
export interface IsotropicSector extends Inertia {
  /** Rows A₀, …, then C₀, … (C of a last untied layer is read by nobody and left out). */
  readonly block: RationalMatrix;
  readonly multiplicity: number;
}

/** The Hessian of isotropic GD++ layers in all matrices A and C, exactly. */
export interface IsotropicGdPlusPlusCurvature {
  /** "saddle" with a negative direction, "minimum" when every direction is positive, else "degenerate". */
  readonly verdict: "minimum" | "saddle" | "degenerate";
  readonly scalar: IsotropicSector;
  readonly tracelessSymmetric: IsotropicSector;
  readonly antisymmetric: IsotropicSector;
}

/**
 * Exact signs of all second derivatives of the GD++ loss at multiples of the identity.
 *
 * Statement.    at A_t = b_t I, C_t = a_t I the loss is invariant under M ↦ OMOᵀ of all matrices at once, and
 *               multiples of I, traceless symmetric and antisymmetric matrices are irreducible and differ: by
 *               Schur's lemma the Hessian is one small block on each, the identity on the rest
 * Conventions.  whitened (Σ = I, Ω = I); unit Frobenius norm; a verdict is about the point given, which need
 *               not be stationary: near an optimum, rounded, it is the optimum's unless a sign is within
 *               rounding of 0; `loops` 1 with one layer has no C
 * Accuracy.     exact: rational blocks, signs by Sylvester's law of inertia
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond two layers applied
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function isotropicGdPlusPlusCurvature(
  setting: {
    readonly dim: number;
    readonly contextLength: number | bigint;
    readonly noiseVariance?: number | Rational;
  },
  layers: readonly { readonly stepSize: Rational; readonly covariateValue: Rational }[],
  loops: number,
): IsotropicGdPlusPlusCurvature {
  if ("covariance" in setting || "taskCovariance" in setting) {
    const requirement = "whitened: neither covariance nor taskCovariance";
    throw new ArgumentError("isotropicGdPlusPlusCurvature", "setting", requirement, setting);
  }
  const { dim } = setting;
  const applied = layers.length * loops;
  const readBy = layers.map((_, l) => applied > layers.length || l < layers.length - 1);
  const stack = {
    layers: layers.map(({ stepSize, covariateValue }) => ({
      preconditioner: diagonal(dim, () => stepSize),
      ...(applied > 1 ? { covariateValue: diagonal(dim, () => covariateValue) } : {}),
    })),
    loops,
  };
  const parameters = [
    ...layers.map((_, layer) => ({ layer, name: "preconditioner" as const })),
    ...layers.flatMap((_, layer) =>
      readBy[layer] ? [{ layer, name: "covariateValue" as const }] : [],
    ),
  ];
  const sectorOf = (
    shape: RationalMatrix,
    norm: Rational,
    multiplicity: number,
  ): IsotropicSector => {
    if (multiplicity === 0) return { block: [], multiplicity, positive: 0, negative: 0, zero: 0 };
    const along = (...moved: readonly (typeof parameters)[number][]): Rational => {
      const directions = layers.map<MatrixDirection>((_, layer) =>
        Object.fromEntries(
          moved.filter((one) => one.layer === layer).map(({ name }) => [name, shape]),
        ),
      );
      return gdPlusPlusCurvatureAlong(setting, stack, directions).exact!.over(norm);
    };
    const own = parameters.map((one) => along(one));
    const block = parameters.map((one, i) =>
      parameters.map((other, j) => (j < i ? along(one, other) : own[i]!)),
    );
    // Polarisation: 2h(D, D′) = h(D + D′) − h(D) − h(D′).
    for (const [i, row] of block.entries()) {
      for (let j = 0; j < i; j++) {
        row[j] = row[j]!.minus(own[i]!).minus(own[j]!).over(Rational.of(2));
        block[j]![i] = row[j]!;
      }
    }
    return { block, multiplicity, ...inertia(block) };
  };
  const one = Rational.ONE;
  const scalar = sectorOf(
    diagonal(dim, () => one),
    Rational.of(dim),
    1,
  );
  const split = diagonal(dim, (i) => (i === 0 ? one : i === 1 ? one.negated() : Rational.ZERO));
  const two = Rational.of(2);
  const symmetric = sectorOf(split, two, (dim * (dim + 1)) / 2 - 1);
  const rotation = diagonal(dim, () => Rational.ZERO).map((row, i) =>
    row.map((zero, j) => (i === 0 && j === 1 ? one : i === 1 && j === 0 ? one.negated() : zero)),
  );
  const antisymmetric = sectorOf(rotation, two, (dim * (dim - 1)) / 2);
  const sectors = [scalar, symmetric, antisymmetric];
  const isSaddle = sectors.some(({ negative }) => negative > 0);
  const isDegenerate = sectors.some(({ zero }) => zero > 0);
  return {
    verdict: isSaddle ? "saddle" : isDegenerate ? "degenerate" : "minimum",
    scalar,
    tracelessSymmetric: symmetric,
    antisymmetric,
  };
}

function diagonal(dim: number, entry: (i: number) => Rational): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => (i === j ? entry(i) : Rational.ZERO)),
  );
}
