import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  descentRoundingBound,
  gramRoundingBound,
  tokenRoundingBound,
} from "../../proofs-checks/rounding-budget.js";
import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { canonicalGauge, changeGauge } from "../../src/model/gauge.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { fullBlock, fullWeights, layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix, matrixFrom, symmetricFunction } from "../../src/numeric/matrix.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { anyDistribution, anyStream, squareMatrix, vector } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

/** A law, one of its token prompts, a depth and a restricted layer: nothing symmetric, u ≠ 0. */
const restrictedCases = anyDistribution.chain((distribution) =>
  fc.record({
    distribution: fc.constant(distribution),
    prompt: anyStream.map((stream) => tokenPromptSampler(distribution)(stream)),
    loops: fc.integer({ min: 1, max: 5 }),
    preconditioner: squareMatrix(distribution.dim),
    readIn: vector(distribution.dim),
  }),
);

const fullCases = anyDistribution.chain((distribution) =>
  fc.record({
    prompt: anyStream.map((stream) => tokenPromptSampler(distribution)(stream)),
    loops: fc.integer({ min: 1, max: 3 }),
    value: squareMatrix(distribution.dim + 1, 0.4),
    keyQuery: squareMatrix(distribution.dim + 1, 0.4),
  }),
);

function expectWithin(values: Float64Array, others: Float64Array, bound: (t: number) => number) {
  expect(values).toHaveLength(others.length);
  values.forEach((value, t) => {
    expect(Math.abs(value - others[t]!)).toBeLessThanOrEqual(bound(t));
  });
}

test("I1: loops are steps of preconditioned gradient descent", () => {
  checkProperty(
    fc.property(restrictedCases, ({ prompt, loops, preconditioner }) => {
      const layers = layersOf(restrictedWeights(preconditioner), loops);
      const iterates = gradientDescentIterates(preconditioner, toGramPrompt(prompt), loops);
      const model = tokenRoundingBound(layers, prompt);
      const descent = descentRoundingBound(preconditioner, prompt, loops);
      expectWithin(
        tokenPredictions(layers, prompt),
        iteratePredictions(iterates, toGramPrompt(prompt)),
        (t) => model[t]! + descent[t]!,
      );
    }),
  );
});

test("I2: the read-in shifts the task, the noise is filtered by K", () => {
  checkProperty(
    fc.property(restrictedCases, ({ prompt, loops, preconditioner, readIn }) => {
      const { dim, contextLength, tokens, task } = prompt;
      const z = matrixFrom(dim + 1, contextLength + 1, tokens);
      const x = z.subMatrix(0, dim - 1, 0, contextLength - 1);
      const query = z.subMatrix(0, dim - 1, contextLength, contextLength);
      const w = Matrix.columnVector([...task]);
      const noise = z.subMatrix(dim, dim, 0, contextLength - 1).sub(w.transpose().mmul(x));
      const scatter = x.mmul(x.transpose()).mul(1 / contextLength);
      const shrink = Matrix.sub(Matrix.eye(dim), scatter.mmul(preconditioner));
      let power = Matrix.eye(dim);
      const sum = Matrix.zeros(dim, dim);
      for (let t = 0; t < loops; t++) {
        sum.add(power);
        power = power.mmul(shrink);
      }
      const filter = preconditioner.mmul(sum);
      const shifted = Matrix.add(w, Matrix.columnVector([...readIn]));
      const signal = shifted
        .transpose()
        .mmul(Matrix.sub(Matrix.eye(dim), power))
        .mmul(query);
      const passed = noise
        .mmul(x.transpose())
        .mmul(filter)
        .mmul(query)
        .mul(1 / contextLength);
      const predicted = signal.get(0, 0) + passed.get(0, 0);

      const layers = layersOf(restrictedWeights(preconditioner, readIn), loops);
      const model = tokenPredictions(layers, prompt)[loops - 1]!;
      // The formula is one more program over the same monomials, but recomputes y from w and x: the
      // model's bound with labels |y| + |w|ᵀ|x|, tenfold.
      const heavier = { ...prompt, tokens: tokens.slice() };
      for (let k = 0; k < contextLength; k++) {
        const size = task.reduce((total, v, i) => total + Math.abs(v * x.get(i, k)), 0);
        heavier.tokens[dim * (contextLength + 1) + k] = size + Math.abs(z.get(dim, k));
      }
      // I − (I − ŜA)^L cancels for small A: a hundred roundings of its terms.
      const terms = shifted.norm() * query.norm() * (1 + power.norm());
      const bound = 10 * tokenRoundingBound(layers, heavier)[loops - 1]! + 100 * 2 ** -53 * terms;
      expect(Math.abs(model - predicted)).toBeLessThanOrEqual(bound);
    }),
  );
});

test("I3: the Gram recursion computes the token form, restricted or full", () => {
  checkProperty(
    fc.property(fullCases, restrictedCases, (full, restricted) => {
      const cases = [
        { ...full, layers: layersOf(fullWeights(full.value, full.keyQuery), full.loops) },
        {
          ...restricted,
          layers: layersOf(
            restrictedWeights(restricted.preconditioner, restricted.readIn),
            restricted.loops,
          ),
        },
      ];
      for (const { prompt, layers } of cases) {
        const token = tokenRoundingBound(layers, prompt);
        const gram = gramRoundingBound(layers, prompt);
        expectWithin(
          tokenPredictions(layers, prompt),
          gramPredictor(layers)(toGramPrompt(prompt)),
          (t) => token[t]! + gram[t]!,
        );
      }
    }),
  );
});

test("I4: whitening the prompt and the weights leaves every prediction", () => {
  checkProperty(
    fc.property(restrictedCases, ({ distribution, prompt, loops, preconditioner, readIn }) => {
      const root = symmetricFunction(distribution.covariance, Math.sqrt);
      const inverseRoot = symmetricFunction(distribution.covariance, (v) => 1 / Math.sqrt(v));
      const layers = layersOf(restrictedWeights(preconditioner, readIn), loops);
      const whitenedLayers = layersOf(
        restrictedWeights(
          root.mmul(preconditioner).mmul(root),
          Float64Array.from(root.mmul(Matrix.columnVector([...readIn])).to1DArray()),
        ),
        loops,
      );
      const whitened = whiten(prompt, inverseRoot);
      // R and R⁻¹ are inverse to each other up to some 10⁻¹⁵ only: a hundredfold bound covers it.
      const [one, other] = [
        tokenRoundingBound(layers, prompt),
        tokenRoundingBound(whitenedLayers, whitened),
      ];
      expectWithin(
        tokenPredictions(layers, prompt),
        tokenPredictions(whitenedLayers, whitened),
        (t) => 100 * (one[t]! + other[t]!),
      );
    }),
  );
});

function whiten(prompt: TokenPrompt, inverseRoot: Matrix): TokenPrompt {
  const { dim, contextLength, tokens } = prompt;
  const z = matrixFrom(dim + 1, contextLength + 1, tokens);
  const covariates = inverseRoot.mmul(z.subMatrix(0, dim - 1, 0, contextLength));
  z.setSubMatrix(covariates, 0, 0);
  return { ...prompt, tokens: Float64Array.from(z.to1DArray()) };
}

describe("the gauge P → cP, Q → Q/c", () => {
  const scales = fc
    .tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.boolean())
    .map(([size, isNegative]) => (isNegative ? -size : size));

  test("leaves predictions", () => {
    checkProperty(
      fc.property(fullCases, scales, ({ prompt, loops, value, keyQuery }, scale) => {
        const layers = layersOf(fullWeights(value, keyQuery), loops);
        const changed = layersOf(fullBlock([changeGauge({ value, keyQuery }, scale)]), loops);
        // cP and Q/c carry three roundings between them: 1/c, its product, and that of c.
        const [one, other] = [
          tokenRoundingBound(layers, prompt),
          tokenRoundingBound(changed, prompt, { tokens: 0, layers: 3 }),
        ];
        expectWithin(
          tokenPredictions(layers, prompt),
          tokenPredictions(changed, prompt),
          (t) => one[t]! + other[t]!,
        );
      }),
    );
  });

  const layers = fc.integer({ min: 1, max: 4 }).chain((dim) =>
    fc.record({
      value: squareMatrix(dim + 1),
      keyQuery: squareMatrix(dim + 1),
      hasCorner: fc.boolean(),
    }),
  );

  function build(parts: { value: Matrix; keyQuery: Matrix; hasCorner: boolean }) {
    const value = parts.value.clone();
    const last = value.rows - 1;
    // Away from the threshold of 1e−8 between the two canonical forms, where rounding decides.
    value.set(last, last, parts.hasCorner ? 0.5 + value.get(last, last) ** 2 : 0);
    return { value, keyQuery: parts.keyQuery };
  }

  test("the canonical form is the same all along an orbit, and its own canonical form", () => {
    checkProperty(
      fc.property(layers, scales, (parts, scale) => {
        // A layer without P or Q does nothing and has no canonical scale.
        const layer = build(parts);
        fc.pre(layer.value.norm() > 0 && layer.keyQuery.norm() > 0);
        const canonical = canonicalGauge(layer);
        const { value, keyQuery } = canonical;
        const elsewhere = canonicalGauge(changeGauge(layer, scale));
        const again = canonicalGauge(canonical);
        for (const other of [elsewhere, again]) {
          expect(Matrix.sub(other.value, value).norm()).toBeLessThanOrEqual(1e-14 * value.norm());
          expect(Matrix.sub(other.keyQuery, keyQuery).norm()).toBeLessThanOrEqual(
            1e-14 * keyQuery.norm(),
          );
        }
      }),
    );
  });
});
