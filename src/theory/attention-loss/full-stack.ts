import { ArgumentError, HypothesisError, requireInteger } from "../../errors.js";
import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { ROUNDOFF, SAFETY } from "../population/circuit/float-traces.js";
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
import { type CubatureNode, cubatureSize } from "./gaussian-cubature.js";
import { attentionWords } from "./layer-words.js";
import { type ExactBinding, evaluateProgramExactly } from "./program/exact-program.js";
import { evaluateProgram, type FloatBinding } from "./program/float-program.js";
import { differentiateProgram } from "./program/program-gradient.js";
import { roundToDoubles, toRationals } from "./program/rational-product.js";
import { remembered } from "./program/remembered.js";
import { compileTraces, type TraceProgram } from "./program/trace-program.js";
import { settleLoss } from "./settle-loss.js";
import { isInvariant, promptScale, taskNodes } from "./task-nodes.js";

/**
 * One layer Z ← Z + (1/n) P Z M (Zᵀ Q Z) with any P = `value` and Q = `keyQuery`.
 *
 * Shapes.       (dim + 1)×(dim + 1), the label's row last
 */
export interface FullStackLayer {
  readonly value: Matrix | RationalMatrix;
  readonly keyQuery: Matrix | RationalMatrix;
}

/** k layers with weights of their own, the block applied L = `loops` times. */
export interface FullStack {
  readonly layers: readonly FullStackLayer[];
  readonly loops: number;
}

/** Loss and gradient at one point. */
export interface FullStackGradient {
  readonly value: number;
  /** ∂ℓ/∂P and ∂ℓ/∂Q of every layer. */
  readonly layers: readonly { readonly value: Matrix; readonly keyQuery: Matrix }[];
}

/** Largest dim by layers applied: the number of task vectors to average over, times their cost. */
const MAXIMAL_DIM = [Number.POSITIVE_INFINITY, 40, 4];

/** Largest dim of invariant weights, where 3 or 9 task vectors do. */
const MAXIMAL_INVARIANT_DIM = 40;

/** Task vectors beyond which doubles are not replaced by rationals unasked. */
const AFFORDABLE_EXACTLY = 50;

/**
 * Exact population loss of one or two layers with any (P, Q), tied or not.
 *
 * Statement.    Given w, the columns (x, y) of a prompt are Gaussian with covariance
 *               Φ(w) = [[Σ, Σw], [wᵀΣ, wᵀΣw + σ²]], and the mean of the squared error is a polynomial in
 *               1/n and traces of words in P, Q and Φ(w): degree 2 in Φ for one layer, 8 for two. It is a
 *               polynomial of degree 4, or 16, in w, whose mean a cubature formula takes exactly. Where
 *               Σ, Ω and all P, Q are multiples of I on the covariates and 0 beside them, only |w| matters.
 * Conventions.  1/n in the layers, no factor ½, noiseless query label
 * Accuracy.     |value − exact| ≤ errorBound; rationals as in populationLoss, but for two layers from
 *               dim 2 on, where they take 10 s to minutes, only when asked for
 * Throws.       ArgumentError for sizes that do not fit; HypothesisError beyond two layers applied (three
 *               are of degree 26), dim 40 for one layer, dim 4 for two (40 where only |w| matters)
 * Source.       derived here: docs/derivation-attention-loss.md
 */
export function fullStackLoss(
  setting: PopulationSetting,
  stack: FullStack,
  options: PopulationLossOptions = {},
): PopulationLoss {
  const problem = checkStack("fullStackLoss", setting, stack, { useSymmetry: true });
  const isDear = problem.nodes.length > AFFORDABLE_EXACTLY && problem.applied > 1;
  const settled = isDear ? { relativeTolerance: Number.POSITIVE_INFINITY, ...options } : options;
  // Full layers are given in doubles.
  const isRounded = hasRationals([problem.law.covariance, problem.law.taskCovariance]);
  const inDoubles = () => {
    let value = 0;
    let bound = 0;
    let magnitude = 0;
    const { bind } = doublesOf(problem);
    for (const node of problem.nodes) {
      const weight = node.weight.toNumber();
      const one = evaluateProgram(problem.program, bind(node))[0]!;
      value += weight * one.value;
      bound += Math.abs(weight) * one.errorBound;
      magnitude += Math.abs(weight * one.value);
    }
    const rounding = (problem.nodes.length + 4) * ROUNDOFF * magnitude;
    return { value, errorBound: SAFETY * (bound + rounding) };
  };
  return settleLoss(settled, isRounded ? undefined : inDoubles, () => {
    const { bind } = rationalsOf(problem);
    return problem.nodes.reduce(
      (sum, node) =>
        sum.plus(evaluateProgramExactly(problem.program, bind(node))[0]!.times(node.weight)),
      Rational.ZERO,
    );
  });
}

/**
 * The loss of `fullStackLoss` with its gradient in every P and Q.
 *
 * Accuracy.     that of the loss in doubles
 * Throws.       as fullStackLoss
 */
export function fullStackGradient(setting: PopulationSetting, stack: FullStack): FullStackGradient {
  // At an invariant point the slopes of single task vectors are not invariant.
  const problem = checkStack("fullStackGradient", setting, stack, { useSymmetry: false });
  const size = problem.law.dim + 1;
  const gradients = new Map<string, Matrix>(
    stack.layers.flatMap((_, l) => [
      [`P${l}`, Matrix.zeros(size, size)],
      [`Q${l}`, Matrix.zeros(size, size)],
    ]),
  );
  const { bind } = doublesOf(problem);
  let value = 0;
  for (const node of problem.nodes) {
    const weight = node.weight.toNumber();
    value += differentiateProgram(problem.program, bind(node), [weight], gradients);
  }
  return {
    value,
    layers: stack.layers.map((_, l) => ({
      value: gradients.get(`P${l}`)!,
      keyQuery: gradients.get(`Q${l}`)!,
    })),
  };
}

export interface CheckedFullStack {
  readonly law: CheckedSetting;
  readonly applied: number;
  readonly factors: ReadonlyMap<string, RationalMatrix>;
  readonly program: TraceProgram;
  readonly nodes: readonly CubatureNode[];
}

export function checkStack(
  where: string,
  setting: PopulationSetting,
  stack: FullStack,
  { useSymmetry }: { readonly useSymmetry: boolean },
): CheckedFullStack {
  const law = checkSetting(where, setting);
  const { layers, loops } = stack;
  const size = law.dim + 1;
  requireInteger(where, "loops", loops);
  if (layers.length === 0) throw new ArgumentError(where, "layers", "at least one layer", layers);
  for (const [l, { value, keyQuery }] of layers.entries()) {
    requireSquare(where, `layers[${l}].value`, value, size);
    requireSquare(where, `layers[${l}].keyQuery`, keyQuery, size);
  }
  const applied = layers.length * loops;
  if (applied >= MAXIMAL_DIM.length) {
    throw new HypothesisError(
      `${where}: exact losses of full (P, Q) layers reach ${MAXIMAL_DIM.length - 1} applications, got ${applied}; sample the loss instead: it is of degree 3^L − 1 = ${3 ** applied - 1} in the sample covariance, and three layers have 266 815 words where two have 45`,
    );
  }
  // Degree of the loss in the tokens' covariance, each factor of which is quadratic in w.
  const degree = 2 * (3 ** applied - 1);
  const matrices = layers.flatMap(({ value, keyQuery }) => [value, keyQuery]);
  const exact = matrices.map((matrix) => toRationals(matrix, size, size));
  const isRadial = useSymmetry && isInvariant(law, exact);
  const limit = isRadial ? MAXIMAL_INVARIANT_DIM : MAXIMAL_DIM[applied]!;
  if (law.dim > limit) {
    const alternative = useSymmetry
      ? `, or take P and Q that are block diagonal and multiples of I on the covariates (dim ${MAXIMAL_INVARIANT_DIM})`
      : "";
    throw new HypothesisError(
      `${where}: exact losses of ${applied} full (P, Q) ${applied === 1 ? "layer" : "layers"} reach dim ${limit}, got ${law.dim}, where ${cubatureSize(law.dim, degree)} task vectors would be needed, a circuit sweep each; sample the loss instead${alternative}`,
    );
  }
  const unit = toRationals(Matrix.zeros(size, 1).set(law.dim, 0, 1), size, 1);
  // Σ with a row and a column of zeros: the query has no label.
  const origin = new Array<Rational>(law.dim).fill(Rational.ZERO);
  const covariance = promptScale({ ...law, noiseVariance: Rational.ZERO }, origin);
  const factors = new Map<string, RationalMatrix>([
    ["e", unit],
    ["Σ", covariance],
  ]);
  for (const l of layers.keys()) {
    factors.set(`P${l}`, exact[2 * l]!);
    factors.set(`Q${l}`, exact[2 * l + 1]!);
  }
  return {
    law,
    applied,
    factors,
    program: programOf(
      JSON.stringify(Array.from({ length: applied }, (_, t) => t % layers.length)),
    ),
    nodes: taskNodes(law, degree, isRadial),
  };
}

const programOf = remembered((key) =>
  compileTraces([attentionWords(JSON.parse(key))], (gap) => gap),
);

/** What does not depend on the task vector is rounded once. */
export function doublesOf({ law, factors }: CheckedFullStack) {
  const rounded = new Map([...factors].map(([name, matrix]) => [name, roundToDoubles(matrix)]));
  const bind = (node: CubatureNode): FloatBinding => ({
    factors: new Map(rounded).set("w", roundToDoubles(padded(node))),
    scale: roundToDoubles(promptScale(law, node.point)),
    inverseN: inverse(law.n),
  });
  return { bind };
}

/** As doublesOf, exactly. */
export function rationalsOf({ law, factors }: CheckedFullStack) {
  const bind = (node: CubatureNode): ExactBinding => ({
    factors: new Map(factors).set("w", padded(node)),
    scale: promptScale(law, node.point),
    n: law.n,
  });
  return { bind };
}

function padded({ point }: CubatureNode): RationalMatrix {
  return [...point.map((entry) => [entry]), [Rational.ZERO]];
}
