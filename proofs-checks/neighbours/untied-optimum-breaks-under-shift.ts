import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";

interface Setting {
  readonly layers: number;
  readonly condition: number;
}

/**
 * A shift of size 2^{−3L/2} < e^{−L} ruins the untied optimum that one looped step survives.
 *
 * Statement.    for the spectrum s_j = 1 + j/L, j = 0 … L − 2, and κ, all L untied steps b_l = 1/s_l
 *               leave the error 0; once κ has moved by ε the error there is at least
 *               (ε/κ) Π_j (κ/s_j − 1), which exceeds 1, the error of answering 0
 * Conventions.  error: largest |p| over the spectrum, p = Π (1 − b_l s) the residual at n = ∞; the
 *               whole spectrum stays inside [1, κ + ε]: ε is the shift in the ∞-Wasserstein distance
 * Hypotheses.   κ ≥ 12, L ≥ 5: then the bound is above 1
 * Accuracy.     exact rationals. Measured: 1, and the error of the shifted spectrum; the bound is what
 *               convexity of |p| beyond its largest root gives
 * Source.       fragility to shifts of order e^{−L}: Gatmiry et al. 2024b, abstract; this instance and
 *               its bound derived here
 */
export const untiedOptimumBreaksUnderShift = defineClaim<Setting>({
  id: "untied-optimum-breaks-under-shift",
  title: "A shift smaller than e^{−L} ruins an untied optimum",
  statement:
    "\\max_{s\\in\\text{shifted spectrum}}|p(s)| \\ge \\frac\\varepsilon\\kappa\\prod_j\\left(\\frac\\kappa{s_j}-1\\right) > 1, \\quad \\varepsilon = 2^{-3L/2} < e^{-L}",
  source: "Gatmiry et al. 2024b, abstract; instance and bound derived here",
  kind: "lower-bound",
  hypotheses: {
    "L is even and at least 6": ({ layers }) => layers >= 6 && layers % 2 === 0,
    "κ ≥ 12": ({ condition }) => condition >= 12,
  },
  grid: {
    quick: [point(6, 16), point(10, 16), point(20, 16), point(10, 100), point(8, 12)],
    thorough: [point(60, 16)],
  },
  // The second component says that the bound itself is beyond the error of answering 0.
  predicted: (setting) => [bound(setting, {}), Rational.ONE],
  measured: (setting) => {
    const { condition, layers } = setting;
    const shifted = Rational.of(condition).plus(shiftOf(layers));
    const error = untiedResidual(setting, shifted).absolute();
    return { value: [error, bound(setting, {})], errorBudget: 0, method: "exact" };
  },
  regime: (setting) => {
    const { condition, layers } = setting;
    const shifted = Rational.of(condition).plus(shiftOf(layers));
    const looped = (at: Rational) =>
      Rational.ONE.minus(at.over(Rational.of(condition + 1, 2)))
        .power(layers)
        .absolute()
        .toNumber();
    const [before, after] = [looped(Rational.of(condition)), looped(shifted)];
    return `ε = ${shiftOf(layers).toNumber().toExponential(2)}; the looped step 2/(κ+1) goes from ${before.toPrecision(4)} to ${after.toPrecision(4)}`;
  },
  rivals: {
    "κ/s_j for κ/s_j − 1": (setting) => [bound(setting, { minus: Rational.ZERO }), Rational.ONE],
    "ε for ε/κ": (setting) => [
      bound(setting, {}).times(Rational.of(setting.condition)),
      Rational.ONE,
    ],
    "twice the bound": (setting) => [bound(setting, {}).times(Rational.of(2)), Rational.ONE],
  },
});

function point(layers: number, condition: number) {
  return { name: `L=${layers} κ=${condition}`, setting: { layers, condition } };
}

function shiftOf(layers: number): Rational {
  return Rational.of(2).power(-(3 * layers) / 2);
}

function innerSpectrum(layers: number): Rational[] {
  return Array.from({ length: layers - 1 }, (_, j) => Rational.of(layers + j, layers));
}

function bound({ layers, condition }: Setting, { minus = Rational.ONE }): Rational {
  const kappa = Rational.of(condition);
  return innerSpectrum(layers).reduce(
    (product, s) => product.times(kappa.over(s).minus(minus)),
    shiftOf(layers).over(kappa),
  );
}

/** Π (1 − s/s_l) over the spectrum trained on. */
function untiedResidual({ layers, condition }: Setting, at: Rational): Rational {
  return [...innerSpectrum(layers), Rational.of(condition)].reduce(
    (product, s) => product.times(Rational.ONE.minus(at.over(s))),
    Rational.ONE,
  );
}
