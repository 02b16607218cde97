import { ArgumentError, HypothesisError, requireInteger } from "../../errors.js";
import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { inverse } from "../population/evaluate-float.js";
import type { PopulationLoss, PopulationLossOptions } from "../population/population-loss.js";
import {
  type CheckedSetting,
  checkSetting,
  hasRationals,
  type PopulationSetting,
  type RationalMatrix,
  requireSquare,
} from "../population/setting.js";
import { gdPlusPlusWords } from "./layer-words.js";
import { evaluateProgramExactly } from "./program/exact-program.js";
import { evaluateProgram, type FloatBinding } from "./program/float-program.js";
import { differentiateProgram } from "./program/program-gradient.js";
import { roundToDoubles, toRationals } from "./program/rational-product.js";
import { remembered } from "./program/remembered.js";
import { compileTraces } from "./program/trace-program.js";
import { settleLoss } from "./settle-loss.js";

/**
 * One layer P = [[C, 0], [uᵀ, 1]], Q = [[−A, 0], [0, 0]].
 *
 * Conventions.  A = `preconditioner`, u = `readIn` (absent: 0), C = `covariateValue` (absent: 0, gradient
 *               descent); in the coordinates of the prompt
 */
export interface GdPlusPlusStackLayer {
  readonly preconditioner: Matrix | RationalMatrix;
  readonly readIn?: readonly number[];
  readonly covariateValue?: Matrix | RationalMatrix;
}

/** k layers with weights of their own, the block applied L = `loops` times. */
export interface GdPlusPlusStack {
  readonly layers: readonly GdPlusPlusStackLayer[];
  readonly loops: number;
}

/** Loss and gradient at one point. */
export interface GdPlusPlusStackGradient {
  readonly value: number;
  /** ∂ℓ/∂A, ∂ℓ/∂u, ∂ℓ/∂C of every layer. */
  readonly layers: readonly {
    readonly preconditioner: Matrix;
    readonly readIn: readonly number[];
    readonly covariateValue: Matrix;
  }[];
}

/** Layers applied that circuits of at most 600 000 states reach, measured. */
const MAXIMAL_GD_PLUS_PLUS = 2;
const MAXIMAL_RESTRICTED = 4;

/**
 * Exact population loss of GD++ layers with any matrices, and of restricted layers whose read-in
 * vectors differ.
 *
 * Statement.    ℓ = E (ŷ − y_q)² = E tr(Ω R Σ Rᵀ) + E v Σ vᵀ + (σ²/n) E tr(Ŝ K Σ Kᵀ) with R, K, v the
 *               polynomials in Ŝ = XXᵀ/n of `gdPlusPlusWords`
 * Conventions.  1/n in the layers, no factor ½, noiseless query label
 * Accuracy.     as populationLoss
 * Throws.       ArgumentError for sizes that do not fit; HypothesisError beyond 2 layers applied with C,
 *               4 without: L layers are of degree 3^L − 1 in Ŝ with C, and degree 26 is out of reach
 * Source.       derived here: docs/derivation-attention-loss.md
 * @example
 * gdPlusPlusStackLoss(
 *   { dim: 1, contextLength: 20 },
 *   { layers: [{ preconditioner: [[Rational.of(10, 11)]] }], loops: 1 },
 * ).exact?.toString()  // → "1/11"
 */
export function gdPlusPlusStackLoss(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
  options: PopulationLossOptions = {},
): PopulationLoss {
  const problem = checkStack("gdPlusPlusStackLoss", setting, stack);
  const program = programOf(problem.key);
  const { noiseVariance, n } = problem.law;
  const isRounded = hasRationals([
    problem.law.covariance,
    problem.law.taskCovariance,
    ...stack.layers.flatMap((layer) => [layer.preconditioner, layer.covariateValue]),
  ]);
  const inDoubles = () => {
    const [residual, noise] = evaluateProgram(program, bindDoubles(problem));
    const factor = noiseVariance.toNumber() * inverse(n);
    const value = residual!.value + factor * noise!.value;
    const rounding = 2 ** -50 * (Math.abs(residual!.value) + factor * Math.abs(noise!.value));
    return { value, errorBound: residual!.errorBound + factor * noise!.errorBound + rounding };
  };
  return settleLoss(options, isRounded ? undefined : inDoubles, () => {
    const scale = exactFactors(problem).get("Σ")!;
    const binding = { factors: exactFactors(problem), scale, n };
    const [residual, noise] = evaluateProgramExactly(program, binding);
    return residual!.plus(noise!.times(noiseVariance).over(Rational.of(n)));
  });
}

/**
 * The loss of `gdPlusPlusStackLoss` with its gradient in every A, u and C.
 *
 * Accuracy.     that of the loss in doubles: absolute error about its errorBound per unit of A
 * Throws.       as gdPlusPlusStackLoss
 */
export function gdPlusPlusStackGradient(
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
): GdPlusPlusStackGradient {
  const problem = checkStack("gdPlusPlusStackGradient", setting, stack);
  const { dim, n, noiseVariance } = problem.law;
  const gradients = new Map<string, Matrix>(
    stack.layers.flatMap((_, l) => [
      [`A${l}`, Matrix.zeros(dim, dim)],
      [`C${l}`, Matrix.zeros(dim, dim)],
      [`u${l}`, Matrix.zeros(dim, 1)],
    ]),
  );
  const weights = [1, noiseVariance.toNumber() * inverse(n)];
  const binding = bindDoubles(problem);
  const value = differentiateProgram(programOf(problem.key), binding, weights, gradients);
  return {
    value,
    layers: stack.layers.map((_, l) => ({
      preconditioner: gradients.get(`A${l}`)!,
      // The loss is quadratic in the read-ins: where all vanish, so does this.
      readIn: gradients.get(`u${l}`)!.to1DArray(),
      covariateValue: gradients.get(`C${l}`)!,
    })),
  };
}

export interface CheckedStack {
  readonly law: CheckedSetting;
  readonly layers: readonly GdPlusPlusStackLayer[];
  /** What the program depends on. */
  readonly key: string;
}

/**
 * Checks a problem and names its program.
 *
 * @param moves  whether the program must know words with C, or u, that vanish at the weights themselves
 */
export function checkStack(
  where: string,
  setting: PopulationSetting,
  stack: GdPlusPlusStack,
  moves: { readonly covariateValue?: boolean; readonly readIn?: boolean } = {},
): CheckedStack {
  const law = checkSetting(where, setting);
  const { layers, loops } = stack;
  requireInteger(where, "loops", loops);
  if (layers.length === 0) throw new ArgumentError(where, "layers", "at least one layer", layers);
  for (const [l, { preconditioner, readIn, covariateValue }] of layers.entries()) {
    requireSquare(where, `layers[${l}].preconditioner`, preconditioner, law.dim);
    if (covariateValue)
      requireSquare(where, `layers[${l}].covariateValue`, covariateValue, law.dim);
    if (readIn && (readIn.length !== law.dim || !readIn.every(Number.isFinite))) {
      throw new ArgumentError(where, `layers[${l}].readIn`, `${law.dim} finite numbers`, readIn);
    }
  }
  const covariateValue =
    moves.covariateValue === true || layers.some((layer) => layer.covariateValue !== undefined);
  const applied = layers.length * loops;
  const limit = covariateValue ? MAXIMAL_GD_PLUS_PLUS : MAXIMAL_RESTRICTED;
  if (applied > limit) {
    const [what, reason, alternative] = covariateValue
      ? [
          "GD++ layers",
          `of degree 3^L − 1 = ${3 ** applied - 1} in the sample covariance`,
          " (multiples of the identity are exact to 5 layers: gdPlusPlusLoss)",
        ]
      : ["layers with read-ins of their own", "with a letter for every pair of read-ins", ""];
    throw new HypothesisError(
      `${where}: exact losses of ${what} reach ${limit} applications, got ${applied}; sample the loss instead${alternative}: it is ${reason}, and circuits end at 600 000 states`,
    );
  }
  const key = JSON.stringify({
    layers: Array.from({ length: applied }, (_, t) => t % layers.length),
    covariateValue,
    readIn:
      moves.readIn === true || layers.some((layer) => layer.readIn?.some((entry) => entry !== 0)),
    noise: law.noiseVariance.sign() > 0,
    isInverse: law.taskCovariance === undefined,
  });
  return { law, layers, key };
}

export const programOf = remembered((key) => {
  const { layers, isInverse, ...has } = JSON.parse(key);
  const { residual, noise } = gdPlusPlusWords(layers, has);
  return compileTraces([residual, noise], isInverse ? cancelPrior : (gap) => gap);
});

/** ΩΣ = I; and a gap Ω, times the scale Σ of G, is the identity. */
function cancelPrior(gap: string): string {
  const left = gap.split(" ").filter((name) => name !== "Ω");
  if (left.length === gap.split(" ").length) return gap;
  const at = gap.split(" ").indexOf("Ω");
  // Σ stands on one side of Ω, unless the gap is Ω alone.
  if (left.length > 0) left.splice(left[at] === "Σ" ? at : at - 1, 1);
  return left.join(" ");
}

export function bindDoubles(problem: CheckedStack): FloatBinding {
  const factors = new Map(
    [...exactFactors(problem)].map(([name, matrix]) => [name, roundToDoubles(matrix)]),
  );
  return { factors, scale: factors.get("Σ")!, inverseN: inverse(problem.law.n) };
}

export function exactFactors({ law, layers }: CheckedStack): Map<string, RationalMatrix> {
  const { dim, taskCovariance } = law;
  const eye = toRationals(Matrix.eye(dim), dim, dim);
  const zero = toRationals(Matrix.zeros(dim, dim), dim, dim);
  const factors = new Map<string, RationalMatrix>([
    ["Σ", law.covariance ? toRationals(law.covariance, dim, dim) : eye],
  ]);
  if (taskCovariance !== undefined) {
    const named = taskCovariance === "identity";
    factors.set("Ω", named ? eye : toRationals(taskCovariance, dim, dim));
  }
  for (const [l, { preconditioner, readIn, covariateValue }] of layers.entries()) {
    factors.set(`A${l}`, toRationals(preconditioner, dim, dim));
    factors.set(`C${l}`, covariateValue ? toRationals(covariateValue, dim, dim) : zero);
    const vector = readIn ?? new Array<number>(dim).fill(0);
    factors.set(
      `u${l}`,
      vector.map((entry) => [Rational.fromNumber(entry)]),
    );
  }
  return factors;
}
