import { closedForm } from "../../compare/closed-form.js";
import { exactLoss } from "../../compare/exact-loss.js";
import { comparePreconditioner } from "../../compare/preconditioner-comparison.js";
import type { Weights } from "../../model/weights.js";
import { Matrix, symmetricPart } from "../../numeric/matrix.js";
import type { Stream } from "../../random/stream.js";
import { trainInContext } from "../../training/train-in-context.js";
import { TRAINING_DEFAULTS } from "../../training/training-defaults.js";
import { type Point, positiveOf, wholeOf } from "../axis-value.js";
import type { Cells, Computation } from "./computation.js";
import { LAW_AXES, lawOf } from "./prompt-law.js";

const COLUMNS = [
  ...["trainedLoss", "trainedExcess", "traceDistance", "tracelessDistance"],
  ...["antisymmetricDistance", "slowMode", "trainingStatus"],
] as const;

const TEXTS: ReadonlySet<string> = new Set(["slowMode", "trainingStatus"]);

/**
 * Trains a restricted looped model at a point, once per value of the axis `seed`, and holds it against
 * the exact optimum.
 *
 * Statement.    trainedExcess = exact loss/isotropic optimum − 1; the distances are those of the whitened
 *               B from b*I along the identity, the traceless symmetric and the antisymmetric matrices,
 *               over ‖b*I‖_F; slowMode names the greatest
 * Hypotheses.   prior Ω = Σ⁻¹; loops within reach of the exact loss, else trainedLoss is null
 */
export function trainComputation(): Computation {
  const { steps, batch, learningRate } = TRAINING_DEFAULTS;
  return {
    name: "train",
    required: ["dim", "contextLength", "loops"],
    optional: { ...LAW_AXES, steps, batch, learningRate: learningRate.restricted, seed: 0 },
    columns: COLUMNS.map((name) => ({ name, kind: TEXTS.has(name) ? "text" : "number" })),
    cost(point) {
      const [dim, loops] = [Number(point.dim), Number(point.loops)];
      const perPrompt = loops * dim ** 3 * 4e-9 + 1e-6;
      return Number(point.steps) * Number(point.batch) * perPrompt + 1e-3 * 5 ** Math.min(loops, 6);
    },
    requireUsable(point) {
      lawOf(point);
      for (const axis of ["loops", "steps", "batch"]) wholeOf(point, axis);
      wholeOf(point, "seed", 0);
      positiveOf(point, "learningRate", false);
    },
    run: trainAt,
  };
}

async function trainAt(point: Point, stream: Stream): Promise<Cells> {
  const distribution = lawOf(point);
  const [dim, loops] = [wholeOf(point, "dim"), wholeOf(point, "loops")];
  const run = await trainInContext({
    distribution,
    shape: { family: "restricted", dim, layers: 1, loops },
    steps: wholeOf(point, "steps"),
    batch: wholeOf(point, "batch"),
    learningRate: positiveOf(point, "learningRate", false),
    workers: 1,
    stream: stream.split("train"),
  });
  const failed = { trainingStatus: run.status };
  if (run.status === "diverged") {
    const nothing = Object.fromEntries(COLUMNS.map((name) => [name, null]));
    return { cells: { ...nothing, ...failed }, note: run.message ?? "training diverged" };
  }
  const exact = exactLoss(run.weights, distribution, loops);
  const reference = closedForm(distribution, loops);
  const loss = "unavailable" in exact ? null : exact.perLoop.at(-1)!;
  const excess = loss === null || reference.kind === "none" ? null : loss / reference.loss - 1;
  const modes =
    reference.kind === "isotropic"
      ? distancesFrom(reference.stepSize.toNumber(), run.weights, distribution.covariance)
      : undefined;
  return {
    cells: {
      trainedLoss: loss,
      trainedExcess: excess,
      traceDistance: modes?.trace ?? null,
      tracelessDistance: modes?.traceless ?? null,
      antisymmetricDistance: modes?.antisymmetric ?? null,
      slowMode: modes === undefined ? null : greatest(modes),
      ...failed,
    },
    ...("unavailable" in exact && { note: exact.unavailable }),
  };
}

/** Distances of B from b*I in the three sectors, over ‖b*I‖_F. */
function distancesFrom(stepSize: number, weights: Weights, covariance: Matrix) {
  if (weights.family !== "restricted") throw new Error("trainComputation: restricted weights only");
  const { whitened } = comparePreconditioner(weights.layers[0]!, covariance, null);
  const dim = whitened.rows;
  const scale = stepSize * Math.sqrt(dim);
  const mean = whitened.trace() / dim;
  const symmetric = symmetricPart(whitened);
  return {
    trace: (Math.abs(mean - stepSize) * Math.sqrt(dim)) / scale,
    traceless: Matrix.sub(symmetric, Matrix.eye(dim).mul(mean)).norm() / scale,
    antisymmetric: Matrix.sub(whitened, symmetric).norm() / scale,
  };
}

function greatest(distances: Readonly<Record<string, number>>): string {
  return Object.entries(distances).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
