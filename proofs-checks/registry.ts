import type { Claim } from "../src/claim/claim.js";
import { antisymmetricCurvatureChangesSignOnce } from "./beyond/antisymmetric-curvature-changes-sign-once.js";
import { antisymmetricPartLowersTheLoss } from "./beyond/antisymmetric-part-lowers-the-loss.js";
import { bestPreconditionerIsNormal } from "./beyond/best-preconditioner-is-normal.js";
import { bestPreconditionerTable } from "./beyond/best-preconditioner-table.js";
import { bestPreconditionerTendsToInverseLikeRootN } from "./beyond/best-preconditioner-tends-to-inverse-like-root-n.js";
import { curvatureAtTwoLoopsTendsToMinus4OverN } from "./beyond/curvature-at-two-loops-tends-to-minus-4-over-n.js";
import { gradientAtSymmetricIsSymmetric } from "./beyond/gradient-at-symmetric-is-symmetric.js";
import { isotropicLossFallsWithLoops } from "./beyond/isotropic-loss-falls-with-loops.js";
import { isotropicOptimumBetween0And1 } from "./beyond/isotropic-optimum-between-0-and-1.js";
import { isotropicOptimumIsASaddle } from "./beyond/isotropic-optimum-is-a-saddle.js";
import { isotropicOptimumTable } from "./beyond/isotropic-optimum-table.js";
import { isotropicOptimumTendsTo1 } from "./beyond/isotropic-optimum-tends-to-1.js";
import { loopedOverUntiedLossRatio } from "./beyond/looped-over-untied-loss-ratio.js";
import { lossIsInvariantUnderTransposition } from "./beyond/loss-is-invariant-under-transposition.js";
import { saddleOnsetAtTwoLoopsIsHalfDSquared } from "./beyond/saddle-onset-at-two-loops-is-half-d-squared.js";
import { wishartMomentsEqualPairings } from "./beyond/wishart-moments-equal-pairings.js";
import { wishartMomentsEqualSampledMoments } from "./beyond/wishart-moments-equal-sampled-moments.js";
import { bestOverAllWithinPaperBound } from "./looped-gd/best-over-all-within-paper-bound.js";
import { bestSymmetricWithinPaperBound } from "./looped-gd/best-symmetric-within-paper-bound.js";
import { errorBoundOfSymmetricPart } from "./looped-gd/error-bound-of-symmetric-part.js";
import { errorBoundPerInstance } from "./looped-gd/error-bound-per-instance.js";
import { flowTimeOfInfiniteContexts } from "./looped-gd/flow-time-of-infinite-contexts.js";
import { flowTimeWithinIntegratedForm } from "./looped-gd/flow-time-within-integrated-form.js";
import { flowTimeWithinReportedForm } from "./looped-gd/flow-time-within-reported-form.js";
import { globalMinimiserWithinPaperBound } from "./looped-gd/global-minimiser-within-paper-bound.js";
import { gradientDominanceAtZero } from "./looped-gd/gradient-dominance-at-zero.js";
import { gradientDominanceConstantAtFiniteContext } from "./looped-gd/gradient-dominance-constant-at-finite-context.js";
import { gradientDominanceConstantOfSymmetric } from "./looped-gd/gradient-dominance-constant-of-symmetric.js";
import { gradientDominanceConstantOverAll } from "./looped-gd/gradient-dominance-constant-over-all.js";
import { gradientDominanceOfIsotropic } from "./looped-gd/gradient-dominance-of-isotropic.js";
import { gradientDominanceOverNormal } from "./looped-gd/gradient-dominance-over-normal.js";
import { gradientWhitensByConjugation } from "./looped-gd/gradient-whitens-by-conjugation.js";
import { gramRecursionEqualsTokenForm } from "./looped-gd/gram-recursion-equals-token-form.js";
import { isotropicLossEqualsSampledLoss } from "./looped-gd/isotropic-loss-equals-sampled-loss.js";
import { isotropicOptimumIsBestForShortContexts } from "./looped-gd/isotropic-optimum-is-best-for-short-contexts.js";
import { isotropicOptimumIsBestOfSymmetric } from "./looped-gd/isotropic-optimum-is-best-of-symmetric.js";
import { isotropicOptimumIsBestOverAll } from "./looped-gd/isotropic-optimum-is-best-over-all.js";
import { loopedWithinTwiceUntied } from "./looped-gd/looped-within-twice-untied.js";
import { loopsEqualGdSteps } from "./looped-gd/loops-equal-gd-steps.js";
import { meanLossDivergesWithTestLoops } from "./looped-gd/mean-loss-diverges-with-test-loops.js";
import { meanLossImprovesBeyondTrainedLoops } from "./looped-gd/mean-loss-improves-beyond-trained-loops.js";
import { medianLossFallsBeyondTrainedLoops } from "./looped-gd/median-loss-falls-beyond-trained-loops.js";
import { predictionsWhiten } from "./looped-gd/predictions-whiten.js";
import { readInOfZeroIsOptimal } from "./looped-gd/read-in-of-zero-is-optimal.js";
import { readInShiftsTheTask } from "./looped-gd/read-in-shifts-the-task.js";
import { trainingReachesIsotropicForShortContexts } from "./looped-gd/training-reaches-isotropic-for-short-contexts.js";
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
  loopedOverUntiedLossRatio,
  antisymmetricPartLowersTheLoss,
  isotropicOptimumIsASaddle,
  curvatureAtTwoLoopsTendsToMinus4OverN,
  antisymmetricCurvatureChangesSignOnce,
  saddleOnsetAtTwoLoopsIsHalfDSquared,
  bestPreconditionerTable,
  bestPreconditionerIsNormal,
  bestPreconditionerTendsToInverseLikeRootN,
  lossIsInvariantUnderTransposition,
  gradientAtSymmetricIsSymmetric,
  globalMinimiserWithinPaperBound,
  bestSymmetricWithinPaperBound,
  bestOverAllWithinPaperBound,
  isotropicOptimumIsBestOfSymmetric,
  isotropicOptimumIsBestOverAll,
  readInOfZeroIsOptimal,
  gradientDominanceAtZero,
  gradientDominanceOfIsotropic,
  gradientDominanceOverNormal,
  gradientDominanceConstantAtFiniteContext,
  gradientDominanceConstantOfSymmetric,
  gradientDominanceConstantOverAll,
  flowTimeOfInfiniteContexts,
  flowTimeWithinReportedForm,
  flowTimeWithinIntegratedForm,
  errorBoundPerInstance,
  errorBoundOfSymmetricPart,
  loopedWithinTwiceUntied,
  meanLossImprovesBeyondTrainedLoops,
  meanLossDivergesWithTestLoops,
  medianLossFallsBeyondTrainedLoops,
  isotropicOptimumIsBestForShortContexts,
  trainingReachesIsotropicForShortContexts,
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
