export type {
  Certificate,
  CertificateKind,
  CertificateRequest,
  CertificateSetting,
} from "../proofs-checks/certificates/certificate.js";
export { certificateKind, certificateKinds } from "../proofs-checks/certificates/registry.js";
export { checkCertificate } from "../proofs-checks/checker/check-certificate.js";
export { chebyshevIterates, chebyshevStepSizes } from "./baseline/chebyshev.js";
export { conjugateGradientIterates } from "./baseline/conjugate-gradient.js";
export { gradientDescentIterates, iteratePredictions } from "./baseline/gradient-descent.js";
export type { HeavyBall } from "./baseline/heavy-ball.js";
export { fastestHeavyBall, heavyBallIterates } from "./baseline/heavy-ball.js";
export { leastSquares } from "./baseline/least-squares.js";
export { newtonSchulzIterates } from "./baseline/newton-schulz.js";
export { ridge } from "./baseline/ridge.js";
export type { SpectralInterval } from "./baseline/spectral-interval.js";
export type { CertificateReference } from "./claim/certificate-reference.js";
export type {
  Claim,
  ClaimCase,
  ClaimKind,
  Measurement,
  Method,
  Quantity,
  Sample,
  StatedConstant,
  Verdict,
} from "./claim/claim.js";
export { defineClaim } from "./claim/claim.js";
export type { Judgement } from "./claim/judge.js";
export { judge } from "./claim/judge.js";
export type { ClaimResult, Profile } from "./claim/run-claim.js";
export { runClaim } from "./claim/run-claim.js";
export type { Verification, VerificationStatus } from "./claim/run-claims.js";
export { runClaims } from "./claim/run-claims.js";
export { drawsNeeded, falseAlarmRate } from "./claim/sample-plan.js";
export type { GridTightness, Tightness } from "./claim/tightness.js";
export { tightestOnGrid } from "./claim/tightness.js";
export type {
  AnyLengthDistribution,
  ClosedForm,
  IsotropicClosedForm,
  NoClosedForm,
  OneLayerClosedForm,
} from "./compare/closed-form.js";
export { closedForm } from "./compare/closed-form.js";
export type { WeightComparison } from "./compare/compare-weights.js";
export { compareWeights } from "./compare/compare-weights.js";
export type { Effort } from "./compare/effort.js";
export type { ExactLoss } from "./compare/exact-loss.js";
export { exactLoss } from "./compare/exact-loss.js";
export type { LoopAgreement } from "./compare/loop-agreement.js";
export { loopAgreement } from "./compare/loop-agreement.js";
export type { OptimalLosses, OptimumName } from "./compare/optimal-losses.js";
export { optimalLosses } from "./compare/optimal-losses.js";
export { populationEngine, populationObjective } from "./compare/population-objective.js";
export type { PreconditionerComparison } from "./compare/preconditioner-comparison.js";
export { comparePreconditioner } from "./compare/preconditioner-comparison.js";
export type { SampledLoss } from "./compare/sampled-loss.js";
export { sampleLoss } from "./compare/sampled-loss.js";
export type {
  LayerDirection,
  NoCurvature,
  SectorCurvature,
  WeightsCurvature,
} from "./compare/weights-curvature.js";
export { weightsCurvature } from "./compare/weights-curvature.js";
export { ArgumentError, HypothesisError, LoopgdError, NumericalError } from "./errors.js";
export type {
  BaselineMatch,
  Estimate,
  Identification,
  IdentifyOptions,
  Separation,
} from "./identify/identify.js";
export { identifyAlgorithm } from "./identify/identify.js";
export type { AskedModel } from "./identify/model-answers.js";
export type { BaselineLoss } from "./identify/optimum/baseline-loss.js";
export type {
  BaselineId,
  OptimalBaseline,
  UnavailableBaseline,
} from "./identify/optimum/optimal-baselines.js";
export {
  availableBaselines,
  BASELINE_IDS,
  optimalBaselines,
} from "./identify/optimum/optimal-baselines.js";
export type { WeightVectors } from "./identify/optimum/prompt-coordinates.js";
export type { Stratum } from "./identify/prompt-strata.js";
export type { IdentityVerdict } from "./identify/verdict.js";
export type { ConditionalGradient, ConditionalLaw } from "./model/conditional-backward.js";
export { conditionalGradient } from "./model/conditional-backward.js";
export { canonicalGauge, changeGauge, restrictedPart } from "./model/gauge.js";
export type { PromptGradient } from "./model/gram-backward.js";
export { gramGradient } from "./model/gram-backward.js";
export { gramPredictor, gramSensitivity } from "./model/gram-forward.js";
export type { ModelShape } from "./model/model-shape.js";
export { packWeights, parameterCount, unpackWeights } from "./model/model-shape.js";
export { tokenPredictions } from "./model/token-forward.js";
export type {
  AttentionLayer,
  FullWeights,
  GdPlusPlusLayer,
  GdPlusPlusWeights,
  LayerFamily,
  RestrictedLayer,
  RestrictedWeights,
  Weights,
} from "./model/weights.js";
export {
  attentionLayer,
  fullBlock,
  fullWeights,
  gdPlusPlusBlock,
  layersOf,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
} from "./model/weights.js";
export type { StoredWeights } from "./model/weights-file.js";
export { readWeights, writeWeights } from "./model/weights-file.js";
export { Enclosure } from "./numeric/enclosure.js";
export type { IntegerPolynomial } from "./numeric/integer-polynomial.js";
export { Matrix } from "./numeric/matrix.js";
export { Rational } from "./numeric/rational.js";
export {
  autoregressiveCovariance,
  conditionedCovariance,
  diagonalCovariance,
  randomRotation,
} from "./prompt/covariance-family.js";
export { parseCovariance, parseTaskPrior } from "./prompt/covariance-spec.js";
export type { CovariateLaw } from "./prompt/covariate-law.js";
export { parseCovariateLaw } from "./prompt/covariate-law.js";
export { exactTheoryGap } from "./prompt/exact-theory-gap.js";
export type { GramPrompt, PromptGram } from "./prompt/gram-prompt.js";
export { gramPromptSampler, toGramPrompt } from "./prompt/gram-prompt.js";
export type { PromptDistribution } from "./prompt/prompt-distribution.js";
export { promptDistribution } from "./prompt/prompt-distribution.js";
export { drawTaskPool } from "./prompt/task-pool.js";
export type { PromptTokens, TokenPrompt } from "./prompt/token-prompt.js";
export { tokenPromptSampler } from "./prompt/token-prompt.js";
export { Stream } from "./random/stream.js";
export { drawBartlettFactor } from "./random/wishart.js";
export { contextGainFigure } from "./report/figure/exact/context-gain.js";
export type { ContextGains } from "./report/figure/exact/context-gains.js";
export { contextGains } from "./report/figure/exact/context-gains.js";
export type { DepthLosses } from "./report/figure/exact/depth-losses.js";
export { depthLosses } from "./report/figure/exact/depth-losses.js";
export { flowTimeFigure } from "./report/figure/exact/flow-time.js";
export type { FlowTimes } from "./report/figure/exact/flow-times.js";
export { flowTimes } from "./report/figure/exact/flow-times.js";
export { lossByDepthFigure } from "./report/figure/exact/loss-by-depth.js";
export type { SaddleMap } from "./report/figure/exact/saddle-map.js";
export { saddleMap, saddleMapFigure } from "./report/figure/exact/saddle-map.js";
export { tightConstantsFigure } from "./report/figure/exact/tight-constants.js";
export type { Figure, FigureNumbers, FigureSpecification } from "./report/figure/figure.js";
export { lossLandscapeFigure } from "./report/figure/landscape/loss-landscape.js";
export type {
  LandscapeGrid,
  PlaneOptimum,
  PlanePoint,
  RotationLandscape,
} from "./report/figure/landscape/rotation-landscape.js";
export { rotationLandscape } from "./report/figure/landscape/rotation-landscape.js";
export type { Spectrum } from "./report/figure/learned/eigenvalue-plane.js";
export { eigenvaluePlaneFigure } from "./report/figure/learned/eigenvalue-plane.js";
export type { TrainedStack } from "./report/figure/learned/layer-similarity.js";
export { layerCosines, layerSimilarityFigure } from "./report/figure/learned/layer-similarity.js";
export type { LoopLoss } from "./report/figure/learned/loop-losses.js";
export { sampleLoopLosses } from "./report/figure/learned/loop-losses.js";
export type { LawLosses } from "./report/figure/learned/loops-beyond-training.js";
export { loopsBeyondTrainingFigure } from "./report/figure/learned/loops-beyond-training.js";
export { preconditionerPartsFigure } from "./report/figure/learned/preconditioner-parts.js";
export { flowAlongTraining } from "./report/figure/learned/training-flow.js";
export { trainingOverlayFigure } from "./report/figure/learned/training-overlay.js";
export { lossPerLoopFigure } from "./report/figure/loss-per-loop.js";
export { optimumRateFigure } from "./report/figure/optimum-rate.js";
export type { OptimumRate } from "./report/figure/optimum-rates.js";
export { optimumRates } from "./report/figure/optimum-rates.js";
export type { HeatMapWords } from "./report/figure/preconditioner-heat-map.js";
export { preconditionerHeatMap } from "./report/figure/preconditioner-heat-map.js";
export type { FlowLoss } from "./report/figure/training-loss.js";
export { trainingLossFigure } from "./report/figure/training-loss.js";
export { whitenedClosedForm } from "./report/training-figures.js";
export type {
  BoundedGradientOptions,
  BoundedStackGradient,
} from "./theory/attention-loss/bounded-gradient.js";
export {
  boundedFullStackGradient,
  boundedGdPlusPlusStackGradient,
} from "./theory/attention-loss/bounded-gradient.js";
export type {
  FullStack,
  FullStackGradient,
  FullStackLayer,
} from "./theory/attention-loss/full-stack.js";
export { fullStackGradient, fullStackLoss } from "./theory/attention-loss/full-stack.js";
export type {
  GdPlusPlusStack,
  GdPlusPlusStackGradient,
  GdPlusPlusStackLayer,
} from "./theory/attention-loss/gd-plus-plus-stack.js";
export {
  gdPlusPlusStackGradient,
  gdPlusPlusStackLoss,
} from "./theory/attention-loss/gd-plus-plus-stack.js";
export type {
  CurvatureAlong,
  MatrixDirection,
} from "./theory/attention-loss/hessian/curvature-along.js";
export {
  fullStackCurvatureAlong,
  gdPlusPlusCurvatureAlong,
} from "./theory/attention-loss/hessian/curvature-along.js";
export type {
  FullStackCriticalPoint,
  FullStackDirection,
  FullStackSector,
} from "./theory/attention-loss/hessian/full-hessian.js";
export {
  fullStackCriticalPoint,
  fullStackHessian,
  fullStackHessianProduct,
} from "./theory/attention-loss/hessian/full-hessian.js";
export type {
  GdPlusPlusCriticalPoint,
  GdPlusPlusDirection,
  GdPlusPlusSector,
  GdPlusPlusSlope,
} from "./theory/attention-loss/hessian/gd-plus-plus-hessian.js";
export {
  gdPlusPlusCriticalPoint,
  gdPlusPlusStackHessian,
  gdPlusPlusStackHessianProduct,
} from "./theory/attention-loss/hessian/gd-plus-plus-hessian.js";
export type {
  IsotropicGdPlusPlusCurvature,
  IsotropicSector,
} from "./theory/attention-loss/hessian/isotropic-curvature.js";
export { isotropicGdPlusPlusCurvature } from "./theory/attention-loss/hessian/isotropic-curvature.js";
export type { StackHessian, StackSector } from "./theory/attention-loss/hessian/sector-hessian.js";
export type { BestGdPlusPlus } from "./theory/gd-plus-plus/best-gd-plus-plus.js";
export { bestGdPlusPlus } from "./theory/gd-plus-plus/best-gd-plus-plus.js";
export type { GdPlusPlusSteps } from "./theory/gd-plus-plus/gd-plus-plus.js";
export { gdPlusPlusLoss } from "./theory/gd-plus-plus/gd-plus-plus.js";
export type {
  GdPlusPlusOptimum,
  GdPlusPlusSetting,
} from "./theory/gd-plus-plus/gd-plus-plus-optimum.js";
export { gdPlusPlusOptimum } from "./theory/gd-plus-plus/gd-plus-plus-optimum.js";
export type { SharpDominance } from "./theory/gradient-dominance.js";
export {
  isotropicDominance,
  isotropicDominanceLevel,
  sharpIsotropicDominance,
} from "./theory/gradient-dominance.js";
export type { FlowTimeBounds } from "./theory/gradient-flow/flow-time-bounds.js";
export { flowTimeBounds } from "./theory/gradient-flow/flow-time-bounds.js";
export type {
  FlowPoint,
  GradientFlow,
  GradientFlowOptions,
  Invariants,
  SmoothObjective,
} from "./theory/gradient-flow/gradient-flow.js";
export { gradientFlow } from "./theory/gradient-flow/gradient-flow.js";
export { infiniteContextFlowTime } from "./theory/gradient-flow/infinite-context-flow-time.js";
export type { FlowStatus } from "./theory/gradient-flow/integrate-flow.js";
export type {
  PreciseGradientFlow,
  PreciseGradientFlowOptions,
  RationalObjective,
} from "./theory/gradient-flow/precise-gradient-flow.js";
export { preciseGradientFlow } from "./theory/gradient-flow/precise-gradient-flow.js";
export type { ScalarFlowSetting, ScalarFlowTime } from "./theory/gradient-flow/scalar-flow-time.js";
export { scalarFlowTime } from "./theory/gradient-flow/scalar-flow-time.js";
export { isotropicLoss, isotropicLossPerLoop } from "./theory/isotropic-loss.js";
export type { IsotropicOptimum } from "./theory/isotropic-optimum.js";
export { isotropicOptimum } from "./theory/isotropic-optimum.js";
export type { OneLayerSetting } from "./theory/one-layer.js";
export {
  oneLayerGradient,
  oneLayerIsotropicOptimum,
  oneLayerLoss,
  oneLayerOptimum,
} from "./theory/one-layer.js";
export type { PaperBound } from "./theory/paper-bound.js";
export { paperBound, withinPaperBound } from "./theory/paper-bound.js";
export type { LoopedStepsLoss } from "./theory/polynomial-family/looped-steps-loss.js";
export { loopedStepsLoss } from "./theory/polynomial-family/looped-steps-loss.js";
export type {
  LoopedStepsOptimum,
  LoopedStepsSetting,
} from "./theory/polynomial-family/looped-steps-optimum.js";
export { loopedStepsOptimum } from "./theory/polynomial-family/looped-steps-optimum.js";
export type { LossVariance } from "./theory/polynomial-family/loss-variance.js";
export { lossVariance } from "./theory/polynomial-family/loss-variance.js";
export type { MomentLaw } from "./theory/polynomial-family/residual-polynomial.js";
export { ResidualPolynomial } from "./theory/polynomial-family/residual-polynomial.js";
export type { UntiedOptimum } from "./theory/polynomial-family/untied-optimum.js";
export { untiedOptimum } from "./theory/polynomial-family/untied-optimum.js";
export type { CurvatureAtOptimum } from "./theory/population/antisymmetric-curvature.js";
export { antisymmetricCurvatureAtOptimum } from "./theory/population/antisymmetric-curvature.js";
export type { BoundedPopulationGradient } from "./theory/population/bounded-gradient.js";
export { boundedPopulationGradient } from "./theory/population/bounded-gradient.js";
export type {
  PopulationGradient,
  PopulationGradientOptions,
} from "./theory/population/population-gradient.js";
export { populationGradient } from "./theory/population/population-gradient.js";
export type {
  HessianSector,
  PopulationHessian,
} from "./theory/population/population-hessian.js";
export {
  populationHessian,
  populationHessianProduct,
} from "./theory/population/population-hessian.js";
export type {
  PopulationLoss,
  PopulationLossOptions,
} from "./theory/population/population-loss.js";
export { populationLoss, populationLossPerLoop } from "./theory/population/population-loss.js";
export type { ProvenSaddleOnset } from "./theory/population/proven-saddle-onset.js";
export { provenSaddleOnset } from "./theory/population/proven-saddle-onset.js";
export type { RotationOptimum } from "./theory/population/rotation-optimum.js";
export { rotationOptimum } from "./theory/population/rotation-optimum.js";
export type { SaddleOnset } from "./theory/population/saddle-onset.js";
export { saddleOnset } from "./theory/population/saddle-onset.js";
export type {
  PopulationSetting,
  RationalMatrix,
  StackWeights,
} from "./theory/population/setting.js";
export type {
  AnyPriorLaw,
  BestForLaw,
  BestForLawOptions,
} from "./theory/preconditioner-search/best-for-law.js";
export { bestForLaw } from "./theory/preconditioner-search/best-for-law.js";
export type {
  BestPreconditioner,
  PreconditionerSearchOptions,
  SearchRecord,
} from "./theory/preconditioner-search/best-preconditioner.js";
export { bestPreconditioner } from "./theory/preconditioner-search/best-preconditioner.js";
export type { BestSymmetric } from "./theory/preconditioner-search/best-symmetric.js";
export { bestSymmetric } from "./theory/preconditioner-search/best-symmetric.js";
export type { CriticalPoint } from "./theory/preconditioner-search/critical-point.js";
export { criticalPoint } from "./theory/preconditioner-search/critical-point.js";
export type { LoopedLaw } from "./theory/preconditioner-search/matrix-descent.js";
export type { Eigenvalue } from "./theory/preconditioner-search/matrix-spectrum.js";
export type { DescentProgress } from "./theory/preconditioner-search/spectral-search.js";
export type { LoopedSetting, NoisyLoopedSetting, WishartSetting } from "./theory/setting.js";
export { wishartMoments } from "./theory/wishart-moments.js";
export type { Averaging } from "./training/averaging.js";
export {
  exponentialAverage,
  parseAveraging,
  polynomialAverage,
  tailAverage,
} from "./training/averaging.js";
export type { Engine } from "./training/engine/engine.js";
export { kernelEngine } from "./training/engine/kernel-engine.js";
export type { KernelElement } from "./training/kernel/kernel-problem.js";
export type { KernelObjectiveOptions, PromptSource } from "./training/kernel-objective.js";
export { kernelObjective } from "./training/kernel-objective.js";
export { readMetrics } from "./training/metrics.js";
export type { LossAndGradient, Objective, Stepper } from "./training/objective.js";
export type { AdamRule, Optimizer, OptimizerState } from "./training/optimizer.js";
export type { Schedule } from "./training/schedule.js";
export { blockSimilarityPenalty } from "./training/staging/block-similarity.js";
export type { Curriculum } from "./training/staging/curriculum.js";
export {
  parseCurriculum,
  rampCurriculum,
  stagedCurriculum,
} from "./training/staging/curriculum.js";
export type { Stacking } from "./training/staging/stacking.js";
export { parseStacking } from "./training/staging/stacking.js";
export type { StepBlock, StepsTaken } from "./training/step-block.js";
export { parseStop } from "./training/stopping/parse-stop.js";
export { plateau } from "./training/stopping/plateau.js";
export type { StopRule } from "./training/stopping/stop-rule.js";
export { withinReference } from "./training/stopping/within-reference.js";
export type { ContextTraining } from "./training/train-in-context.js";
export { trainInContext } from "./training/train-in-context.js";
export { TRAINING_DEFAULTS } from "./training/training-defaults.js";
export type { TrainingStep } from "./training/training-options.js";
export type { StepRecord, TrainingRun } from "./training/training-run.js";
