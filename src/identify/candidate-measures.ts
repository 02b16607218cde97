import { iteratePredictions } from "../baseline/gradient-descent.js";
import type { Candidate } from "./candidates.js";
import type { ModelAnswer } from "./model-answers.js";
import type { OptimalBaseline } from "./optimum/optimal-baselines.js";
import type { StratifiedPrompt } from "./prompt-strata.js";

/** Squared differences this small are rounding, and count as none. */
const ROUNDING = 1e-16;

/**
 * Squared difference of two predictions in variances of the response, at most 1.
 *
 * The cap keeps a mean finite where inverses of near-singular covariances have no variance.
 */
function cappedSquare(difference: number, responseScale: number): number {
  const square = (difference / responseScale) ** 2;
  return square < ROUNDING ? 0 : Math.min(square, 1);
}

/** Capped squared differences of the model's last predictions to a candidate's, one a prompt. */
export function predictionSquares(
  answers: readonly ModelAnswer[],
  { predictions }: Candidate,
  responseScale: number,
): Float64Array {
  return Float64Array.from(answers, ({ prediction }, i) =>
    cappedSquare(prediction - predictions[i]!, responseScale),
  );
}

/**
 * How much nearer the first is than the second, prompt by prompt, from −1 to 1.
 *
 * Statement.    (b − a)/(b + a) of the squared distances a and b; 0 where both vanish
 */
export function relativeDifferences(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((a, i) => (a + second[i]! === 0 ? 0 : (second[i]! - a) / (second[i]! + a)));
}

/** Cosines of ∂ŷ/∂x_q to a candidate's weight vector, one a prompt; 0 where either vanishes. */
export function sensitivityCosines(
  answers: readonly ModelAnswer[],
  { weights }: Candidate,
): Float64Array {
  return Float64Array.from(answers, ({ sensitivity }, i) => {
    const own = weights[i]!.subarray(-sensitivity.length);
    const product = dot(sensitivity, own);
    return product === 0 ? 0 : product / Math.sqrt(dot(sensitivity, sensitivity) * dot(own, own));
  });
}

/**
 * Capped squared differences to a baseline after every loop, one row a loop; null where model or baseline
 * has no determined iterates.
 */
export function trajectorySquares(
  answers: readonly ModelAnswer[],
  baseline: OptimalBaseline,
  prompts: readonly StratifiedPrompt[],
  responseScale: number,
): Float64Array[] | null {
  if (!baseline.hasTrajectory || answers.some(({ perLoop }) => perLoop === null)) return null;
  const loops = answers[0]!.perLoop!.length;
  const rows = Array.from({ length: loops }, () => new Float64Array(answers.length));
  answers.forEach(({ perLoop }, i) => {
    const { gram } = prompts[i]!;
    const expected = iteratePredictions(baseline.weights(gram), gram);
    rows.forEach((row, t) => {
      row[i] = cappedSquare(perLoop![t]! - expected[t]!, responseScale);
    });
  });
  return rows;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
