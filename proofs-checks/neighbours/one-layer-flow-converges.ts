import { inverse } from "ml-matrix";
import { defineClaim } from "../../src/claim/claim.js";
import { NumericalError } from "../../src/errors.js";
import { flatten, Matrix, matrixFrom, symmetricEigen } from "../../src/numeric/matrix.js";
import { diagonalCovariance } from "../../src/prompt/covariance-family.js";
import { fullLayerLoss } from "../full-one-layer-loss.js";

interface Setting {
  readonly spectrum: readonly number[];
  readonly contextLength: number;
  /** σ of the initialisation. */
  readonly scale: number;
  /** Rows of Θ before it is scaled to ‖ΘΘᵀ‖_F = 1. */
  readonly theta: readonly (readonly number[])[];
}

/** What the flow's tolerance and the gradient left at its end can move. */
const BUDGET = 1e-6;
/** Norm of the gradient, relative to the first, at which the flow counts as ended. */
const STATIONARY = 1e-9;
/** Step of the fourth-order method, in units of 1/‖Γ‖_op, and the most it may take. */
const STEP = 0.05;
const MAXIMAL_STEPS = 20_000;

/**
 * Gradient flow of one full layer ends at the closed form.
 *
 * Statement.    W^KQ → tr(Γ⁻²)^{−1/4} [[Γ⁻¹, 0], [0, 0]], last row of W^PV → tr(Γ⁻²)^{1/4} (0, …, 0, 1),
 *               Γ = (1 + 1/N)Λ + (tr Λ/N) I
 * Conventions.  loss ½E(ŷ − y)², Ω = I, no noise; output entry not negated, so W^KQ is −Q; start
 *               W^PV = σ e eᵀ, W^KQ = σ [[ΘΘᵀ, 0], [0, 0]]; Λ the covariate covariance
 * Hypotheses.   ‖ΘΘᵀ‖_F = 1 (arranged), ΘΛ ≠ 0, σ²‖Γ‖_op √d < 2
 * Accuracy.     the flow in all entries that reach the output (W^PV's last row, W^KQ's first d columns;
 *               the others have no gradient), on the exact loss of a full layer; budget 1e−6 for the
 *               integration, which must have conserved ‖W^PV‖² − ‖W^KQ‖²_F = 0
 * Source.       Zhang, Frei, Bartlett 2024, the convergence theorem
 */
export const oneLayerFlowConverges = defineClaim<Setting>({
  id: "one-layer-flow-converges",
  title: "The one-layer gradient flow converges to its closed form",
  statement:
    "W^{KQ} \\to \\operatorname{tr}(\\Gamma^{-2})^{-1/4}\\begin{pmatrix}\\Gamma^{-1}&0\\\\0&0\\end{pmatrix},\\quad W^{PV} \\to \\operatorname{tr}(\\Gamma^{-2})^{1/4}\\,e e^\\top",
  source: "Zhang, Frei, Bartlett 2024",
  kind: "equality",
  hypotheses: {
    "ΘΛ ≠ 0": ({ theta }) => theta.flat().some((entry) => entry !== 0),
    "basin: σ²‖Γ‖_op √d < 2": (setting) => basinValue(setting) < 2,
  },
  grid: {
    quick: [
      point("κ=4", [2, 0.5], 8, 0.6, [
        [1, 0],
        [0, 1],
      ]),
      point("Θ of rank one", [1.5, 0.7], 20, 0.5, [
        [1, 0],
        [0.5, 0],
      ]),
      point("d=3", [1, 1, 0.25], 4, 0.7, [
        [1, 0.2, 0],
        [0, 0.8, 0.1],
        [0.3, 0, 0.6],
      ]),
      {
        ...point("outside the basin", [2, 0.5], 8, 2, [
          [1, 0],
          [0, 1],
        ]),
        expected: "not-applicable",
      },
    ],
    thorough: [
      point("d=4", [2, 1, 0.5, 0.25], 10, 0.4, [
        [1, 0, 0, 0],
        [0.5, 1, 0, 0],
        [0, 0.5, 1, 0],
        [0, 0, 0.5, 1],
      ]),
    ],
  },
  predicted: (setting) => limit(gamma(setting, {}), 1 / 4),
  measured: (setting) => ({
    value: follow(setting),
    errorBudget: BUDGET,
    method: "certified",
  }),
  regime: (setting) => `σ²‖Γ‖_op √d = ${basinValue(setting).toPrecision(4)}, the basin ends at 2`,
  rivals: {
    "N + 1 for N": (setting) =>
      limit(gamma({ ...setting, contextLength: setting.contextLength + 1 }, {}), 1 / 4),
    "1 for 1 + 1/N": (setting) => limit(gamma(setting, { perExample: 0 }), 1 / 4),
    "tr(Γ⁻²)^{1/2}": (setting) => limit(gamma(setting, {}), 1 / 2),
    "an unscaled product: W^PV = e eᵀ, W^KQ = Γ⁻¹": (setting) => limit(gamma(setting, {}), 0),
  },
});

function point(
  name: string,
  spectrum: readonly number[],
  contextLength: number,
  scale: number,
  theta: Setting["theta"],
) {
  return {
    name: `${name}: Λ=diag(${spectrum.join(",")}) N=${contextLength} σ=${scale}`,
    setting: { spectrum, contextLength, scale, theta },
  };
}

function gamma({ spectrum, contextLength }: Setting, { perExample = 1 / contextLength }): Matrix {
  const trace = spectrum.reduce((sum, value) => sum + value, 0);
  return diagonalCovariance(
    spectrum.map((value) => (1 + perExample) * value + trace / contextLength),
  );
}

function basinValue(setting: Setting): number {
  const norm = Math.max(...gamma(setting, {}).diagonal());
  return setting.scale ** 2 * norm * Math.sqrt(setting.spectrum.length);
}

/** [last row of W^PV, first d columns of W^KQ by rows]. */
function limit(of: Matrix, power: number): number[] {
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

function follow(setting: Setting): number[] {
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
  const step = STEP / Math.max(...gamma(setting, {}).diagonal());
  let point = initialisation(setting.theta, scale, dim);
  const end = STATIONARY * Math.hypot(...velocity(point));
  for (let count = 0; Math.hypot(...velocity(point)) > end; count++) {
    if (count === MAXIMAL_STEPS) throw new NumericalError("the flow has not ended");
    point = rungeKuttaStep(velocity, point, step);
  }
  const { readOut, keyQuery } = split(point);
  const drift = Math.abs(readOut.norm() ** 2 - keyQuery.norm() ** 2);
  if (!(drift < BUDGET / 10)) throw new NumericalError(`the flow lost its balance: ${drift}`);
  return [...point];
}

/** (σ e, σ [ΘΘᵀ; 0]) with ‖ΘΘᵀ‖_F = 1. */
function initialisation(theta: Setting["theta"], scale: number, dim: number): Float64Array {
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
