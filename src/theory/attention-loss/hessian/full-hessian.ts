import { ArgumentError } from "../../../errors.js";
import { Matrix, symmetryBases } from "../../../numeric/matrix.js";
import { type PopulationSetting, requireSquare } from "../../population/setting.js";
import {
  type CheckedFullStack,
  checkStack,
  doublesOf,
  type FullStack,
  fullStackGradient,
} from "../full-stack.js";
import { linearizeProgram } from "../program/program-gradient.js";
import { addProgramHessian } from "../program/program-hessian.js";
import { isInvariant } from "../task-nodes.js";
import {
  combine,
  coordinates,
  type NamedMatrices,
  rotationTangents,
  type SectorDirection,
  type StackHessian,
  sectorHessian,
} from "./sector-hessian.js";
import { type StackVerdict, stackVerdict } from "./stack-verdict.js";

/** ∂²ℓ times a direction, or a direction, in one full layer. */
export interface FullStackDirection {
  readonly value: Matrix;
  readonly keyQuery: Matrix;
}

/**
 * Entries of P and Q that keep covariates and label apart, split by the symmetry of their d×d block, the
 * label's corner with the symmetric ones; and those between the two.
 */
export type FullStackSector = "symmetric" | "antisymmetric" | "between";

const SECTORS = ["symmetric", "antisymmetric", "between"] as const;

/**
 * Hessian of the loss of full layers in every P and Q, applied to a direction.
 *
 * Statement.    d/ds ∇ℓ(weights + s·directions) at s = 0, by forward over reverse
 * Throws.       as fullStackGradient; ArgumentError unless there is one fitting direction for each layer
 */
export function fullStackHessianProduct(
  setting: PopulationSetting,
  stack: FullStack,
  directions: readonly FullStackDirection[],
): FullStackDirection[] {
  const where = "fullStackHessianProduct";
  const problem = checkStack(where, setting, stack, { useSymmetry: false });
  if (directions.length !== stack.layers.length) {
    const requirement = `one for each of ${stack.layers.length} layers`;
    throw new ArgumentError(where, "directions", requirement, directions.length);
  }
  const named = new Map<string, Matrix>();
  for (const [l, { value, keyQuery }] of directions.entries()) {
    requireSquare(where, `directions[${l}].value`, value, problem.law.dim + 1);
    requireSquare(where, `directions[${l}].keyQuery`, keyQuery, problem.law.dim + 1);
    named.set(`P${l}`, value).set(`Q${l}`, keyQuery);
  }
  return toLayers(problem, stack)(hessianProducts(problem, stack, [named])[0]!);
}

/**
 * Dense Hessian of the loss of full layers, split by sector.
 *
 * Statement.    (w, y) and (−w, −y) have the same law, so that where P and Q are block diagonal the sector
 *               "between" meets no other; where the blocks are multiples of I, and Σ and Ω too, neither do
 *               the symmetric and antisymmetric ones
 * Conventions.  directions of unit Frobenius norm
 * Throws.       as fullStackGradient
 */
export function fullStackHessian(
  setting: PopulationSetting,
  stack: FullStack,
): StackHessian<FullStackSector, FullStackDirection> {
  const problem = checkStack("fullStackHessian", setting, stack, { useSymmetry: false });
  return denseHessian(problem, stack).hessian;
}

/** The verdict about stationary full layers, with where a saddle falls. */
export interface FullStackCriticalPoint extends StackVerdict {
  readonly hessian: StackHessian<FullStackSector, FullStackDirection>;
  /** Unit direction of the least curvature. */
  readonly direction: readonly FullStackDirection[];
}

/**
 * Whether stationary full layers are a local minimum, gauges, rotations and unread entries apart.
 *
 * Accuracy.     doubles, as `stackVerdict`; `fullStackCurvatureAlong` gives a proven sign along a direction
 * Throws.       as fullStackGradient
 */
export function fullStackCriticalPoint(
  setting: PopulationSetting,
  stack: FullStack,
): FullStackCriticalPoint {
  const problem = checkStack("fullStackCriticalPoint", setting, stack, { useSymmetry: false });
  const { hessian, basis } = denseHessian(problem, stack);
  const { layers } = fullStackGradient(setting, stack);
  const slopes = layers.flatMap(({ value, keyQuery }) => [value, keyQuery]);
  const norm = Math.hypot(...slopes.map((slope) => slope.norm("frobenius")));
  const flat = flatDirections(problem, stack).map((one) => coordinates(basis, one));
  const verdict = stackVerdict(hessian, flat, norm);
  const least = combine(verdict.coefficients.map((factor, i) => [factor, basis[i]!.direction]));
  return { ...verdict, hessian, direction: toLayers(problem, stack)(least) };
}

function denseHessian(problem: CheckedFullStack, stack: FullStack) {
  const { dim } = problem.law;
  const names = stack.layers.flatMap((_, l) => [`P${l}`, `Q${l}`]);
  const bySector = sectorMatrices(dim);
  const basis: SectorDirection<FullStackSector>[] = SECTORS.flatMap((sector) =>
    names.flatMap((name) =>
      bySector[sector].map((matrix) => ({ sector, direction: new Map([[name, matrix]]) })),
    ),
  );
  const directions = basis.map(({ direction }) => direction);
  const products = hessianProducts(problem, stack, directions);
  return { basis, hessian: sectorHessian(SECTORS, basis, products, toLayers(problem, stack)) };
}

/** An orthonormal basis of the (d + 1)×(d + 1) matrices. */
function sectorMatrices(dim: number): Record<FullStackSector, Matrix[]> {
  const size = dim + 1;
  const blocks = symmetryBases(dim);
  const padded = (matrix: Matrix) => Matrix.zeros(size, size).setSubMatrix(matrix, 0, 0);
  const between = Array.from({ length: dim }, (_, i) => [
    Matrix.zeros(size, size).set(i, dim, 1),
    Matrix.zeros(size, size).set(dim, i, 1),
  ]);
  return {
    symmetric: [...blocks.symmetric.map(padded), Matrix.zeros(size, size).set(dim, dim, 1)],
    antisymmetric: blocks.antisymmetric.map(padded),
    between: between.flat(),
  };
}

/** Task vectors outside, directions inside: a task's circuit is swept once for all of them. */
function hessianProducts(
  problem: CheckedFullStack,
  stack: FullStack,
  directions: readonly NamedMatrices[],
): NamedMatrices[] {
  const products = directions.map(() => zeroWeights(problem, stack.layers.length));
  const { bind } = doublesOf(problem);
  for (const node of problem.nodes) {
    const binding = bind(node);
    const point = linearizeProgram(problem.program, binding, [node.weight.toNumber()]);
    for (const [k, direction] of directions.entries()) {
      addProgramHessian(problem.program, binding, point, direction, products[k]!);
    }
  }
  return products;
}

function toLayers(problem: CheckedFullStack, { layers }: FullStack) {
  return (direction: NamedMatrices): FullStackDirection[] => {
    const all = new Map([...zeroWeights(problem, layers.length), ...direction]);
    return layers.map((_, l) => ({ value: all.get(`P${l}`)!, keyQuery: all.get(`Q${l}`)! }));
  };
}

function zeroWeights({ law }: CheckedFullStack, count: number): Map<string, Matrix> {
  const size = law.dim + 1;
  const names = Array.from({ length: count }, (_, l) => [`P${l}`, `Q${l}`]).flat();
  return new Map(names.map((name) => [name, Matrix.zeros(size, size)]));
}

/** Gauges P → cP, Q → Q/c; rotations; P above its last row in the last layer; Q's last column in a single one. */
function flatDirections({ law, applied, factors }: CheckedFullStack, { layers }: FullStack) {
  const size = law.dim + 1;
  const weights = new Map<string, Matrix>(
    layers
      .flatMap((_, l) => [`P${l}`, `Q${l}`])
      .map((name) => [
        name,
        new Matrix(factors.get(name)!.map((row) => row.map((entry) => entry.toNumber()))),
      ]),
  );
  const flat: NamedMatrices[] = layers.map(
    (_, l) =>
      new Map([
        [`P${l}`, weights.get(`P${l}`)!],
        [`Q${l}`, Matrix.mul(weights.get(`Q${l}`)!, -1)],
      ]),
  );
  const entry = (name: string, i: number, j: number) =>
    new Map([[name, Matrix.zeros(size, size).set(i, j, 1)]]);
  const last = layers.length - 1;
  for (let i = 0; i < size; i++) {
    if (applied === 1) flat.push(entry("Q0", i, law.dim));
    for (let j = 0; j < size && i < law.dim; j++) {
      if (applied === layers.length) flat.push(entry(`P${last}`, i, j));
    }
  }
  return isInvariant(law, []) ? [...flat, ...rotationTangents(weights, law.dim)] : flat;
}
