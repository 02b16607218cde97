export { gradientDescentIterates, iteratePredictions } from "./baseline/gradient-descent.js";
export { leastSquares } from "./baseline/least-squares.js";
export type {
  Claim,
  ClaimCase,
  ClaimKind,
  Measurement,
  Method,
  Quantity,
  Verdict,
} from "./claim/claim.js";
export { defineClaim } from "./claim/claim.js";
export type { Judgement } from "./claim/judge.js";
export { judge } from "./claim/judge.js";
export type { ClaimResult, Profile } from "./claim/run-claim.js";
export { runClaim } from "./claim/run-claim.js";
export type { Verification, VerificationStatus } from "./claim/run-claims.js";
export { runClaims } from "./claim/run-claims.js";
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
export type { LoopAgreement } from "./compare/loop-agreement.js";
export { loopAgreement } from "./compare/loop-agreement.js";
export type { PreconditionerComparison } from "./compare/preconditioner-comparison.js";
export { comparePreconditioner } from "./compare/preconditioner-comparison.js";
export type { SampledLoss } from "./compare/sampled-loss.js";
export { sampleLoss } from "./compare/sampled-loss.js";
export { ArgumentError, HypothesisError, LoopgdError, NumericalError } from "./errors.js";
export { canonicalGauge, changeGauge, restrictedPart } from "./model/gauge.js";
export { gramPredictor, gramSensitivity } from "./model/gram-forward.js";
export { tokenPredictions } from "./model/token-forward.js";
export type {
  AttentionLayer,
  FullWeights,
  ModelShape,
  RestrictedLayer,
  RestrictedWeights,
  UntiedWeights,
  Weights,
} from "./model/weights.js";
export {
  attentionLayer,
  fullWeights,
  layersOf,
  restrictedWeights,
  untiedWeights,
} from "./model/weights.js";
export type { StoredWeights } from "./model/weights-file.js";
export { readWeights, writeWeights } from "./model/weights-file.js";
export { Enclosure } from "./numeric/enclosure.js";
export { Matrix } from "./numeric/matrix.js";
export { Rational } from "./numeric/rational.js";
export {
  autoregressiveCovariance,
  conditionedCovariance,
  diagonalCovariance,
  randomRotation,
} from "./prompt/covariance-family.js";
export { parseCovariance, parseTaskPrior } from "./prompt/covariance-spec.js";
export type { GramPrompt } from "./prompt/gram-prompt.js";
export { gramPromptSampler, toGramPrompt } from "./prompt/gram-prompt.js";
export type { PromptDistribution } from "./prompt/prompt-distribution.js";
export { promptDistribution } from "./prompt/prompt-distribution.js";
export type { TokenPrompt } from "./prompt/token-prompt.js";
export { tokenPromptSampler } from "./prompt/token-prompt.js";
export { Stream } from "./random/stream.js";
export { drawBartlettFactor } from "./random/wishart.js";
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
export type { LoopedSetting, NoisyLoopedSetting, WishartSetting } from "./theory/setting.js";
export { wishartMoments } from "./theory/wishart-moments.js";
export type { ContextTraining } from "./training/train-in-context.js";
export { TRAINING_DEFAULTS, trainInContext } from "./training/train-in-context.js";
export type { StepRecord, TrainingRun } from "./training/training-run.js";
