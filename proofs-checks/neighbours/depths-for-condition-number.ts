import { chebyshevIterates } from "../../src/baseline/chebyshev.js";
import { gradientDescentIterates } from "../../src/baseline/gradient-descent.js";
import { newtonSchulzIterates } from "../../src/baseline/newton-schulz.js";
import { defineClaim } from "../../src/claim/claim.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { diagonalPrompt, residualsOf, spreadSpectrum } from "../diagonal-prompt.js";

interface Setting {
  readonly condition: number;
  readonly error: number;
}

/** Eigenvalues at which the error is watched; both ends, where GD and Newton–Schulz are worst. */
const EIGENVALUES = 40;
/** Beyond every depth of the grid. */
const DEPTH = 600;

/**
 * The depths at which the three algorithms that a linear transformer can run reach an error.
 *
 * Statement.    for eigenvalues in [1, κ] the worst error is 1/T_L((κ+1)/(κ−1)) for L untied layers
 *               (Chebyshev), ((κ−1)/(κ+1))^L for one looped step (GD), ρ^{2^L}, ρ = (κ−1)/(κ+1), for
 *               Newton–Schulz, which needs unrestricted attention and loops; the least L with an
 *               error ≤ .01 is 11, 37, 6 at κ = 16 and 27, 231, 8 at κ = 100
 * Conventions.  error of w_t in its worst eigendirection, relative to w; n = ∞
 * Accuracy.     exact integers. Predicted: the three formulas solved for L by their inverse functions.
 *               Measured: the algorithms run on 40 eigenvalues from 1 to κ, and the first depth from
 *               which the largest error stays within the bound
 * Source.       √κ against log κ layers: Gatmiry et al. 2024b, abstract; the formulas derived here
 */
export const depthsForConditionNumber = defineClaim<Setting>({
  id: "depths-for-condition-number",
  title: "How deep Chebyshev, tied steps and Newton–Schulz must be",
  statement:
    "L = \\left\\lceil\\frac{\\operatorname{arcosh}\\frac1\\varepsilon}{\\operatorname{arcosh}\\frac{\\kappa+1}{\\kappa-1}}\\right\\rceil,\\ \\left\\lceil\\frac{\\ln\\varepsilon}{\\ln\\rho}\\right\\rceil,\\ \\left\\lceil\\log_2\\frac{\\ln\\varepsilon}{\\ln\\rho}\\right\\rceil,\\quad \\rho=\\frac{\\kappa-1}{\\kappa+1}",
  source: "Gatmiry et al. 2024b (rates in √κ and log κ); formulas derived here",
  kind: "equality",
  hypotheses: {
    "κ > 1": ({ condition }) => condition > 1,
    "0 < ε < 1": ({ error }) => error > 0 && error < 1,
  },
  grid: {
    quick: [point(16, 0.01), point(100, 0.01), point(4, 0.001), point(2, 0.5)],
    thorough: [point(256, 0.1), point(1.5, 1e-6)],
  },
  predicted: (setting) => depths(setting, {}),
  measured: ({ condition, error }) => {
    const spectrum = spreadSpectrum(condition, EIGENVALUES);
    const prompt = diagonalPrompt(spectrum);
    const step = 2 / (1 + condition);
    const identity = Matrix.eye(spectrum.length);
    const runs = [
      chebyshevIterates({ lower: 1, upper: condition }, prompt, DEPTH),
      gradientDescentIterates(identity.mul(step), prompt, DEPTH),
      newtonSchulzIterates(step, prompt, 14),
    ];
    return {
      value: runs.map((iterates) => firstDepth(residualsOf(iterates, spectrum.length), error)),
      errorBudget: 0,
      method: "exact",
    };
  },
  rivals: {
    "tied steps 1/λ_max: (1 − 1/κ)^L": (setting) =>
      depths(setting, { tied: ({ condition }) => 1 - 1 / condition }),
    "Chebyshev without its factor 2: r^L, r = (√κ−1)/(√κ+1)": (setting) => {
      const [, tied, newton] = depths(setting, {});
      const root = Math.sqrt(setting.condition);
      return [
        Math.ceil(Math.log(setting.error) / Math.log((root - 1) / (root + 1))),
        tied!,
        newton!,
      ];
    },
    "Newton–Schulz cubes": (setting) => {
      const [chebyshev, tied] = depths(setting, {});
      return [chebyshev!, tied!, Math.ceil(Math.log(tied!) / Math.log(3))];
    },
    "one layer fewer": (setting) => depths(setting, {}).map((depth) => depth - 1),
  },
});

function point(condition: number, error: number) {
  return { name: `κ=${condition} ε=${error}`, setting: { condition, error } };
}

/** The three formulas solved for L, with the tied rate replaced where asked. */
function depths(
  setting: Setting,
  { tied = ({ condition }: Setting) => (condition - 1) / (condition + 1) },
): number[] {
  const { condition, error } = setting;
  const rate = (condition - 1) / (condition + 1);
  const steps = (ratio: number) => Math.log(error) / Math.log(ratio);
  return [
    Math.ceil(Math.acosh(1 / error) / Math.acosh(1 / rate)),
    Math.ceil(steps(tied(setting))),
    Math.max(1, Math.ceil(Math.log2(steps(rate)))),
  ];
}

/** The first depth from which the largest error is at most `error`. */
function firstDepth(residuals: readonly number[][], error: number): number {
  const last = residuals.findLastIndex((row) => Math.max(...row.map(Math.abs)) > error);
  return last + 2;
}
