import { chebyshevStepSizes } from "../../src/baseline/chebyshev.js";
import { gradientDescentIterates } from "../../src/baseline/gradient-descent.js";
import { newtonSchulzIterates } from "../../src/baseline/newton-schulz.js";
import { defineClaim } from "../../src/claim/claim.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { diagonalPrompt, residualsOf, spreadSpectrum } from "../diagonal-prompt.js";

type Algorithm =
  | "looped step"
  | "looped Newton–Schulz"
  | "untied, small steps first"
  | "untied, large steps first";

interface Setting {
  readonly algorithm: Algorithm;
  readonly condition: number;
  readonly depth: number;
  /** How far beyond κ the test spectrum reaches. */
  readonly shift: number;
}

const EIGENVALUES = 30;

/**
 * The error of a looped model falls with every loop, on a shifted spectrum too; an untied one's does not.
 *
 * Statement.    max_{[1,κ+ε]} |p_{t+1}| < max_{[1,κ+ε]} |p_t|, t = 1 … L − 1, p_t the residual after t loops
 * Conventions.  tuned for [1, κ]: the looped step 2/(κ+1), Newton–Schulz from the same step, and for
 *               contrast the L untied Chebyshev steps, read off after each layer; n = ∞
 * Accuracy.     the algorithms run on 30 eigenvalues, both ends among them; the budget bounds the
 *               rounding of the last error before it reaches 1e−12
 * Source.       looped models robust and monotone in depth: Gatmiry et al. 2024b, abstract
 */
export const loopedErrorFallsWithDepth = defineClaim<Setting>({
  id: "looped-error-falls-with-depth",
  title: "The error of a looped model falls with every loop, shifted spectrum or not",
  statement: "\\max_{[1,\\kappa+\\varepsilon]}|p_{t+1}| < \\max_{[1,\\kappa+\\varepsilon]}|p_t|",
  source: "Gatmiry et al. 2024b, abstract",
  kind: "upper-bound",
  hypotheses: {
    "ε < 1: beyond κ + 1 the looped step diverges": ({ shift }) => shift >= 0 && shift < 1,
  },
  grid: {
    quick: [
      point("looped step", 16, 37, 0),
      point("looped step", 16, 37, 0.5),
      point("looped Newton–Schulz", 16, 6, 0),
      point("looped Newton–Schulz", 16, 6, 0.5),
      { ...point("untied, large steps first", 16, 11, 0), expected: "refuted" },
      point("untied, small steps first", 16, 11, 0),
      { ...point("untied, small steps first", 16, 11, 0.5), expected: "refuted" },
    ],
    thorough: [point("looped step", 100, 231, 0.9), point("looped Newton–Schulz", 100, 9, 0.9)],
  },
  predicted: (setting) => errors(setting).slice(0, -1),
  measured: (setting) => ({
    value: errors(setting).slice(1),
    errorBudget: 1e-12,
    method: "certified",
  }),
  rivals: {
    "every loop squares the error": (setting) =>
      errors(setting)
        .slice(0, -1)
        .map((error) => error ** 2),
    "every loop halves the error": (setting) =>
      errors(setting)
        .slice(0, -1)
        .map((error) => error / 2),
  },
});

function point(algorithm: Algorithm, condition: number, depth: number, shift: number) {
  return {
    name: `${algorithm} κ=${condition} L=${depth} ε=${shift}`,
    setting: { algorithm, condition, depth, shift },
  };
}

/** The largest error after each layer or loop. */
function errors({ algorithm, condition, depth, shift }: Setting): number[] {
  const spectrum = spreadSpectrum(condition + shift, EIGENVALUES);
  const worst = (residuals: readonly number[]) => Math.max(...residuals.map(Math.abs));
  if (algorithm.startsWith("untied")) {
    const ascending = [...chebyshevStepSizes({ lower: 1, upper: condition }, depth)];
    const steps = algorithm === "untied, small steps first" ? ascending : ascending.toReversed();
    let residuals = spectrum.map(() => 1);
    return steps.map((stepSize) => {
      residuals = residuals.map((value, i) => value * (1 - stepSize * spectrum[i]!));
      return worst(residuals);
    });
  }
  const prompt = diagonalPrompt(spectrum);
  const step = 2 / (condition + 1);
  const iterates =
    algorithm === "looped step"
      ? gradientDescentIterates(Matrix.eye(spectrum.length).mul(step), prompt, depth)
      : newtonSchulzIterates(step, prompt, depth);
  return residualsOf(iterates, spectrum.length).map(worst);
}
