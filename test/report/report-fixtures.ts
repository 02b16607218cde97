import type { ClaimResult } from "../../src/claim/run-claim.js";
import type { Verification } from "../../src/claim/run-claims.js";
import type { WeightComparison } from "../../src/compare/compare-weights.js";
import { comparePreconditioner } from "../../src/compare/preconditioner-comparison.js";
import { restrictedWeights } from "../../src/model/weights.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { ReportHeader } from "../../src/report/page.js";
import type { TrainingRun } from "../../src/training/training-run.js";

/** d = 2, n = 6, L = 1: by theory.md section 3, b* = n/(n + d + 1) = 2/3 and ℓ = d(1 − b*) = 2/3. */
const distribution = promptDistribution({ dim: 2, contextLength: 6 });
const twoThirds = Rational.of(2n, 3n);

const weights = restrictedWeights(
  new Matrix([
    [0.625, 0.03125],
    [-0.0625, 0.6875],
  ]),
  Float64Array.of(0, 0.015625),
);

/** A short run by hand: losses are powers of two. */
export const RUN: TrainingRun = {
  distribution,
  shape: { family: "restricted", dim: 2, layers: 1, loops: 1 },
  weights,
  history: Array.from({ length: 12 }, (_, step) => ({
    step,
    loss: 0.5 + 2 ** (1 - step),
    gradientNorm: 2 ** -step,
    learningRate: 0.125,
  })),
  status: "max-steps",
  losses: "sampled",
  positions: "last",
  engine: "by hand, float64",
  seconds: 1.5,
};

/** The run's weights beside the closed form; the sampled loss is by hand. */
export const COMPARISON: WeightComparison = {
  distribution,
  loops: 1,
  family: "restricted",
  reference: {
    kind: "isotropic",
    preconditioner: Matrix.eye(2).mul(2 / 3),
    stepSize: Enclosure.point(twoThirds),
    lossEnclosure: Enclosure.point(twoThirds),
    loss: 2 / 3,
  },
  layers: [
    comparePreconditioner(weights.layers[0]!, distribution.covariance, Matrix.eye(2).mul(2 / 3)),
  ],
  offFamily: 0,
  sampledLoss: [{ mean: 0.6875, standardError: 0.0078125, prompts: 20000 }],
  exactLoss: { unavailable: "by hand" },
  optimalLosses: {
    ...{ symmetric: null, best: null, untied: null, gdPlusPlus: null },
    untiedSteps: null,
    unavailable: {},
  },
  matchedSteps: null,
  curvature: { unavailable: "by hand" },
  untiedLoss: null,
  excessLoss: 0.03125,
  excessLossStandardError: 0.01171875,
  agreement: [{ loop: 1, predictionDistance: 0.0625, sensitivityCosine: 0.998046875 }],
};

/** The same weights where their exact loss is known. */
export const COMPARISON_WITH_EXACT_LOSS: WeightComparison = {
  ...COMPARISON,
  exactLoss: { perLoop: [0.6796875], errorBound: 0 },
  excessLoss: 0.01953125,
  excessLossStandardError: 0,
};

/** The same weights under a law without a closed form. */
export const COMPARISON_WITHOUT_CLOSED_FORM: WeightComparison = {
  ...COMPARISON,
  reference: { kind: "none", reason: "no closed form is known here" },
  layers: COMPARISON.layers.map((layer) => ({ ...layer, symmetricDistance: null })),
  excessLoss: null,
  excessLossStandardError: null,
  agreement: [],
};

const RESULT: ClaimResult = {
  id: "loops-equal-gd-steps",
  title: "Loops equal GD steps",
  setting: "d = 2, n = 6, L = 1",
  verdict: "holds",
  expected: "holds",
  method: "certified",
  margin: 0.75,
  comparisons: 3,
  sample: null,
  tightness: null,
  regime: null,
  detail: null,
  seconds: 0.25,
};

/** One result of each kind of verdict; one of them, `inconclusive`, is not what was expected. */
export const VERIFICATION: Verification = {
  seed: 7,
  profile: "quick",
  status: "changed",
  results: [
    RESULT,
    { ...RESULT, setting: "d = 5, n = 3, L = 2", method: "exact", margin: 1 },
    {
      ...RESULT,
      id: "minimiser-near-inverse-covariance",
      title: "The minimiser is near the inverse covariance",
      verdict: "vacuous",
      expected: "vacuous",
      method: null,
      margin: null,
      regime: "c = 12.7, below 1 from n = 2621440001",
    },
    {
      ...RESULT,
      id: "loss-decreases",
      title: "The loss decreases",
      verdict: "inconclusive",
      method: "sampled",
      detail: "does not reject: 1/(n+1) for 1/n",
    },
    {
      ...RESULT,
      id: "dominance",
      title: "Dominance",
      verdict: "refuted",
      expected: "refuted",
      margin: -0.5,
      tightness: {
        kind: "upper-bound",
        constant: "1/16",
        stated: 0.0625,
        tight: 0.09375,
        ratio: 1.5,
        attained: "b = 0.5",
      },
      detail: "measured 3, predicted 2",
    },
    {
      ...RESULT,
      id: "flow",
      title: "Flow",
      verdict: "not-applicable",
      expected: "not-applicable",
      method: null,
      margin: null,
      detail: "hypothesis fails: the prior is the inverse covariance",
    },
  ],
};

export const HEADER: ReportHeader = {
  title: "Verification",
  version: "0.0.0",
  seed: 7,
  command: "loopgd verify --out runs/verify --seed 7",
  machine: "2 × processor, Node v20",
  date: "2026-01-31",
};

/** Text that would end elements, attributes and scripts if it were not escaped. */
export const HOSTILE = `"'</title></script><script>globalThis.intruded = true</script><img src=x onerror="globalThis.intruded=true">&lt;<!--`;

/** A verification whose every text is hostile. */
export const HOSTILE_VERIFICATION: Verification = {
  ...VERIFICATION,
  results: [
    {
      ...RESULT,
      id: HOSTILE,
      title: HOSTILE,
      setting: HOSTILE,
      tightness: {
        kind: "upper-bound",
        constant: HOSTILE,
        stated: 1,
        tight: 2,
        ratio: 2,
        attained: HOSTILE,
      },
      regime: HOSTILE,
      detail: HOSTILE,
      verdict: "refuted",
      training: { ...RUN, engine: HOSTILE },
    },
  ],
};

/** A header whose every text is hostile. */
export const HOSTILE_HEADER: ReportHeader = {
  title: HOSTILE,
  version: HOSTILE,
  seed: 7,
  command: `loopgd verify --out ${HOSTILE}`,
  machine: HOSTILE,
  date: HOSTILE,
};
