import { inverse } from "ml-matrix";
import { NumericalError } from "../src/errors.js";
import { flatten, Matrix, matrixFrom, symmetricEigen } from "../src/numeric/matrix.js";
import { diagonalCovariance } from "../src/prompt/covariance-family.js";
import { fullLayerLoss } from "./full-one-layer-loss.js";

/**
 * A gradient flow of one full layer in Zhang, Frei and Bartlett's setting.
 *
 * Conventions.  Λ = diag(spectrum), N = contextLength; start W^PV = σ e eᵀ, W^KQ = σ[[ΘΘᵀ, 0], [0, 0]]
 */
export interface OneLayerFlow {
  readonly spectrum: readonly number[];
  readonly contextLength: number;
  /** σ of the initialisation. */
  readonly scale: number;
  /** Rows of Θ before it is scaled to ‖ΘΘᵀ‖_F = 1. */
  readonly theta: readonly (readonly number[])[];
}

/** What the flow's tolerance and the gradient left at its end can move. */
export const FLOW_BUDGET = 1e-6;
/** Norm of the gradient, relative to the first, at which the flow counts as ended. */
const STATIONARY = 1e-9;
/** Step of the fourth-order method times its stiffness, and how many it may take. */
const STEP = 0.06;
const MAXIMAL_STEPS = 100_000;

/** Γ, its 1 + 1/N replaced where asked. */
export function gamma(
  { spectrum, contextLength }: OneLayerFlow,
  { perExample = 1 / contextLength },
): Matrix {
  const trace = spectrum.reduce((sum, value) => sum + value, 0);
  return diagonalCovariance(
    spectrum.map((value) => (1 + perExample) * value + trace / contextLength),
  );
}

/** σ²‖Γ‖_op √d, below 2 in the basin of the theorem. */
export function basinValue(setting: OneLayerFlow): number {
  const norm = Math.max(...gamma(setting, {}).diagonal());
  return setting.scale ** 2 * norm * Math.sqrt(setting.spectrum.length);
}

/** tr(Γ⁻²)^power and the weights it scales: [last row of W^PV, first d columns of W^KQ by rows]. */
export function limitWeights(of: Matrix, power: number): number[] {
  const inverted = inverse(of);
  const size = inverted.mmul(inverted).trace() ** power;
  const dim = of.rows;
  return [
    ...new Array<number>(dim).fill(0),
    size,
    ...inverted.mul(1 / size).to1DArray(),
    ...new Array<number>(dim).fill(0),
  ];
}

/**
 * Where the flow ends: [last row of W^PV, first d columns of W^KQ by rows].
 *
 * Conventions.  loss ½E(ŷ − y)², Ω = I; the entries left out have no gradient
 * Accuracy.     FLOW_BUDGET: gradient 1e−9 of the first, ‖W^PV‖² − ‖W^KQ‖²_F conserved to a tenth of it
 * Throws.       NumericalError when the flow does not end or loses that balance
 */
export function endOfFlow(setting: OneLayerFlow): number[] {
  const { spectrum, contextLength, scale } = setting;
  const dim = spectrum.length;
  const law = {
    contextLength,
    covariance: diagonalCovariance(spectrum),
    taskCovariance: Matrix.eye(dim),
    noiseVariance: 0,
  };
  const split = (at: Float64Array) => ({
    readOut: matrixFrom(dim + 1, 1, at.subarray(0, dim + 1)),
    keyQuery: matrixFrom(dim + 1, dim, at.subarray(dim + 1)),
  });
  const velocity = (at: Float64Array) => {
    const { readOut, keyQuery } = split(at);
    // ŷ is the output entry itself: minus that of the layer with Q = −W^KQ. The loss has a ½.
    const slopes = fullLayerLoss(law, readOut, keyQuery.mul(-1));
    const parts = [...flatten(slopes.readOut.mul(-0.5)), ...flatten(slopes.keyQuery.mul(0.5))];
    return Float64Array.from(parts);
  };
  const stiffness = Math.max(...gamma(setting, {}).diagonal()) * Math.max(...spectrum);
  let point = initialisation(setting.theta, scale, dim);
  const end = STATIONARY * Math.hypot(...velocity(point));
  for (let count = 0; Math.hypot(...velocity(point)) > end; count++) {
    if (count === MAXIMAL_STEPS) throw new NumericalError("the flow has not ended");
    // The Hessian grows with the squared weights; far out, where the loss is quartic, it also changes fast.
    const size = Math.hypot(...point) ** 2;
    const steepness = stiffness * Math.max(1, size, size ** 2 / 8);
    point = rungeKuttaStep(velocity, point, STEP / steepness);
  }
  const { readOut, keyQuery } = split(point);
  const drift = Math.abs(readOut.norm() ** 2 - keyQuery.norm() ** 2);
  if (!(drift < FLOW_BUDGET / 10)) throw new NumericalError(`the flow lost its balance: ${drift}`);
  return [...point];
}

/** (σ e, σ [ΘΘᵀ; 0]) with ‖ΘΘᵀ‖_F = 1. */
function initialisation(theta: OneLayerFlow["theta"], scale: number, dim: number): Float64Array {
  const rows = new Matrix(theta.map((row) => [...row]));
  const square = rows.mmul(rows.transpose());
  // The eigenvalues' norm is the Frobenius norm of a symmetric matrix.
  const norm = Math.hypot(...symmetricEigen(square).values);
  const block = square.mul(scale / norm).to1DArray();
  const zeros = new Array<number>(dim).fill(0);
  return Float64Array.from([...zeros, scale, ...block, ...zeros]);
}

/** One step of the classical fourth-order method. */
function rungeKuttaStep(
  velocity: (at: Float64Array) => Float64Array,
  at: Float64Array,
  step: number,
): Float64Array {
  const ahead = (along: Float64Array, share: number) =>
    at.map((entry, i) => entry + share * step * along[i]!);
  const first = velocity(at);
  const second = velocity(ahead(first, 0.5));
  const third = velocity(ahead(second, 0.5));
  const fourth = velocity(ahead(third, 1));
  return at.map(
    (entry, i) => entry + (step / 6) * (first[i]! + 2 * second[i]! + 2 * third[i]! + fourth[i]!),
  );
}
