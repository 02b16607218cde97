import { HypothesisError, requireInteger } from "../../errors.js";
import { flatten, Matrix, matrixFrom } from "../../numeric/matrix.js";
import { minimize } from "../../numeric/minimize.js";
import type { Stream } from "../../random/stream.js";
import {
  type GdPlusPlusStack,
  gdPlusPlusStackGradient,
  gdPlusPlusStackLoss,
} from "../attention-loss/gd-plus-plus-stack.js";
import type { PopulationLoss } from "../population/population-loss.js";
import type { NoisyLoopedSetting } from "../setting.js";
import { gdPlusPlusOptimum } from "./gd-plus-plus-optimum.js";

/** The best GD++ model found over all matrices. */
export interface BestGdPlusPlus {
  /** Whitened B = Σ^{1/2}AΣ^{1/2} and D = Σ^{-1/2}CΣ^{-1/2} of each layer. */
  readonly layers: readonly {
    readonly preconditioner: Matrix;
    readonly covariateValue: Matrix;
  }[];
  /** Exact loss of these doubles. */
  readonly loss: PopulationLoss;
  /** Loss of the best isotropic model found, where the search began. */
  readonly isotropicLoss: number;
  /** Descents, and how many ended within 1e−6 of the least loss. */
  readonly starts: number;
  readonly agreeing: number;
}

/** Descents from the isotropic optimum with every entry disturbed by so much, relative to its step. */
const DISTURBANCES = [0.02, 0.1, 0.3];

/**
 * Best GD++ model found over all matrices A and C, on the exact population loss.
 *
 * Statement.    the least exact loss among the best isotropic model and L-BFGS descents from it, disturbed
 * Conventions.  `tied` (default): one layer looped; else a layer each. Prior Ω = Σ⁻¹, any Σ: the result is
 *               whitened, u = 0
 * Hypotheses.   at most 2 layers applied, the reach of `gdPlusPlusStackLoss`
 * Accuracy.     `loss` is exact for the layers; that nothing is better is observed, not proved
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 2 loops
 */
export function bestGdPlusPlus(
  setting: NoisyLoopedSetting & { readonly tied?: boolean },
  options: { readonly stream: Stream; readonly startsPerDisturbance?: number },
): BestGdPlusPlus {
  const where = "bestGdPlusPlus";
  const { dim, contextLength, loops, noiseVariance, tied = true } = setting;
  const { stream, startsPerDisturbance = 2 } = options;
  requireInteger(where, "loops", loops);
  requireInteger(where, "startsPerDisturbance", startsPerDisturbance);
  if (loops > 2) {
    throw new HypothesisError(
      `${where}: the exact loss of GD++ layers with matrices reaches 2 loops, got ${loops}; ` +
        "gdPlusPlusOptimum searches isotropic ones to 4",
    );
  }
  const law = { dim, contextLength, ...(noiseVariance === undefined ? {} : { noiseVariance }) };
  const isotropic = gdPlusPlusOptimum(setting);
  const count = tied ? 1 : loops;
  const stackLoops = tied ? loops : 1;
  const center = Float64Array.from(
    isotropic.layers
      .slice(0, count)
      .flatMap(({ stepSize, covariateValue }) => [
        ...flatten(Matrix.eye(dim).mul(stepSize)),
        ...flatten(Matrix.eye(dim).mul(covariateValue)),
      ]),
  );
  const stackAt = (point: Float64Array): GdPlusPlusStack => ({
    layers: Array.from({ length: count }, (_, l) => layerAt(point, dim, l)),
    loops: stackLoops,
  });
  const evaluate = (point: Float64Array) => {
    const { value, layers } = gdPlusPlusStackGradient(law, stackAt(point));
    const gradient = Float64Array.from(
      layers.flatMap((layer) => [
        ...flatten(layer.preconditioner),
        ...flatten(layer.covariateValue),
      ]),
    );
    return { value, gradient };
  };
  const runs = DISTURBANCES.flatMap((size, i) =>
    Array.from({ length: startsPerDisturbance }, (_, k) => {
      const noise = stream.split(i).split(k).normals(center.length);
      const scale = (size * isotropic.layers[0]!.stepSize) / Math.sqrt(dim);
      const start = center.map((entry, j) => entry + scale * noise[j]!);
      const { value } = minimize(evaluate, start, {
        gradientTolerance: 1e-9 * isotropic.loss,
        noise: 1e-13 * isotropic.loss,
        maximalEvaluations: 400,
        firstStep: 0.01,
      });
      return value;
    }),
  );
  const candidates = [{ point: center, value: isotropic.loss }, ...runs];
  const best = candidates.reduce((least, run) => (run.value < least.value ? run : least));
  const stack = stackAt(best.point);
  const loss = gdPlusPlusStackLoss(law, stack, { exact: true });
  return {
    layers: stack.layers.map(({ preconditioner, covariateValue }) => ({
      preconditioner: preconditioner as Matrix,
      covariateValue: covariateValue as Matrix,
    })),
    loss,
    isotropicLoss: isotropic.loss,
    starts: runs.length,
    agreeing: runs.filter(({ value }) => value <= best.value * (1 + 1e-6)).length,
  };
}

function layerAt(point: Float64Array, dim: number, layer: number) {
  const size = dim * dim;
  const at = (offset: number) => matrixFrom(dim, dim, point.subarray(offset, offset + size));
  return {
    preconditioner: at(2 * size * layer),
    covariateValue: at(2 * size * layer + size),
  };
}
