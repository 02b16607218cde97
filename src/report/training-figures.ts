import type { ClosedForm } from "../compare/closed-form.js";
import type { WeightComparison } from "../compare/compare-weights.js";
import { type Matrix, symmetricFunction } from "../numeric/matrix.js";
import { responseVariance } from "../prompt/response-variance.js";
import type { TrainingRun } from "../training/training-run.js";
import { closedFormLosses } from "./closed-form-losses.js";
import type { Figure } from "./figure/figure.js";
import { lossPerLoopFigure } from "./figure/loss-per-loop.js";
import { preconditionerHeatMap } from "./figure/preconditioner-heat-map.js";
import { trainingLossFigure } from "./figure/training-loss.js";

/**
 * The figures of one training run: its loss, its preconditioner (one per layer of an untied model),
 * its loss per loop.
 *
 * @param options.idPrefix  keeps figure ids unique where a page shows several runs
 */
export function trainingFigures(options: {
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  readonly idPrefix: string;
}): Figure[] {
  const { run, comparison, idPrefix } = options;
  const { distribution, layers, reference, sampledLoss, exactLoss } = comparison;
  const closedForm = whitenedClosedForm(reference, distribution.covariance);
  return [
    trainingLossFigure({ id: `${idPrefix}-loss`, run, comparison }),
    ...layers.map(({ whitened }, layer) =>
      preconditionerHeatMap({
        id: `${idPrefix}-preconditioner-${layer + 1}`,
        title:
          layers.length === 1 ? "Learned preconditioner" : `Preconditioner of layer ${layer + 1}`,
        learned: whitened,
        closedForm,
      }),
    ),
    lossPerLoopFigure({
      id: `${idPrefix}-loops`,
      initialLoss: responseVariance(distribution),
      learned: sampledLoss,
      learnedExact: "unavailable" in exactLoss ? null : exactLoss.perLoop,
      closedForm: closedFormLosses(comparison),
    }),
  ];
}

/** B* = Σ^{1/2} A* Σ^{1/2}; null where no closed form is known. */
export function whitenedClosedForm(reference: ClosedForm, covariance: Matrix): Matrix | null {
  if (reference.kind === "none") return null;
  const root = symmetricFunction(covariance, Math.sqrt);
  return root.mmul(reference.preconditioner).mmul(root);
}
