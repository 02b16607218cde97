import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { roundingFactor } from "../population/circuit/float-traces.js";
import { inverse } from "../population/evaluate-float.js";
import {
  hasRationals,
  type PopulationSetting,
  type RationalMatrix,
} from "../population/setting.js";
import {
  checkStack as checkFullStack,
  doublesOf,
  type FullStack,
  rationalsOf,
} from "./full-stack.js";
import {
  bindDoubles,
  checkStack,
  exactFactors,
  type GdPlusPlusStack,
  programOf,
} from "./gd-plus-plus-stack.js";
import { boundedProgramGradient, sumOf } from "./program/bounded-program-gradient.js";
import { differentiateProgramExactly } from "./program/exact-program-gradient.js";
import type { BoundedFactor } from "./program/float-program.js";
import { addRationals, roundToDoubles } from "./program/rational-product.js";

/** A gradient with bounds on its error. */
export interface BoundedStackGradient<Layer> {
  readonly layers: readonly Layer[];
  /** Largest ‖computed − exact‖_F over the matrices of all layers. */
  readonly errorBound: number;
  /** "exact" when rational arithmetic was used and only the last rounding remains. */
  readonly method: "float" | "exact";
}

/** How exact a bounded gradient has to be. */
export interface BoundedGradientOptions {
  /** Also (and only) in rational arithmetic. */
  readonly exact?: boolean;
  /** Bound, relative to the gradient's norm, above which doubles give way to rationals; 1e−6 when absent. */
  readonly relativeTolerance?: number;
}

/**
 * Gradient of the GD++ loss in every A and C, with a rigorous bound on its error.
 *
 * Statement.    as gdPlusPlusStackGradient; doubles while the bound is small enough, else (and for rational
 *               weights) rationals
 * Accuracy.     ‖computed − exact‖_F ≤ errorBound for every matrix
 * Throws.       as gdPlusPlusStackLoss
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function boundedGdPlusPlusStackGradient(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
  options: BoundedGradientOptions = {},
): BoundedStackGradient<{ readonly preconditioner: Matrix; readonly covariateValue: Matrix }> {
  const problem = checkStack("boundedGdPlusPlusStackGradient", setting, stack);
  const { dim, n, noiseVariance, covariance, taskCovariance } = problem.law;
  const program = programOf(problem.key);
  const names = stack.layers.flatMap((_, l) => [`A${l}`, `C${l}`]);
  const isRounded = hasRationals([
    covariance,
    taskCovariance,
    ...stack.layers.flatMap((layer) => [layer.preconditioner, layer.covariateValue]),
  ]);
  const weights = [1, noiseVariance.toNumber() * inverse(n)];
  const { found, method } = settleGradient(
    options,
    isRounded
      ? undefined
      : () => boundedProgramGradient(program, bindDoubles(problem), weights, names),
    () => {
      const factors = exactFactors(problem);
      const binding = { factors, scale: factors.get("Σ")!, n };
      const exactWeights = [Rational.ONE, noiseVariance.over(Rational.of(n))];
      return differentiateProgramExactly(program, binding, exactWeights, names).gradients;
    },
  );
  const at = (name: string) => found.get(name)?.matrix ?? Matrix.zeros(dim, dim);
  return {
    layers: stack.layers.map((_, l) => ({
      preconditioner: at(`A${l}`),
      covariateValue: at(`C${l}`),
    })),
    errorBound: largestError(found),
    method,
  };
}

/**
 * Gradient of the loss of full layers in every P and Q, with a rigorous bound on its error.
 *
 * Statement.    as fullStackGradient; the task vectors' bounds are added with |weight|
 * Accuracy.     ‖computed − exact‖_F ≤ errorBound for every matrix. Rationals, where two layers take minutes
 *               from dim 2 on, only when asked for: relativeTolerance is then no condition
 * Throws.       as fullStackGradient
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function boundedFullStackGradient(
  setting: PopulationSetting,
  stack: FullStack,
  { exact = false, relativeTolerance = Number.POSITIVE_INFINITY }: BoundedGradientOptions = {},
): BoundedStackGradient<{ readonly value: Matrix; readonly keyQuery: Matrix }> {
  const where = "boundedFullStackGradient";
  const problem = checkFullStack(where, setting, stack, { useSymmetry: false });
  const { law, program, nodes } = problem;
  const size = law.dim + 1;
  const names = stack.layers.flatMap((_, l) => [`P${l}`, `Q${l}`]);
  const inDoubles = () => {
    const { bind } = doublesOf(problem);
    const perNode = nodes.map((node) =>
      boundedProgramGradient(program, bind(node), [node.weight.toNumber()], names),
    );
    return new Map(
      names.map((name) => {
        const terms = perNode.map((gradient) => gradient.get(name)!);
        return [name, sumOf(terms, Matrix.zeros(size, size))];
      }),
    );
  };
  const inRationals = () => {
    const { bind } = rationalsOf(problem);
    const sums = new Map<string, RationalMatrix>();
    for (const node of nodes) {
      const { gradients } = differentiateProgramExactly(program, bind(node), [node.weight], names);
      for (const [name, matrix] of gradients) {
        const before = sums.get(name);
        sums.set(name, before === undefined ? matrix : addRationals(before, matrix));
      }
    }
    return sums;
  };
  const isRounded = hasRationals([law.covariance, law.taskCovariance]);
  const { found, method } = settleGradient(
    { exact, relativeTolerance },
    isRounded ? undefined : inDoubles,
    inRationals,
  );
  const at = (name: string) => found.get(name)?.matrix ?? Matrix.zeros(size, size);
  return {
    layers: stack.layers.map((_, l) => ({ value: at(`P${l}`), keyQuery: at(`Q${l}`) })),
    errorBound: largestError(found),
    method,
  };
}

/** A gradient in doubles where its bound is small enough, else in rationals. */
function settleGradient(
  { exact = false, relativeTolerance = 1e-6 }: BoundedGradientOptions,
  inDoubles: (() => ReadonlyMap<string, BoundedFactor>) | undefined,
  inRationals: () => ReadonlyMap<string, RationalMatrix>,
): { found: ReadonlyMap<string, BoundedFactor>; method: "float" | "exact" } {
  if (!exact && inDoubles !== undefined) {
    const found = inDoubles();
    const norm = Math.hypot(...[...found.values()].map(({ matrix }) => matrix.norm("frobenius")));
    if (largestError(found) <= relativeTolerance * norm) return { found, method: "float" };
  }
  const found = new Map(
    [...inRationals()].map(([name, matrix]) => {
      const { matrix: rounded } = roundToDoubles(matrix);
      return [name, { matrix: rounded, error: roundingFactor(2) * rounded.norm("frobenius") }];
    }),
  );
  return { found, method: "exact" };
}

function largestError(found: ReadonlyMap<string, BoundedFactor>): number {
  return Math.max(0, ...[...found.values()].map(({ error }) => error));
}
