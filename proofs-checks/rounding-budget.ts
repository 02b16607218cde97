import { gradientDescentIterates, iteratePredictions } from "../src/baseline/gradient-descent.js";
import { NumericalError } from "../src/errors.js";
import { gramPredictor } from "../src/model/gram-forward.js";
import { tokenPredictions } from "../src/model/token-forward.js";
import type { AttentionLayer } from "../src/model/weights.js";
import { Matrix } from "../src/numeric/matrix.js";
import { toGramPrompt } from "../src/prompt/gram-prompt.js";
import type { TokenPrompt } from "../src/prompt/token-prompt.js";

/*
 * Rigorous rounding budgets for identities between polynomials.
 *
 * A program of +, −, × in doubles, on inputs each carrying at most some number of roundings, returns
 * the exact polynomial with every monomial multiplied by at most m factors 1 + δ, |δ| ≤ u = 2⁻⁵³. So
 * it errs by at most γ_m = m u/(1 − m u) times the same program on absolute values with all signs
 * +, whatever cancels (Higham, Accuracy and Stability of Numerical Algorithms, §3; no underflow
 * occurs here). Below, m is counted along the worst path, generously, and the program on absolute
 * values is the program itself: with |P|, |Q| and |Z| nothing in the model subtracts.
 */

/** Roundings that the inputs of a program carry: 0 when they are the doubles the claim is about. */
export interface InputRoundings {
  readonly tokens: number;
  readonly layers: number;
}

const EXACT_INPUTS: InputRoundings = { tokens: 0, layers: 0 };

/** γ_m, enlarged by 1e−3 for the rounding of the bound itself. */
export function roundingFactor(roundings: number): number {
  const error = roundings * 2 ** -53;
  if (!(error < 1e-4)) {
    throw new NumericalError(`roundingFactor: ${roundings} roundings leave no digits to compare`);
  }
  return (1.001 * error) / (1 - error);
}

/** Largest rounding error of `tokenPredictions`, layer by layer. */
export function tokenRoundingBound(
  layers: readonly AttentionLayer[],
  prompt: TokenPrompt,
  inputs: InputRoundings = EXACT_INPUTS,
): Float64Array {
  const { dim, contextLength } = prompt;
  // Zᵀ Q Z and P Z sum over dim + 1 terms, (P Z) M (…) over contextLength + 1; then × 1/n and +.
  const perLayer = 2 * inputs.layers + 3 * (dim + 2) + 2 * (contextLength + 2) + 3;
  let roundings = inputs.tokens;
  const magnitudes = tokenPredictions(layers.map(absoluteLayer), absolutePrompt(prompt));
  return magnitudes.map((magnitude) => {
    roundings = 3 * roundings + perLayer;
    return roundingFactor(roundings) * Math.abs(magnitude);
  });
}

/** Largest rounding error of `gramPredictor` on the Gram form of a token prompt, layer by layer. */
export function gramRoundingBound(
  layers: readonly AttentionLayer[],
  prompt: TokenPrompt,
): Float64Array {
  const { dim, contextLength } = prompt;
  let gramRoundings = contextLength + 1;
  let stateRoundings = 0;
  const absolute = toGramPrompt(absolutePrompt(prompt));
  return gramPredictor(layers.map(absoluteLayer))(absolute).map((magnitude) => {
    const mapRoundings = gramRoundings + 2 * (dim + 2) + 2;
    stateRoundings += mapRoundings + dim + 2;
    gramRoundings += 2 * mapRoundings + 2 * (dim + 2);
    return roundingFactor(stateRoundings) * Math.abs(magnitude);
  });
}

/** Largest rounding error of the GD predictions w_t·x_q, step by step. */
export function descentRoundingBound(
  preconditioner: Matrix,
  prompt: TokenPrompt,
  loops: number,
): Float64Array {
  const { dim, contextLength } = prompt;
  const absolute = toGramPrompt(absolutePrompt(prompt));
  // With −|A| the iterates −w_t grow by sums of positive terms only.
  const ascent = Matrix.abs(preconditioner).neg();
  const magnitudes = iteratePredictions(gradientDescentIterates(ascent, absolute, loops), absolute);
  let roundings = 0;
  return magnitudes.map((magnitude) => {
    roundings += contextLength + 1 + 2 * (dim + 1) + 3;
    return roundingFactor(roundings + dim + 1) * Math.abs(magnitude);
  });
}

/** The prompt with every token entry replaced by its absolute value. */
function absolutePrompt(prompt: TokenPrompt): TokenPrompt {
  return { ...prompt, tokens: prompt.tokens.map(Math.abs) };
}

function absoluteLayer({ value, keyQuery }: AttentionLayer): AttentionLayer {
  return { value: Matrix.abs(value), keyQuery: Matrix.abs(keyQuery) };
}
