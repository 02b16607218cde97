import { defineClaim, type Verdict } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicLoss, isotropicLossPerLoop } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** L, the loops that b* is best for. */
  readonly loops: number;
  /** T, the loops that are run. */
  readonly testLoops: number;
}

/**
 * A model trained with L loops keeps improving when looped longer: read as a statement on the mean.
 *
 * Statement.    ℓ_T(b*_L) ≤ ℓ_L(b*_L) for T > L
 * Conventions.  A = b*_L Σ⁻¹, Ω = Σ⁻¹, no noise; b* rounded to a double, the loss at that double exact
 * Accuracy.     exact: sampling cannot see such means (10⁵ prompts see 4·10⁴ where the truth is 8.6·10⁵)
 * Source.       observed for trained models by Gatmiry et al. 2024 (L = 2 and 5, d = 10); true for
 *               T a little beyond L, or n large; for every n the mean turns at some T (see
 *               mean-loss-diverges-with-test-loops)
 */
export const meanLossImprovesBeyondTrainedLoops = defineClaim<Setting>({
  id: "mean-loss-improves-beyond-trained-loops",
  title: "The mean loss of a model looped longer than it was trained for is lower",
  statement: "\\ell_T(b^*_L) \\le \\ell_L(b^*_L), \\quad T > L",
  source: "a reading of Gatmiry et al. 2024, experiments",
  kind: "upper-bound",
  hypotheses: { "T > L": ({ loops, testLoops }) => testLoops > loops },
  grid: {
    quick: [
      point(10, 20, 2, 4),
      point(10, 20, 2, 8, "refuted"),
      point(10, 20, 2, 16, "refuted"),
      point(10, 50, 2, 8),
      point(10, 50, 2, 16, "refuted"),
      point(10, 100, 2, 16),
      point(10, 5, 2, 4),
      point(10, 20, 5, 10, "refuted"),
      point(10, 50, 5, 10),
      point(10, 100, 5, 20),
      point(10, 100, 5, 40, "refuted"),
      point(10, 20, 2, 2, "not-applicable"),
    ],
    thorough: [point(10, 200, 5, 40), point(10, 200, 5, 80, "refuted")],
  },
  predicted: (setting) => isotropicLoss(lawOf(setting), trainedStep(setting)),
  measured: (setting) => ({
    value: isotropicLoss({ ...lawOf(setting), loops: setting.testLoops }, trainedStep(setting)),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "every loop halves the mean": (setting) =>
      isotropicLoss(lawOf(setting), trainedStep(setting)).over(
        Rational.of(2).power(setting.testLoops - setting.loops),
      ),
    "as if b were tuned for T loops, and a tenth less": (setting) =>
      isotropicOptimum({ ...lawOf(setting), loops: setting.testLoops }).loss.lower.times(
        Rational.of(9, 10),
      ),
  },
  regime: (setting) => {
    const turn = firstRise(setting);
    return `the mean rises from T = ${turn} on; T = ${setting.testLoops} pays from n = ${separatingContext(setting)} on`;
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  testLoops: number,
  expected: Verdict = "holds",
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} T=${testLoops}`,
    setting: { dim, contextLength, loops, testLoops },
    expected,
  };
}

function lawOf({ dim, contextLength, loops }: Setting) {
  return { dim, contextLength, loops };
}

/** b*_L as a double: short enough to be raised to high powers. */
function trainedStep(setting: Setting): Rational {
  const { stepSize } = isotropicOptimum({ ...lawOf(setting), digits: 20 });
  return Rational.fromNumber(stepSize.toNumber());
}

/** The first T at which one more loop raised the mean. */
function firstRise(setting: Setting): number {
  const stepSize = trainedStep(setting);
  for (let reach = 16; ; reach *= 2) {
    const losses = isotropicLossPerLoop({ ...lawOf(setting), loops: reach }, stepSize);
    const turn = losses.findIndex((loss, t) => t > 0 && loss.compare(losses[t - 1]!) > 0);
    if (turn > 0) return turn;
  }
}

/** The least n, by bisection, from which ℓ_T ≤ ℓ_L. */
function separatingContext(setting: Setting): number {
  const pays = (contextLength: number) => {
    const changed = { ...setting, contextLength };
    const stepSize = trainedStep(changed);
    const longer = isotropicLoss({ ...lawOf(changed), loops: setting.testLoops }, stepSize);
    return longer.compare(isotropicLoss(lawOf(changed), stepSize)) <= 0;
  };
  if (pays(1)) return 1;
  let [below, above] = [1, 2];
  while (!pays(above)) [below, above] = [above, 2 * above];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (pays(middle)) above = middle;
    else below = middle;
  }
  return above;
}
