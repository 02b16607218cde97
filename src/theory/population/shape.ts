import { ArgumentError, Description, HypothesisError } from "../../errors.js";
import type { LetterKind } from "./alphabet.js";
import type { PopulationShape } from "./population-polynomial.js";
import { type CheckedProblem, isExactlySymmetric } from "./setting.js";

/** Layers applied in a row beyond which no circuit is tried, by kind of letter. */
const MAXIMAL_LAYERS: Readonly<Record<LetterKind, number>> = {
  general: 6,
  symmetric: 9,
  normal: 8,
  orthogonal: 8,
};

/** Which loss is wanted: after the last loop only, or after every loop t = 0, …, L. */
export type Stages = "last" | "every-loop";

/**
 * The shape of a checked problem: which polynomial its loss is.
 *
 * Throws.       HypothesisError when the number of layers applied is out of reach
 */
export function shapeOf(
  where: string,
  problem: CheckedProblem,
  stages: Stages,
  kind: LetterKind = kindOf(problem),
): PopulationShape {
  const depth = problem.preconditioners.length;
  const applied = depth * problem.loops;
  if (applied > MAXIMAL_LAYERS[kind]) {
    throw new HypothesisError(
      `${where}: exact losses reach ${MAXIMAL_LAYERS[kind]} applied layers with ${kind} preconditioners, got ${applied}; sample the loss instead`,
    );
  }
  return {
    layers: Array.from({ length: applied }, (_, layer) => layer % depth),
    kind,
    hasPrior: problem.taskCovariance !== undefined || problem.readIn !== undefined,
    hasPlainPrior: problem.taskCovariance !== undefined,
    hasNoise: problem.noiseVariance.sign() > 0,
    stages:
      stages === "last"
        ? [applied]
        : Array.from({ length: problem.loops + 1 }, (_, loop) => loop * depth),
  };
}

/** "symmetric" when every preconditioner equals its transpose exactly, else "general". */
export function kindOf(problem: CheckedProblem): "symmetric" | "general" {
  const isSymmetric = problem.preconditioners.every((matrix) =>
    isExactlySymmetric(matrix, problem.dim),
  );
  return isSymmetric ? "symmetric" : "general";
}

/** "symmetric", or an ArgumentError when some preconditioner is not exactly symmetric. */
export function requireSymmetricKind(where: string, problem: CheckedProblem): "symmetric" {
  if (kindOf(problem) !== "symmetric") {
    const got = new Description("one that differs from its transpose");
    throw new ArgumentError(where, "preconditioners", "exactly symmetric matrices", got);
  }
  return "symmetric";
}
