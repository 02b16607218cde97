import { ArgumentError } from "../../../errors.js";
import { Matrix, symmetryBases } from "../../../numeric/matrix.js";
import { inverse } from "../../population/evaluate-float.js";
import { type PopulationSetting, requireSquare } from "../../population/setting.js";
import {
  bindDoubles,
  type CheckedStack,
  checkStack,
  type GdPlusPlusStack,
  gdPlusPlusStackGradient,
  programOf,
} from "../gd-plus-plus-stack.js";
import { linearizeProgram } from "../program/program-gradient.js";
import { addProgramHessian } from "../program/program-hessian.js";
import { toRationals } from "../program/rational-product.js";
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

/** A direction in one GD++ layer; what is absent does not move. */
export interface GdPlusPlusDirection {
  readonly preconditioner?: Matrix;
  readonly readIn?: readonly number[];
  readonly covariateValue?: Matrix;
}

/** A Hessian times a direction, or a unit direction, in one GD++ layer. */
export interface GdPlusPlusSlope {
  readonly preconditioner: Matrix;
  readonly readIn: readonly number[];
  readonly covariateValue: Matrix;
}

/** Symmetric and antisymmetric A and C. */
export type GdPlusPlusSector = "symmetric" | "antisymmetric";

/**
 * Hessian of the GD++ loss in every A, u and C, applied to a direction.
 *
 * Statement.    d/ds ∇ℓ(weights + s·directions) at s = 0, by forward over reverse
 * Throws.       as gdPlusPlusStackLoss; ArgumentError unless there is one fitting direction for each layer
 */
export function gdPlusPlusStackHessianProduct(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
  directions: readonly GdPlusPlusDirection[],
): GdPlusPlusSlope[] {
  const where = "gdPlusPlusStackHessianProduct";
  const problem = checkStack(where, setting, stack, {
    covariateValue: directions.some(({ covariateValue }) => covariateValue !== undefined),
    readIn: directions.some(({ readIn }) => readIn?.some((entry) => entry !== 0)),
  });
  const { dim } = problem.law;
  if (directions.length !== stack.layers.length) {
    const requirement = `one for each of ${stack.layers.length} layers`;
    throw new ArgumentError(where, "directions", requirement, directions.length);
  }
  const named = new Map<string, Matrix>();
  for (const [l, { preconditioner, readIn, covariateValue }] of directions.entries()) {
    for (const [name, matrix] of [
      ["preconditioner", preconditioner],
      ["covariateValue", covariateValue],
    ] as const) {
      if (matrix === undefined) continue;
      requireSquare(where, `directions[${l}].${name}`, matrix, dim);
      named.set(`${name === "preconditioner" ? "A" : "C"}${l}`, matrix);
    }
    if (readIn === undefined) continue;
    if (readIn.length !== dim || !readIn.every(Number.isFinite)) {
      throw new ArgumentError(where, `directions[${l}].readIn`, `${dim} finite numbers`, readIn);
    }
    named.set(`u${l}`, Matrix.columnVector([...readIn]));
  }
  return toLayers(problem)(hessianProducts(problem, [named])[0]!);
}

/**
 * Dense Hessian of the GD++ loss in every A and C, split by symmetry.
 *
 * Statement.    at A, C that are multiples of I, Σ = I and a prior that is one too, no symmetric direction
 *               meets an antisymmetric one
 * Conventions.  directions of unit Frobenius norm in the coordinates of the prompt; C moves where the stack
 *               has it; read-ins are held: ℓ(A, C, u) ≥ ℓ(A, C, 0), so that at u = 0 they add nothing negative
 * Throws.       as gdPlusPlusStackLoss
 */
export function gdPlusPlusStackHessian(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
): StackHessian<GdPlusPlusSector, GdPlusPlusSlope> {
  const problem = checkStack("gdPlusPlusStackHessian", setting, stack);
  return denseHessian(problem).hessian;
}

/** The verdict about stationary GD++ layers, with where a saddle falls. */
export interface GdPlusPlusCriticalPoint extends StackVerdict {
  readonly hessian: StackHessian<GdPlusPlusSector, GdPlusPlusSlope>;
  /** Unit direction of the least curvature. */
  readonly direction: readonly GdPlusPlusSlope[];
}

/**
 * Whether stationary GD++ layers are a local minimum in A and C, rotations and unread weights apart.
 *
 * Accuracy.     doubles, as `stackVerdict`; `gdPlusPlusCurvatureAlong` gives the exact sign along a direction,
 *               and `isotropicGdPlusPlusCurvature` all exact signs at multiples of I
 * Throws.       as gdPlusPlusStackLoss
 */
export function gdPlusPlusCriticalPoint(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
): GdPlusPlusCriticalPoint {
  const problem = checkStack("gdPlusPlusCriticalPoint", setting, stack);
  const { hessian, basis } = denseHessian(problem);
  const gradient = gdPlusPlusStackGradient(setting, stack);
  const slopes = gradient.layers.flatMap(({ preconditioner, covariateValue }) =>
    movesCovariates(problem) ? [preconditioner, covariateValue] : [preconditioner],
  );
  const norm = Math.hypot(...slopes.map((slope) => slope.norm("frobenius")));
  const flat = flatDirections(problem).map((one) => coordinates(basis, one));
  const verdict = stackVerdict(hessian, flat, norm);
  const least = combine(verdict.coefficients.map((factor, i) => [factor, basis[i]!.direction]));
  return { ...verdict, hessian, direction: toLayers(problem)(least) };
}

function denseHessian(problem: CheckedStack) {
  const names = problem.layers.flatMap((_, l) =>
    movesCovariates(problem) ? [`A${l}`, `C${l}`] : [`A${l}`],
  );
  const basis: SectorDirection<GdPlusPlusSector>[] = (
    ["symmetric", "antisymmetric"] as const
  ).flatMap((sector) =>
    names.flatMap((name) =>
      symmetryBases(problem.law.dim)[sector].map((matrix) => ({
        sector,
        direction: new Map([[name, matrix]]),
      })),
    ),
  );
  const products = hessianProducts(
    problem,
    basis.map(({ direction }) => direction),
  );
  const sectors = ["symmetric", "antisymmetric"] as const;
  return { basis, hessian: sectorHessian(sectors, basis, products, toLayers(problem)) };
}

function movesCovariates({ layers }: CheckedStack): boolean {
  return layers.some(({ covariateValue }) => covariateValue !== undefined);
}

function hessianProducts(
  problem: CheckedStack,
  directions: readonly NamedMatrices[],
): NamedMatrices[] {
  const { noiseVariance, n } = problem.law;
  const program = programOf(problem.key);
  const binding = bindDoubles(problem);
  const weights = [1, noiseVariance.toNumber() * inverse(n)];
  const point = linearizeProgram(program, binding, weights);
  return directions.map((direction) => {
    const product = zeroWeights(problem);
    addProgramHessian(program, binding, point, direction, product);
    return product;
  });
}

function zeroWeights({ law, layers }: CheckedStack): Map<string, Matrix> {
  const { dim } = law;
  return new Map(
    layers.flatMap((_, l) => [
      [`A${l}`, Matrix.zeros(dim, dim)],
      [`C${l}`, Matrix.zeros(dim, dim)],
      [`u${l}`, Matrix.zeros(dim, 1)],
    ]),
  );
}

function toLayers(problem: CheckedStack) {
  return (direction: NamedMatrices): GdPlusPlusSlope[] => {
    const all = new Map([...zeroWeights(problem), ...direction]);
    return problem.layers.map((_, l) => ({
      preconditioner: all.get(`A${l}`)!,
      readIn: all.get(`u${l}`)!.to1DArray(),
      covariateValue: all.get(`C${l}`)!,
    }));
  };
}

/** Rotations of a law without preferred directions, and the C that no later layer reads. */
function flatDirections({ law, layers, key }: CheckedStack): NamedMatrices[] {
  const { dim } = law;
  const last = layers.length - 1;
  const unread: NamedMatrices[] =
    JSON.parse(key).layers.length > layers.length
      ? []
      : Object.values(symmetryBases(dim))
          .flat()
          .map((matrix) => new Map([[`C${last}`, matrix]]));
  if (!isInvariant(law, [])) return unread;
  const weights = new Map<string, Matrix>();
  for (const [l, { preconditioner, covariateValue }] of layers.entries()) {
    for (const [name, matrix] of [
      [`A${l}`, preconditioner],
      [`C${l}`, covariateValue],
    ] as const) {
      if (matrix === undefined) continue;
      const exact = toRationals(matrix, dim, dim);
      weights.set(name, new Matrix(exact.map((row) => row.map((entry) => entry.toNumber()))));
    }
  }
  return [...unread, ...rotationTangents(weights, dim)];
}
