import { chebyshevIterates } from "../../src/baseline/chebyshev.js";
import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { diagonalPrompt, residualsOf, spreadSpectrum } from "../diagonal-prompt.js";

interface Setting {
  readonly condition: number;
  readonly layers: number;
}

/** Eigenvalues at which the algorithm's error is watched, beside the extremal ones. */
const EIGENVALUES = 60;

/**
 * No untied stack of scalar steps does better on [1, κ] than Chebyshev's.
 *
 * Statement.    min over p of degree L, p(0) = 1, of max_{[1,κ]} |p| = 1/T_L((κ+1)/(κ−1))
 * Conventions.  n = ∞, so that L layers A_l = b_l I leave the residual p = Π (1 − b_l s)
 * Accuracy.     predicted: T_L by its recurrence, exactly. Measured, first: a lower bound on the
 *               minimum that any L + 1 points of the interval give, 1/Σ_i |ℓ_i(0)|, ℓ_i the Lagrange
 *               basis on Chebyshev's extremal points (rational to 2⁻⁵³: the bound loses less than
 *               1e−12); second: the largest error of Chebyshev's semi-iteration itself, run on 60
 *               eigenvalues and the extremal ones. Lower and upper value agree
 * Source.       p(0) = Σ p(s_i) ℓ_i(0) ≤ max|p| Σ |ℓ_i(0)|; Markov 1916. That restricted attention
 *               needs order √κ layers: Gatmiry et al. 2024b, abstract
 */
export const chebyshevIsTheBestUntiedDepth = defineClaim<Setting>({
  id: "chebyshev-is-the-best-untied-depth",
  title: "Chebyshev's steps are the best untied ones for eigenvalues in [1, κ]",
  statement:
    "\\min_{\\deg p \\le L,\\ p(0)=1}\\ \\max_{s\\in[1,\\kappa]}|p(s)| = \\frac1{T_L\\left(\\frac{\\kappa+1}{\\kappa-1}\\right)}",
  source: "Gatmiry et al. 2024b (order √κ); exact value: Markov 1916",
  kind: "equality",
  hypotheses: { "κ > 1": ({ condition }) => condition > 1 },
  grid: {
    quick: [point(16, 1), point(16, 5), point(16, 11), point(100, 27), point(3, 8)],
    thorough: [point(1000, 60)],
  },
  predicted: (setting) => both(inverseChebyshev(setting)),
  measured: (setting) => {
    const bound = lowerBound(setting);
    return {
      value: [bound, largestError(setting)],
      errorBudget: [bound.times(Rational.parse("1e-12")), Rational.parse("1e-13")],
      method: "certified",
    };
  },
  rivals: {
    "the tied rate ((κ−1)/(κ+1))^L": ({ condition, layers }) =>
      both(Rational.of(condition - 1, condition + 1).power(layers)),
    "twice r^L, r = (√κ−1)/(√κ+1), its limit": ({ condition, layers }) => {
      const root = Math.sqrt(condition);
      return both(Rational.fromNumber(2 * ((root - 1) / (root + 1)) ** layers));
    },
    "κ/(κ−1) for (κ+1)/(κ−1)": ({ condition, layers }) =>
      both(Rational.ONE.over(chebyshev(layers, Rational.of(condition, condition - 1)))),
  },
});

function point(condition: number, layers: number) {
  return { name: `κ=${condition} L=${layers}`, setting: { condition, layers } };
}

function both(value: Rational): Rational[] {
  return [value, value];
}

function inverseChebyshev({ condition, layers }: Setting): Rational {
  return Rational.ONE.over(chebyshev(layers, Rational.of(condition + 1, condition - 1)));
}

/** T_L(x) by T_{k+1} = 2x T_k − T_{k−1}. */
function chebyshev(degree: number, x: Rational): Rational {
  const twice = x.plus(x);
  let [previous, current] = [Rational.ONE, x];
  for (let k = 1; k < degree; k++) {
    [previous, current] = [current, twice.times(current).minus(previous)];
  }
  return current;
}

/** The points where |T_L| is 1, in doubles: any points give a valid bound. */
function extremalPoints({ condition, layers }: Setting): number[] {
  const [centre, radius] = [(condition + 1) / 2, (condition - 1) / 2];
  return Array.from({ length: layers + 1 }, (_, i) =>
    Math.min(condition, Math.max(1, centre - radius * Math.cos((i * Math.PI) / layers))),
  );
}

/** 1/Σ_i Π_{j≠i} s_j/|s_j − s_i|. */
function lowerBound(setting: Setting): Rational {
  const points = extremalPoints(setting).map(Rational.fromNumber);
  const sum = points.reduce((total, own, i) => {
    const weight = points.reduce(
      (product, other, j) =>
        i === j ? product : product.times(other.over(other.minus(own).absolute())),
      Rational.ONE,
    );
    return total.plus(weight);
  }, Rational.ZERO);
  return Rational.ONE.over(sum);
}

function largestError(setting: Setting): number {
  const { condition, layers } = setting;
  const spectrum = [...spreadSpectrum(condition, EIGENVALUES), ...extremalPoints(setting)];
  const iterates = chebyshevIterates(
    { lower: 1, upper: condition },
    diagonalPrompt(spectrum),
    layers,
  );
  return Math.max(...residualsOf(iterates, spectrum.length).at(-1)!.map(Math.abs));
}
