import { ArgumentError, Description, HypothesisError } from "../../errors.js";
import type { PopulationShape } from "./population-polynomial.js";
import { type CheckedProblem, isExactlySymmetric } from "./setting.js";

/** Layers applied in a row that a circuit of at most MAXIMAL_STATES states reaches, measured. */
const MAXIMAL_LAYERS = {
  general: { oneLetter: 6, withPrior: 5, severalLetters: 4 },
  symmetric: { oneLetter: 9, withPrior: 8, severalLetters: 6 },
} as const;

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
  kind: "general" | "symmetric" = kindOf(problem),
): PopulationShape {
  const depth = problem.preconditioners.length;
  const applied = depth * problem.loops;
  const hasPrior = problem.taskCovariance !== undefined || problem.readIn !== undefined;
  const limits = MAXIMAL_LAYERS[kind];
  const [limit, what] =
    depth > 1
      ? [limits.severalLetters, "several layers"]
      : hasPrior
        ? [limits.withPrior, "one layer and a prior or read-in"]
        : [limits.oneLetter, "one layer"];
  if (applied > limit) {
    throw new HypothesisError(
      `${where}: exact losses of ${what}, ${kind} preconditioners, reach ${limit} applications, got ${applied}; sample the loss instead`,
    );
  }
  return {
    layers: Array.from({ length: applied }, (_, layer) => layer % depth),
    kind,
    hasPrior,
    hasPlainPrior: problem.taskCovariance !== undefined,
    hasNoise: problem.noiseVariance.sign() > 0,
    stages:
      stages === "last"
        ? [applied]
        : Array.from({ length: problem.loops + 1 }, (_, loop) => loop * depth),
  };
}

/** "symmetric" when every preconditioner equals its transpose exactly, else "general". */
function kindOf(problem: CheckedProblem): "symmetric" | "general" {
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
