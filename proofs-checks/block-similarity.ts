import { NumericalError } from "../src/errors.js";
import { flatten, type Matrix, matrixFrom } from "../src/numeric/matrix.js";
import { minimize } from "../src/numeric/minimize.js";
import { populationGradient } from "../src/theory/population/population-gradient.js";
import type { PopulationSetting } from "../src/theory/population/setting.js";

/**
 * A penalty λR on how two layers A₁, A₂ differ.
 *
 * Conventions.  "−cos": R = −cos(A₁, A₂), "+cos": its printed sign; "distance": R = ‖A₁ − A₂‖²_F
 */
export type BlockPenalty = "−cos" | "+cos" | "distance";

/** Two untied layers of one law, and the penalty between them. */
export interface RegularisedPair {
  readonly law: PopulationSetting & { readonly covariance: Matrix };
  readonly penalty: BlockPenalty;
}

/** A minimum of loss + λR. */
export interface RegularisedMinimum {
  readonly loss: number;
  readonly cosine: number;
}

/** Gradients are known to about this relative to the loss. */
const TOLERANCE = 1e-9;

/**
 * The minima of the exact loss plus λR along ascending λ, each search started at the last minimum.
 *
 * Conventions.  from the best of the untied minima found; what is followed is a path of local minima
 * Accuracy.     gradients to 1e−9: losses to about 1e−12
 * Throws.       NumericalError when a search does not converge
 */
export function followPenalty(
  { law, penalty }: RegularisedPair,
  strengths: readonly number[],
): RegularisedMinimum[] {
  const { dim } = law;
  const pair = (point: Float64Array) => [
    point.subarray(0, dim * dim),
    point.subarray(dim * dim, 2 * dim * dim),
  ];
  const objective = (strength: number) => (point: Float64Array) => {
    const [first, second] = pair(point) as [Float64Array, Float64Array];
    const { value, preconditioners } = populationGradient(law, {
      preconditioners: [matrixFrom(dim, dim, first), matrixFrom(dim, dim, second)],
      loops: 1,
    });
    const { value: extra, gradient } = penaltyBetween(penalty, first, second);
    const slopes = preconditioners.flatMap((matrix) => [...flatten(matrix)]);
    return {
      value: value + strength * extra,
      gradient: Float64Array.from(slopes, (slope, i) => slope + strength * gradient[i]!),
    };
  };
  const descend = (strength: number, start: Float64Array) => {
    const { value, status } = minimize(objective(strength), start, {
      gradientTolerance: TOLERANCE,
      noise: 1e-14 * (1 + strength),
    });
    if (status !== "converged")
      throw new NumericalError(`followPenalty: λ = ${strength}: ${status}`);
    return value;
  };
  // Either layer may be the one that takes the larger steps.
  const [low, high] = [0.3, 0.8].map((scale) => perturbedInverse(law.covariance, scale));
  const candidates = [
    [...low!, ...high!],
    [...high!, ...low!],
  ].map((start) => descend(0, Float64Array.from(start)));
  let { point } = candidates.reduce((a, b) => (b.value < a.value ? b : a));
  return strengths.map((strength) => {
    ({ point } = descend(strength, point));
    const [first, second] = pair(point) as [Float64Array, Float64Array];
    return {
      loss: objective(0)(point).value,
      cosine: cosineOf(first, second),
    };
  });
}

/** The optimum of one layer looped twice, the limit of tied blocks. */
export function loopedPairLoss(law: RegularisedPair["law"]): number {
  const { dim } = law;
  const { value, status } = minimize(
    (point) => {
      const { value: loss, preconditioners } = populationGradient(law, {
        preconditioners: [matrixFrom(dim, dim, point)],
        loops: 2,
      });
      return { value: loss, gradient: flatten(preconditioners[0]!) };
    },
    Float64Array.from(perturbedInverse(law.covariance, 0.5)),
    { gradientTolerance: TOLERANCE, noise: 1e-14 },
  );
  if (status !== "converged") throw new NumericalError(`loopedPairLoss: ${status}`);
  return value.value;
}

/** scale·(Σ + I)⁻¹-like starting weights for a diagonal Σ, not symmetric. */
function perturbedInverse(covariance: Matrix, scale: number): number[] {
  return covariance.to1DArray().map((_, k) => {
    const [i, j] = [Math.floor(k / covariance.rows), k % covariance.rows];
    return i === j ? (2 * scale) / (1 + covariance.get(i, i)) : 0.03 * scale * (i - j);
  });
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, entry, i) => sum + entry * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
}

function penaltyBetween(penalty: BlockPenalty, a: Float64Array, b: Float64Array) {
  if (penalty === "distance") {
    const difference = a.map((entry, i) => entry - b[i]!);
    const doubled = Array.from(difference, (entry) => 2 * entry);
    return {
      value: difference.reduce((sum, entry) => sum + entry * entry, 0),
      gradient: [...doubled, ...doubled.map((entry) => -entry)],
    };
  }
  const sign = penalty === "−cos" ? -1 : 1;
  const cosine = cosineOf(a, b);
  const [left, right] = [Math.hypot(...a), Math.hypot(...b)];
  const slope = (own: Float64Array, other: Float64Array, size: number) =>
    Array.from(
      own,
      (entry, i) => sign * (other[i]! / (left * right) - (cosine * entry) / (size * size)),
    );
  return { value: sign * cosine, gradient: [...slope(a, b, left), ...slope(b, a, right)] };
}
