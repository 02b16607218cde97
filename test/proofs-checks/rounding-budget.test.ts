import { expect, test } from "vitest";
import { drawMatrix, drawPreconditioner } from "../../proofs-checks/draw-weights.js";
import {
  descentRoundingBound,
  gramRoundingBound,
  roundingFactor,
  tokenRoundingBound,
} from "../../proofs-checks/rounding-budget.js";
import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { NumericalError } from "../../src/errors.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { type AttentionLayer, attentionLayer } from "../../src/model/weights.js";
import type { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";

/** The model in exact rationals, on the doubles it was given. */
function exactPredictions(layers: readonly AttentionLayer[], prompt: TokenPrompt): Rational[] {
  const { dim, contextLength, tokens } = prompt;
  const size = dim + 1;
  const columns = contextLength + 1;
  const rows = <T>(height: number, width: number, entry: (i: number, j: number) => T): T[][] =>
    Array.from({ length: height }, (_, i) => Array.from({ length: width }, (_, j) => entry(i, j)));
  const sum = (length: number, term: (k: number) => Rational) =>
    Array.from({ length }, (_, k) => term(k)).reduce((a, b) => a.plus(b), Rational.ZERO);
  const exact = (matrix: Matrix) =>
    rows(size, size, (i, j) => Rational.fromNumber(matrix.get(i, j)));
  let state = rows(size, columns, (i, j) => Rational.fromNumber(tokens[i * columns + j]!));
  return layers.map((layer) => {
    const [p, q] = [exact(layer.value), exact(layer.keyQuery)];
    const z = state;
    const gram = rows(size, size, (i, j) => sum(contextLength, (k) => z[i]![k]!.times(z[j]![k]!)));
    const times = (a: Rational[][], b: Rational[][], width: number) =>
      rows(size, width, (i, j) => sum(size, (k) => a[i]![k]!.times(b[k]![j]!)));
    const update = times(times(times(p, gram, size), q, size), z, columns);
    state = rows(size, columns, (i, j) =>
      z[i]![j]!.plus(update[i]![j]!.over(Rational.of(contextLength))),
    );
    return state[dim]![contextLength]!.negated();
  });
}

test.each([
  [2, 5, 3],
  [3, 2, 2],
  [1, 1, 3],
])(
  "the bounds hold against exact rationals and are not absurd: d=%i n=%i L=%i",
  (dim, contextLength, loops) => {
    const stream = testStream("rounding-budget").split(dim);
    const sample = tokenPromptSampler(
      promptDistribution({ dim, contextLength, noiseVariance: 0.5 }),
    );
    const preconditioner = drawPreconditioner(dim, stream.split("a"));
    const restricted = attentionLayer({ preconditioner, readIn: new Float64Array(dim) });
    const full = {
      value: drawMatrix(dim + 1, 0.2, stream.split("p")),
      keyQuery: drawMatrix(dim + 1, 0.2, stream.split("q")),
    };
    for (let index = 0; index < 2; index++) {
      const prompt = sample(stream.split(index));
      for (const layer of [restricted, full]) {
        const layers = Array.from({ length: loops }, () => layer);
        const exact = exactPredictions(layers, prompt);
        const routes: [Float64Array, Float64Array][] = [
          [tokenPredictions(layers, prompt), tokenRoundingBound(layers, prompt)],
          [gramPredictor(layers)(toGramPrompt(prompt)), gramRoundingBound(layers, prompt)],
        ];
        if (layer === restricted) {
          const iterates = gradientDescentIterates(preconditioner, toGramPrompt(prompt), loops);
          const descent = iteratePredictions(iterates, toGramPrompt(prompt));
          routes.push([descent, descentRoundingBound(preconditioner, prompt, loops)]);
        }
        for (const [computed, bound] of routes) {
          computed.forEach((value, t) => {
            const error = Rational.fromNumber(value).minus(exact[t]!).absolute().toNumber();
            expect(error).toBeLessThanOrEqual(bound[t]!);
            expect(bound[t]!).toBeLessThan(1e-6);
          });
        }
      }
    }
  },
);

test("so many roundings that nothing is left to compare are refused", () => {
  expect(() => roundingFactor(2 ** 52)).toThrow(NumericalError);
  expect(roundingFactor(1)).toBeGreaterThan(2 ** -53);
});
