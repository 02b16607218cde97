import { expect, test } from "vitest";
import { gdPlusPlusIterates } from "../../src/baseline/gd-plus-plus.js";
import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { untiedDescentIterates } from "../../src/baseline/untied-descent.js";
import { ArgumentError } from "../../src/errors.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { gdPlusPlusBlock, layersOf } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";

const law = promptDistribution({ dim: 3, contextLength: 7, noiseVariance: 0.4 });
const tokens = tokenPromptSampler(law)(testStream("gd++ iterates"));
const prompt = toGramPrompt(tokens);
const steps = [
  { stepSize: 0.7, covariateValue: 0.2 },
  { stepSize: 1.1, covariateValue: -0.1 },
  { stepSize: 0.4, covariateValue: 5 },
];

test("GD++ predicts what layers with P = diag(aI, 1), Q = diag(−bI, 0) predict on tokens", () => {
  const block = gdPlusPlusBlock(
    steps.map(({ stepSize, covariateValue }) => ({
      preconditioner: Matrix.eye(3).mul(stepSize),
      readIn: new Float64Array(3),
      covariateValue: Matrix.eye(3).mul(covariateValue),
    })),
  );
  const expected = tokenPredictions(layersOf(block, 1), tokens);
  iteratePredictions(gdPlusPlusIterates(steps, prompt), prompt).forEach((value, t) => {
    expect(value).toBeCloseTo(expected[t]!, 11);
  });
});

test("without covariate values it is gradient descent with its step sizes", () => {
  const plain = steps.map(({ stepSize }) => ({ stepSize, covariateValue: 0 }));
  const expected = untiedDescentIterates([0.7, 1.1, 0.4], prompt);
  gdPlusPlusIterates(plain, prompt).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12);
  });
});

test("equal step sizes are gradient descent; another order ends at the same place", () => {
  const equal = untiedDescentIterates([0.3, 0.3], prompt);
  const descent = gradientDescentIterates(Matrix.eye(3).mul(0.3), prompt, 2);
  equal.forEach((value, i) => {
    expect(value).toBeCloseTo(descent[i]!, 12);
  });
  const forth = untiedDescentIterates([0.7, 1.1, 0.4], prompt);
  const back = untiedDescentIterates([0.4, 0.7, 1.1], prompt);
  for (let i = 6; i < 9; i++) expect(forth[i]).toBeCloseTo(back[i]!, 12);
  expect(forth[0]).not.toBeCloseTo(back[0]!, 3);
});

test("refuse to take no step", () => {
  expect(() => gdPlusPlusIterates([], prompt)).toThrow(ArgumentError);
  expect(() => untiedDescentIterates([], prompt)).toThrow(/stepSizes.length must be/);
});
