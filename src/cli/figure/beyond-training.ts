import { Rational } from "../../numeric/rational.js";
import { conditionedCovariance } from "../../prompt/covariance-family.js";
import { promptDistribution } from "../../prompt/prompt-distribution.js";
import { Stream } from "../../random/stream.js";
import type { Figure } from "../../report/figure/figure.js";
import { sampleLoopLosses } from "../../report/figure/learned/loop-losses.js";
import { loopsBeyondTrainingFigure } from "../../report/figure/learned/loops-beyond-training.js";
import { isotropicLossPerLoop } from "../../theory/isotropic-loss.js";
import type { FigureSettings } from "./settings.js";
import { trainedModel } from "./trained.js";

/** Prompts of each law; how far beyond the trained loops; the shift out of distribution. */
const PROMPTS = 20_000;
const REACH = 4;
const CONDITION = 4;

/** Runs a trained model for four times its loops, on its own law and on shifted covariates. */
export async function loopsBeyondTraining(settings: FigureSettings): Promise<Figure> {
  const { run, comparison } = await trainedModel(settings);
  const { distribution, shape, weights } = run;
  const { dim, contextLength, noiseVariance, covariance } = distribution;
  const stream = Stream.fromSeed(settings.seed).split("beyond");
  const loops = REACH * shape.loops;
  const { reference } = comparison;
  const shift = dim === 1 ? 1 : CONDITION;
  const shifted = promptDistribution({
    ...{ dim, contextLength, noiseVariance, taskCovariance: distribution.taskCovariance },
    covariance: conditionedCovariance(dim, shift, stream.split("covariance")).mul(
      covariance.trace() / dim,
    ),
  });
  const laws = [
    { name: "in distribution", law: distribution },
    { name: `κ = ${CONDITION}`, law: shifted },
  ].map(({ name, law }) => ({
    name,
    losses: sampleLoopLosses(weights, law, {
      ...{ loops, prompts: PROMPTS },
      stream: stream.split(name),
    }),
  }));
  const closedForm =
    reference.kind !== "isotropic"
      ? null
      : isotropicLossPerLoop(
          { dim, contextLength, loops, noiseVariance: Rational.fromNumber(noiseVariance) },
          // Short enough to be raised to high powers.
          Rational.fromNumber(reference.stepSize.toNumber()),
        )
          .slice(1)
          .map((loss) => loss.toNumber());
  return loopsBeyondTrainingFigure({
    ...{ id: "loops", prompts: PROMPTS, laws, closedForm },
    trainedLoops: shape.loops,
    shift: `covariates of condition number ${shift}, randomly oriented, with the same mean variance and the tasks unchanged`,
  });
}
