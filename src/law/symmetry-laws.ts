import fc from "fast-check";
import { smallNumber, smallVector } from "../arbitrary/number.js";
import { tokenPrompts } from "../arbitrary/prompt.js";
import { rotations } from "../arbitrary/rotation.js";
import { askEveryLoop } from "./ask.js";
import { isMultipleOfIdentity } from "./isotropy.js";
import { type Comparison, defineLaw } from "./law.js";
import type { ModelUnderTest } from "./model-under-test.js";
import { mapCovariates, pickExamples, withLabels, withQuery } from "./transform.js";

const DEFAULT_LOOPS = 3;

/** Depth at which a model is tested. */
export function loopsOf(model: ModelUnderTest): number {
  return model.loops ?? DEFAULT_LOOPS;
}

/** Prompts a model takes. */
export function promptsFor({ dim, contextLength }: ModelUnderTest) {
  return tokenPrompts(dim, contextLength === undefined ? {} : { contextLength });
}

export const examplePermutation = defineLaw({
  id: "example-permutation",
  statement: "Permuting the context examples changes no prediction.",
  why: "Attention sums over the context; holds without positional encoding and causal mask.",
  cases: (model) =>
    promptsFor(model).chain((prompt) => {
      const order = Array.from({ length: prompt.contextLength }, (_, i) => i);
      const shuffled = fc.shuffledSubarray(order, {
        minLength: order.length,
        maxLength: order.length,
      });
      return fc.record({ prompt: fc.constant(prompt), order: shuffled });
    }),
  compare: async (model, { prompt, order }) => ({
    relation: "equal",
    left: await askEveryLoop(model, prompt, loopsOf(model)),
    right: await askEveryLoop(model, pickExamples(prompt, order), loopsOf(model)),
    names: ["as given", "permuted"],
  }),
});

export const exampleDuplication = defineLaw({
  id: "example-duplication",
  statement: "Showing every context example twice changes no prediction.",
  why: "XXᵀ/n and Xyᵀ/n stay; holds for models that average over the context, with 1/n of the prompt at hand.",
  exclusion: ({ contextLength }) =>
    contextLength === undefined ? null : `the model takes ${contextLength} examples only`,
  cases: promptsFor,
  compare: async (model, prompt) => {
    const once = Array.from({ length: prompt.contextLength }, (_, i) => i);
    return {
      relation: "equal",
      left: await askEveryLoop(model, prompt, loopsOf(model)),
      right: await askEveryLoop(model, pickExamples(prompt, [...once, ...once]), loopsOf(model)),
      names: ["once", "twice"],
    };
  },
});

export const covariateRotation = defineLaw({
  id: "covariate-rotation",
  statement: "Rotating all covariates, the query's too, changes no prediction.",
  why: "Inner products stay; holds for models without a preferred direction, A a multiple of I.",
  exclusion: ({ preconditioner }) =>
    preconditioner === undefined || isMultipleOfIdentity(preconditioner)
      ? null
      : "the preconditioner is no multiple of the identity",
  cases: (model) => fc.record({ prompt: promptsFor(model), rotation: rotations(model.dim) }),
  compare: async (model, { prompt, rotation }) => ({
    relation: "equal",
    left: await askEveryLoop(model, prompt, loopsOf(model)),
    right: await askEveryLoop(model, mapCovariates(prompt, rotation), loopsOf(model)),
    names: ["as given", "rotated"],
  }),
});

export const labelLinearity = defineLaw({
  id: "label-linearity",
  statement: "Predictions are linear in the context labels: ŷ(ay + bz) = aŷ(y) + bŷ(z).",
  why: "So are gradient-descent iterates from w₀ = 0; holds for restricted and GD++ layers with u = 0, not for full ones.",
  cases: (model) =>
    promptsFor(model).chain((prompt) =>
      fc.record({
        prompt: fc.constant(prompt),
        first: smallVector(prompt.contextLength, 2),
        second: smallVector(prompt.contextLength, 2),
        factors: fc.tuple(smallNumber(3), smallNumber(3)),
      }),
    ),
  compare: (model, { prompt, ...parts }) =>
    compareCombination(parts, (labels) =>
      askEveryLoop(model, withLabels(prompt, labels), loopsOf(model)),
    ),
});

export const queryMask = defineLaw({
  id: "query-mask",
  statement: "The query never leaks into the context: predictions are linear in x_q.",
  why: "With the query masked as a key, the context evolves without it and acts on it by linear maps; holds for every linear-attention family.",
  cases: (model) =>
    fc.record({
      prompt: promptsFor(model),
      first: smallVector(model.dim, 2),
      second: smallVector(model.dim, 2),
      factors: fc.tuple(smallNumber(3), smallNumber(3)),
    }),
  compare: (model, { prompt, ...parts }) =>
    compareCombination(parts, (query) =>
      askEveryLoop(model, withQuery(prompt, query), loopsOf(model)),
    ),
});

export const gaugeInvariance = defineLaw({
  id: "gauge-invariance",
  statement: "The same model in another gauge, P → cP and Q → Q/c, predicts the same.",
  why: "A layer sees P and Q through products of one with the other.",
  exclusion: ({ gauges = [] }) => (gauges.length > 0 ? null : "no other gauge was given"),
  cases: (model) =>
    fc.record({
      prompt: promptsFor(model),
      gauge: fc.integer({ min: 0, max: (model.gauges?.length ?? 1) - 1 }),
    }),
  compare: async (model, { prompt, gauge }) => ({
    relation: "equal",
    left: await askEveryLoop(model, prompt, loopsOf(model)),
    right: await askEveryLoop(model, prompt, loopsOf(model), model.gauges![gauge]!),
    names: ["as given", `in gauge ${gauge + 1}`],
  }),
});

/** Answers to a combination of two vectors against the same combination of the answers to each. */
async function compareCombination(
  parts: {
    readonly first: Float64Array;
    readonly second: Float64Array;
    readonly factors: readonly [number, number];
  },
  ask: (vector: Float64Array) => Promise<Float64Array>,
): Promise<Comparison> {
  const { first, second, factors } = parts;
  const combine = (one: Float64Array, two: Float64Array) =>
    one.map((entry, i) => factors[0] * entry + factors[1] * two[i]!);
  return {
    relation: "equal",
    left: await ask(combine(first, second)),
    right: combine(await ask(first), await ask(second)),
    names: ["for the combination", "combined"],
  };
}
