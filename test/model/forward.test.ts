import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { drawMatrix, drawPreconditioner } from "../../proofs-checks/draw-weights.js";
import { tokenRoundingBound } from "../../proofs-checks/rounding-budget.js";
import { gramPredictor, gramSensitivity } from "../../src/model/gram-forward.js";
import { type ModelShape, packWeights } from "../../src/model/model-shape.js";
import { tensorLayers, tensorPredictions } from "../../src/model/tensor-forward.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import {
  fullBlock,
  fullWeights,
  gdPlusPlusBlock,
  layersOf,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
  type Weights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { selectBackend } from "../../src/training/backend.js";
import { testStream } from "../seed.js";

test("one loop by hand: ŷ = (1/n) Σ (y_i + u x_i) x_i A x_q", () => {
  const prompt: TokenPrompt = {
    ...{ dim: 1, contextLength: 2, target: 0 },
    tokens: Float64Array.of(2, 1, 5, 3, 4, 0),
    task: Float64Array.of(0),
  };
  const layers = layersOf(restrictedWeights(new Matrix([[0.5]]), Float64Array.of(0.25)), 1);
  // ((3 + 0.5)·2 + (4 + 0.25)·1)/2 · 0.5 · 5 = 14.0625
  expect(tokenPredictions(layers, prompt)[0]).toBeCloseTo(14.0625, 12);
});

test("the query is masked: it is no key for itself", () => {
  // A context of zeros leaves nothing to attend to.
  const prompt: TokenPrompt = {
    ...{ dim: 1, contextLength: 1, target: 0 },
    tokens: Float64Array.of(0, 5, 0, 0),
    task: Float64Array.of(0),
  };
  const stream = testStream("mask");
  const full = fullWeights(drawMatrix(2, 1, stream), drawMatrix(2, 1, stream));
  expect(tokenPredictions(layersOf(full, 2), prompt).map(Math.abs)).toEqual(Float64Array.of(0, 0));
});

describe("sensitivities", () => {
  test.each([
    ["restricted", 1, 3],
    ["restricted", 2, 2],
    ["gd++", 1, 3],
    ["full", 1, 3],
    ["full", 3, 1],
  ] as const)(
    "%s, %i layers looped %i times: the prediction is the sensitivity times x_q, whatever the query",
    (family, count, loops) => {
      const stream = testStream(`sensitivity ${family} ${count}`);
      const weights = drawWeights({ family, dim: 3, layers: count, loops }, stream);
      const layers = layersOf(weights, loops);
      const sample = tokenPromptSampler(
        promptDistribution({ dim: 3, contextLength: 5, noiseVariance: 0.5 }),
      );
      for (let i = 0; i < 10; i++) {
        const prompt = toGramPrompt(sample(stream.split(i)));
        const predicted = gramPredictor(layers)(prompt);
        const sensitivity = gramSensitivity(layers)(prompt);
        const scale = 1 + Math.max(...predicted.map(Math.abs), ...sensitivity.map(Math.abs));
        predicted.forEach((value, t) => {
          const product = [0, 1, 2].reduce(
            (sum, j) => sum + sensitivity[t * 3 + j]! * prompt.query[j]!,
            0,
          );
          expect(Math.abs(value - product)).toBeLessThan(1e-12 * scale);
        });
      }
    },
  );
});

describe.each(["cpu", "wasm"] as const)("TensorFlow.js on %s against the Float64 twin", (name) => {
  beforeAll(async () => {
    await selectBackend({ requested: name });
  });

  test.each([
    ["restricted", 4, 9, 1, 4],
    ["restricted", 5, 3, 1, 3],
    ["restricted", 1, 1, 1, 2],
    ["restricted", 3, 6, 3, 1],
    ["restricted", 3, 6, 2, 2],
    ["gd++", 3, 6, 1, 3],
    ["gd++", 4, 2, 2, 1],
    ["full", 3, 8, 1, 3],
    ["full", 4, 2, 1, 2],
    ["full", 2, 5, 2, 2],
  ] as const)(
    "%s d=%i n=%i, %i layers looped %i times: equal to float32 rounding",
    (family, dim, contextLength, layerCount, loops) => {
      const stream = testStream(`tensor ${family} ${dim} ${layerCount}`);
      const shape = { family, dim, layers: layerCount, loops };
      const weights = drawWeights(shape, stream);
      const layers = layersOf(weights, loops);
      const sample = tokenPromptSampler(
        promptDistribution({ dim, contextLength, noiseVariance: 0.25 }),
      );
      const prompts = Array.from({ length: 16 }, (_, i) =>
        sample(stream.split("prompts").split(i)),
      );
      const predicted = predictOnTensors(shape, weights, prompts);
      prompts.forEach((prompt, i) => {
        const expected = tokenPredictions(layers, prompt);
        // The proven bound of the twin scaled from 2⁻⁵³ to float32's 2⁻²⁴, inputs rounded once, and
        // doubled because the tensors associate their products in another order.
        const bound = tokenRoundingBound(layers, prompt, { tokens: 1, layers: 1 });
        expected.forEach((value, t) => {
          expect(Math.abs(predicted[t]![i]! - value)).toBeLessThan(2 * 2 ** 29 * bound[t]!);
        });
      });
    },
  );
});

function predictOnTensors(shape: ModelShape, weights: Weights, prompts: readonly TokenPrompt[]) {
  return tf.tidy(() => {
    const { dim, contextLength } = prompts[0]!;
    const byToken = prompts.flatMap(({ tokens }) =>
      Array.from({ length: contextLength + 1 }, (_, k) =>
        Array.from({ length: dim + 1 }, (_, i) => tokens[i * (contextLength + 1) + k]!),
      ).flat(),
    );
    const batch = tf.tensor3d(byToken, [prompts.length, contextLength + 1, dim + 1]);
    const parameters = tf.tensor1d([...packWeights(weights)]);
    return tensorPredictions(tensorLayers(shape, parameters), batch).map((tensor) =>
      tensor.dataSync(),
    );
  });
}

function drawWeights({ family, dim, layers }: ModelShape, stream: Stream): Weights {
  const own = Array.from({ length: layers }, (_, l) => stream.split(l));
  const restricted = (layer: Stream) =>
    restrictedLayer(drawPreconditioner(dim, layer), layer.split("read-in").normals(dim));
  const square = (size: number, layer: Stream, name: string) =>
    drawMatrix(size, 0.5 / size, layer.split(name));
  switch (family) {
    case "restricted":
      return restrictedBlock(own.map(restricted));
    case "gd++":
      return gdPlusPlusBlock(
        own.map((layer) => ({
          ...restricted(layer),
          covariateValue: square(dim, layer, "covariate value"),
        })),
      );
    case "full":
      return fullBlock(
        own.map((layer) => ({
          value: square(dim + 1, layer, "value"),
          keyQuery: square(dim + 1, layer, "key-query"),
        })),
      );
  }
}
