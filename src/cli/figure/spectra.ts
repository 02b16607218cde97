import type { WeightComparison } from "../../compare/compare-weights.js";
import { hasInversePrior } from "../../compare/population-setting.js";
import { HypothesisError } from "../../errors.js";
import { symmetricEigen } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { Stream } from "../../random/stream.js";
import type { Spectrum } from "../../report/figure/learned/eigenvalue-plane.js";
import { whitenedClosedForm } from "../../report/training-figures.js";
import { bestPreconditioner } from "../../theory/preconditioner-search/best-preconditioner.js";

/** Eigenvalues of each trained layer, of the closed form and of the best preconditioner found. */
export function spectraOf(comparison: WeightComparison, seed: number): Spectrum[] {
  const { layers, reference, distribution } = comparison;
  const closedForm = whitenedClosedForm(reference, distribution.covariance);
  return [
    ...layers.map(({ eigenvalues }, i) => ({
      name: layers.length === 1 ? "learned <i>B</i>" : `layer ${i + 1}`,
      origin: "trained weights, in doubles",
      eigenvalues,
    })),
    ...(closedForm === null
      ? []
      : [
          {
            name: "closed form <i>B</i>*",
            origin: "exact, rounded to doubles",
            eigenvalues: symmetricEigen(closedForm).values.map((value): [number, number] => [
              value,
              0,
            ]),
          },
        ]),
    ...bestFound(comparison, seed),
  ];
}

/** Of a looped model whose law the search reaches. */
function bestFound({ layers, loops, distribution }: WeightComparison, seed: number): Spectrum[] {
  const { dim, contextLength, noiseVariance, covariateLaw, taskPool } = distribution;
  const isKnown =
    layers.length === 1 &&
    covariateLaw.kind === "gaussian" &&
    taskPool === undefined &&
    hasInversePrior(distribution);
  if (!isKnown) return [];
  try {
    const best = bestPreconditioner(
      { dim, contextLength, loops, noiseVariance: Rational.fromNumber(noiseVariance) },
      { stream: Stream.fromSeed(seed).split("best"), matrixStarts: 0 },
    );
    return [
      {
        name: "best <i>B</i> found",
        origin:
          "least exact loss among normal matrices searched; that nothing is better is observed, not proved",
        eigenvalues: best.eigenvalues.map(({ re, im }): [number, number] => [re, im]),
      },
    ];
  } catch (error) {
    // Beyond the loops that the search reaches there is nothing to show.
    if (error instanceof HypothesisError) return [];
    throw error;
  }
}
