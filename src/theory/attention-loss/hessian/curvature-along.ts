import { ArgumentError } from "../../../errors.js";
import { Matrix } from "../../../numeric/matrix.js";
import { curvatureWeights } from "../../../numeric/polynomial-curvature.js";
import { Rational } from "../../../numeric/rational.js";
import { ROUNDOFF, SAFETY } from "../../population/circuit/float-traces.js";
import type { PopulationLoss } from "../../population/population-loss.js";
import {
  type PopulationSetting,
  type RationalMatrix,
  requireSquare,
} from "../../population/setting.js";
import { checkStack as checkFullStack, type FullStack, fullStackLoss } from "../full-stack.js";
import { checkStack, type GdPlusPlusStack, gdPlusPlusStackLoss } from "../gd-plus-plus-stack.js";
import { addRationals, scaleRationals, toRationals } from "../program/rational-product.js";

/** A second derivative along a line. */
export interface CurvatureAlong {
  readonly value: number;
  /** 0 where doubles cannot tell. */
  readonly sign: -1 | 0 | 1;
  readonly errorBound: number;
  /** Where all losses were rationals. */
  readonly exact?: Rational;
}

/** A direction in A and C of one GD++ layer; what is absent does not move. */
export interface MatrixDirection {
  readonly preconditioner?: Matrix | RationalMatrix;
  readonly covariateValue?: Matrix | RationalMatrix;
}

/**
 * The second derivative of the GD++ loss along a line, exactly.
 *
 * Statement.    the loss is a polynomial of degree 2(3^L − 1 − L) in (A, C), 2(3^L − 2) with a read-in, 2L without
 *               C: a central difference of full order over exact losses is d²/ds² ℓ(weights + s·direction)
 * Accuracy.     exact for the doubles or rationals given; so is the sign
 * Throws.       as gdPlusPlusStackLoss; ArgumentError unless there is one fitting direction for each layer
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function gdPlusPlusCurvatureAlong(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
  directions: readonly MatrixDirection[],
): CurvatureAlong {
  const where = "gdPlusPlusCurvatureAlong";
  const { law, key } = checkStack(where, setting, stack);
  const { dim } = law;
  requireOneEach(where, stack.layers.length, directions.length);
  for (const [l, direction] of directions.entries()) {
    for (const [name, matrix] of Object.entries(direction)) {
      if (matrix !== undefined) requireSquare(where, `directions[${l}].${name}`, matrix, dim);
    }
  }
  const applied = JSON.parse(key).layers.length;
  const hasCovariates =
    stack.layers.some(({ covariateValue }) => covariateValue !== undefined) ||
    directions.some(({ covariateValue }) => covariateValue !== undefined);
  const hasReadIn = stack.layers.some(({ readIn }) => readIn !== undefined);
  const degree = hasCovariates ? 3 ** applied - (hasReadIn ? 2 : 1 + applied) : applied;
  const move = (
    from: Matrix | RationalMatrix,
    way: Matrix | RationalMatrix | undefined,
    s: number,
  ) => movedMatrix(from, way, Rational.of(s), dim);
  return curvature(2 * degree, Rational.ONE, (step) => {
    const layers = stack.layers.map((layer, l) => {
      const { covariateValue = Matrix.zeros(dim, dim) } = layer;
      return {
        ...layer,
        preconditioner: move(layer.preconditioner, directions[l]!.preconditioner, step),
        ...(hasCovariates
          ? { covariateValue: move(covariateValue, directions[l]!.covariateValue, step) }
          : {}),
      };
    });
    return gdPlusPlusStackLoss(setting, { ...stack, layers }, { exact: true });
  });
}

/**
 * The second derivative of the loss of full layers along a line, with a bound on its error.
 *
 * Statement.    as gdPlusPlusCurvatureAlong, the degree being 2(3^L − 1) in (P, Q): the difference formula has no
 *               error of its own, so that the losses' bounds alone make the interval
 * Conventions.  losses are taken at multiples of `step` times the direction
 * Accuracy.     |value − exact| ≤ errorBound; sign ≠ 0 is proven
 * Throws.       as fullStackLoss; ArgumentError unless there is one fitting direction for each layer
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function fullStackCurvatureAlong(
  setting: PopulationSetting,
  stack: FullStack,
  directions: readonly { readonly value: Matrix; readonly keyQuery: Matrix }[],
  step = 2 ** -4,
): CurvatureAlong {
  const where = "fullStackCurvatureAlong";
  const { law, applied } = checkFullStack(where, setting, stack, { useSymmetry: false });
  const size = law.dim + 1;
  requireOneEach(where, stack.layers.length, directions.length);
  if (!(step > 0 && Number.isFinite(step))) {
    throw new ArgumentError(where, "step", "positive and finite", step);
  }
  for (const [l, { value, keyQuery }] of directions.entries()) {
    requireSquare(where, `directions[${l}].value`, value, size);
    requireSquare(where, `directions[${l}].keyQuery`, keyQuery, size);
  }
  const unit = Rational.fromNumber(step);
  return curvature(2 * (3 ** applied - 1), unit, (multiple) => {
    const s = unit.times(Rational.of(multiple));
    const layers = stack.layers.map(({ value, keyQuery }, l) => ({
      value: movedMatrix(value, directions[l]!.value, s, size),
      keyQuery: movedMatrix(keyQuery, directions[l]!.keyQuery, s, size),
    }));
    return fullStackLoss(setting, { ...stack, layers }, { relativeTolerance: Infinity });
  });
}

function requireOneEach(where: string, layers: number, got: number): void {
  if (got !== layers) {
    throw new ArgumentError(where, "directions", `one for each of ${layers} layers`, got);
  }
}

function movedMatrix(
  from: Matrix | RationalMatrix,
  way: Matrix | RationalMatrix | undefined,
  step: Rational,
  size: number,
): RationalMatrix {
  const start = toRationals(from, size, size);
  if (way === undefined) return start;
  return addRationals(start, scaleRationals(toRationals(way, size, size), step));
}

/** Σ w_j (f(j) + f(−j) − 2f(0))/unit², of losses with bounds. */
function curvature(
  degree: number,
  unit: Rational,
  lossAt: (multiple: number) => PopulationLoss,
): CurvatureAlong {
  const weights = curvatureWeights(degree);
  const scale = Rational.ONE.over(unit.power(2));
  const terms = weights.flatMap((weight, i) => {
    const factor = weight.times(scale);
    return [i + 1, -i - 1].map((multiple) => ({ factor, loss: lossAt(multiple) }));
  });
  const total = weights.reduce((sum, weight) => sum.plus(weight), Rational.ZERO);
  terms.push({ factor: total.times(scale).times(Rational.of(-2)), loss: lossAt(0) });
  // The losses are doubles or fractions: summed as fractions, they add no error.
  const sum = terms.reduce(
    (total, { factor, loss }) =>
      total.plus(factor.times(loss.exact ?? Rational.fromNumber(loss.value))),
    Rational.ZERO,
  );
  const value = sum.toNumber();
  if (terms.every(({ loss }) => loss.exact !== undefined)) {
    return { value, sign: sum.sign(), errorBound: ROUNDOFF * Math.abs(value), exact: sum };
  }
  const errorBound =
    SAFETY *
    terms.reduce(
      (bound, { factor, loss }) => bound + Math.abs(factor.toNumber()) * loss.errorBound,
      ROUNDOFF * Math.abs(value),
    );
  const sign = value > errorBound ? 1 : value < -errorBound ? -1 : 0;
  return { value, sign, errorBound };
}
