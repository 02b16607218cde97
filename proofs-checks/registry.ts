import type { Claim } from "../src/claim/claim.js";
import { isotropicLossFallsWithLoops } from "./beyond/isotropic-loss-falls-with-loops.js";
import { isotropicOptimumBetween0And1 } from "./beyond/isotropic-optimum-between-0-and-1.js";
import { isotropicOptimumTable } from "./beyond/isotropic-optimum-table.js";
import { isotropicOptimumTendsTo1 } from "./beyond/isotropic-optimum-tends-to-1.js";
import { wishartMomentsEqualPairings } from "./beyond/wishart-moments-equal-pairings.js";
import { wishartMomentsEqualSampledMoments } from "./beyond/wishart-moments-equal-sampled-moments.js";
import { globalMinimiserWithinPaperBound } from "./looped-gd/global-minimiser-within-paper-bound.js";
import { gradientWhitensByConjugation } from "./looped-gd/gradient-whitens-by-conjugation.js";
import { gramRecursionEqualsTokenForm } from "./looped-gd/gram-recursion-equals-token-form.js";
import { isotropicLossEqualsSampledLoss } from "./looped-gd/isotropic-loss-equals-sampled-loss.js";
import { loopsEqualGdSteps } from "./looped-gd/loops-equal-gd-steps.js";
import { predictionsWhiten } from "./looped-gd/predictions-whiten.js";
import { readInShiftsTheTask } from "./looped-gd/read-in-shifts-the-task.js";
import { alignedTrainingExtrapolatesFurther } from "./neighbours/aligned-training-extrapolates-further.js";
import { alignedTrainingRecoversItsTeacher } from "./neighbours/aligned-training-recovers-its-teacher.js";
import { blockSimilarityGrowsWithItsWeight } from "./neighbours/block-similarity-grows-with-its-weight.js";
import { blockSimilarityLimitIsTheLoopedOptimum } from "./neighbours/block-similarity-limit-is-the-looped-optimum.js";
import { chebyshevIsTheBestUntiedDepth } from "./neighbours/chebyshev-is-the-best-untied-depth.js";
import { cosinePenaltySparesTheUntiedOptimum } from "./neighbours/cosine-penalty-spares-the-untied-optimum.js";
import { depthsForConditionNumber } from "./neighbours/depths-for-condition-number.js";
import { fullLayerMinimiserIsUniqueUpToGauge } from "./neighbours/full-layer-minimiser-is-unique-up-to-gauge.js";
import { gdConstructionStartsAtAnyWeights } from "./neighbours/gd-construction-starts-at-any-weights.js";
import { gdPlusPlusBeatsGd } from "./neighbours/gd-plus-plus-beats-gd.js";
import { gdPlusPlusContractsTheSpectrum } from "./neighbours/gd-plus-plus-contracts-the-spectrum.js";
import { gdPlusPlusGradientAtScalarLayersIsScalar } from "./neighbours/gd-plus-plus-gradient-at-scalar-layers-is-scalar.js";
import { gdPlusPlusLayersRunGdPlusPlus } from "./neighbours/gd-plus-plus-layers-run-gd-plus-plus.js";
import { gdRateOfConditionNumber } from "./neighbours/gd-rate-of-condition-number.js";
import { gradualStackingEndsAtTheLoopedOptimum } from "./neighbours/gradual-stacking-ends-at-the-looped-optimum.js";
import { loopedBlockLiesBetweenDepthAndParameters } from "./neighbours/looped-block-lies-between-depth-and-parameters.js";
import { loopedErrorFallsWithDepth } from "./neighbours/looped-error-falls-with-depth.js";
import { loopingIsWorthMoreThanHalfItsDepth } from "./neighbours/looping-is-worth-more-than-half-its-depth.js";
import { noiseShrinksTheOneStepRate } from "./neighbours/noise-shrinks-the-one-step-rate.js";
import { oneLayerFlowConverges } from "./neighbours/one-layer-flow-converges.js";
import { oneLayerFlowConvergesOutsideTheBasin } from "./neighbours/one-layer-flow-converges-outside-the-basin.js";
import { oneLayerOptimumIsGlobalOverFullLayers } from "./neighbours/one-layer-optimum-is-global-over-full-layers.js";
import { oneLayerOptimumMinimisesSampledLoss } from "./neighbours/one-layer-optimum-minimises-sampled-loss.js";
import { predictionsScaleWithCovariates } from "./neighbours/predictions-scale-with-covariates.js";
import { publishedThreeLayerRun } from "./neighbours/published-three-layer-run.js";
import { stackingIsAheadAtEqualLayerSteps } from "./neighbours/stacking-is-ahead-at-equal-layer-steps.js";
import { stackingScheduleSavesLayerFlops } from "./neighbours/stacking-schedule-saves-layer-flops.js";
import { testPromptErrorOfOneLayer } from "./neighbours/test-prompt-error-of-one-layer.js";
import { trainingFromScratchBeatsGradualStacking } from "./neighbours/training-from-scratch-beats-gradual-stacking.js";
import { trainingReachesOneLayerOptimum } from "./neighbours/training-reaches-one-layer-optimum.js";
import { untiedGradientAtScalarLayersIsScalar } from "./neighbours/untied-gradient-at-scalar-layers-is-scalar.js";
import { untiedOptimumBreaksUnderShift } from "./neighbours/untied-optimum-breaks-under-shift.js";

/** Every claim, in the order in which they are run and listed. */
export const claims: readonly Claim[] = [
  loopsEqualGdSteps,
  readInShiftsTheTask,
  gramRecursionEqualsTokenForm,
  predictionsWhiten,
  gradientWhitensByConjugation,
  wishartMomentsEqualPairings,
  wishartMomentsEqualSampledMoments,
  isotropicLossEqualsSampledLoss,
  oneLayerOptimumMinimisesSampledLoss,
  trainingReachesOneLayerOptimum,
  isotropicOptimumTable,
  isotropicOptimumBetween0And1,
  isotropicOptimumTendsTo1,
  isotropicLossFallsWithLoops,
  globalMinimiserWithinPaperBound,
  oneLayerOptimumIsGlobalOverFullLayers,
  fullLayerMinimiserIsUniqueUpToGauge,
  untiedGradientAtScalarLayersIsScalar,
  gdPlusPlusGradientAtScalarLayersIsScalar,
  publishedThreeLayerRun,
  oneLayerFlowConverges,
  oneLayerFlowConvergesOutsideTheBasin,
  testPromptErrorOfOneLayer,
  predictionsScaleWithCovariates,
  noiseShrinksTheOneStepRate,
  gdConstructionStartsAtAnyWeights,
  gdPlusPlusLayersRunGdPlusPlus,
  gdPlusPlusContractsTheSpectrum,
  gdPlusPlusBeatsGd,
  depthsForConditionNumber,
  chebyshevIsTheBestUntiedDepth,
  untiedOptimumBreaksUnderShift,
  loopedErrorFallsWithDepth,
  gdRateOfConditionNumber,
  loopedBlockLiesBetweenDepthAndParameters,
  loopingIsWorthMoreThanHalfItsDepth,
  gradualStackingEndsAtTheLoopedOptimum,
  trainingFromScratchBeatsGradualStacking,
  stackingIsAheadAtEqualLayerSteps,
  stackingScheduleSavesLayerFlops,
  alignedTrainingRecoversItsTeacher,
  alignedTrainingExtrapolatesFurther,
  blockSimilarityGrowsWithItsWeight,
  blockSimilarityLimitIsTheLoopedOptimum,
  cosinePenaltySparesTheUntiedOptimum,
];
