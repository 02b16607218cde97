// Seeded results of every engine, from the built tree, as JSON: what two versions of Node must agree on.
// `identical`: SHA-256 of the bits; `close`: numbers of
// TensorFlow.js, which may differ by what rounding in float32 does to them.
//
//   node test/reproducibility/print-results.mjs [SEED]
import { createHash } from "node:crypto";
import {
  bestPreconditioner,
  bestSymmetric,
  conditionedCovariance,
  fullStackGradient,
  gdPlusPlusOptimum,
  gradientDescentIterates,
  gramGradient,
  gramPromptSampler,
  isotropicOptimum,
  Matrix,
  packWeights,
  populationEngine,
  populationGradient,
  populationHessian,
  populationLoss,
  promptDistribution,
  Rational,
  restrictedWeights,
  Stream,
  scalarFlowTime,
  trainInContext,
  untiedOptimum,
} from "../../dist/src/index.js";
import { float64Objective } from "../../dist/src/training/float64-objective.js";

const seed = Number(process.argv[2] ?? 0);
const stream = Stream.fromSeed(seed).split("results");

const covariance = conditionedCovariance(3, 5, stream.split("covariance"));
const law = promptDistribution({ dim: 3, contextLength: 7, covariance, noiseVariance: 0.25 });
const setting = { dim: 3, contextLength: 7, covariance, noiseVariance: 0.25 };
const matrix = new Matrix([0, 1, 2].map((i) => [...stream.split("A").split(i).normals(3)]));
const restricted = { family: "restricted", dim: 3, layers: 1, loops: 2 };
const exact = (/** @type {{ lower: Rational, upper: Rational }} */ { lower, upper }) =>
  `${lower} ${upper}`;

async function trained(/** @type {object} */ options) {
  const training = { distribution: law, shape: restricted, steps: 20, learningRate: 0.05 };
  const run = await trainInContext({ ...training, stream: stream.split("train"), ...options });
  return [...packWeights(run.weights), ...run.history.map(({ loss }) => loss)];
}

/** Every result that must be equal bit for bit. */
const identical = {
  "isotropic optimum": () => {
    const { stepSize, loss } = isotropicOptimum({
      ...{ dim: 10, contextLength: 10n ** 25n + BigInt(seed), loops: 5 },
      noiseVariance: Rational.of(1, 4),
    });
    return [exact(stepSize), exact(loss)];
  },
  "untied optimum": () => {
    const { stepSizes, loss } = untiedOptimum({ dim: 5, contextLength: 20 + seed, loops: 6 });
    return [...(stepSizes ?? []).map(exact), exact(loss)];
  },
  "GD++ optimum": () => {
    const { layers, loss } = gdPlusPlusOptimum({ dim: 4, contextLength: 20 + seed, loops: 2 });
    return [...layers.flatMap(({ stepSize, covariateValue }) => [stepSize, covariateValue]), loss];
  },
  "exact loss": () => {
    const weights = { preconditioners: [matrix], loops: 3, readIn: [0.5, -1, 0.25] };
    const { exact: rational } = populationLoss(setting, weights, { exact: true });
    return [`${rational}`];
  },
  "population gradient": () => {
    const { value, preconditioners } = populationGradient(setting, {
      ...{ preconditioners: [matrix, matrix.transpose()], loops: 1 },
    });
    return [value, ...preconditioners.flatMap((gradient) => gradient.to1DArray())];
  },
  "population Hessian": () => [
    ...populationHessian(setting, { preconditioners: [matrix], loops: 2 }).eigenvalues,
  ],
  "full attention gradient": () => {
    const wide = new Matrix([0, 1, 2].map((i) => [...stream.split("P").split(i).normals(3)]));
    const layers = [{ value: wide, keyQuery: wide.transpose() }];
    const stack = { layers, loops: 1 };
    const { value, layers: slopes } = fullStackGradient({ dim: 2, contextLength: 5 }, stack);
    return [value, ...slopes.flatMap((slope) => slope.keyQuery.to1DArray())];
  },
  "flow time": () => {
    const targetLoss = Rational.of(1, 2);
    const size = { dim: 3, contextLength: 20 + seed, loops: 3 };
    const { time, stepSize } = scalarFlowTime({ ...size, targetLoss });
    return [exact(time), exact(stepSize)];
  },
  "best symmetric": () => {
    const { lossExact } = bestSymmetric(
      { dim: 3, contextLength: 9 + seed, loops: 2 },
      { stream: stream.split("symmetric"), randomStarts: 3 },
    );
    return [`${lossExact}`];
  },
  "best preconditioner": () => {
    const { lossExact } = bestPreconditioner(
      { dim: 3, contextLength: 20 + seed, loops: 2 },
      { stream: stream.split("best"), normalStarts: 3, matrixStarts: 2 },
    );
    return [`${lossExact}`];
  },
  prompts: () => {
    const prompt = gramPromptSampler(law)(stream.split("prompt"));
    return [...prompt.gram, ...prompt.query, prompt.target];
  },
  "gradient descent": () => {
    const prompt = gramPromptSampler(law)(stream.split("prompt"));
    return [...gradientDescentIterates(matrix, prompt, 4)];
  },
  "twin of the kernel": () => {
    const prompt = gramPromptSampler(law)(stream.split("prompt"));
    const { errors, gradient } = gramGradient(restrictedWeights(matrix), [0, 1])(prompt);
    return [...errors, ...gradient];
  },
  "twin of TensorFlow.js": () => {
    const objective = float64Objective({ shape: restricted, distribution: law, batch: 8 });
    const start = Float64Array.from(stream.split("start").normals(12));
    const { loss, gradient } = objective.evaluate(start, stream.split("batch"));
    return [loss, ...gradient];
  },
  "population training": () => {
    return trained({ engine: populationEngine(restricted, law), start: atRest() });
  },
  "kernel training": () => trained({ batch: 64, workers: 2 }),
  "kernel training in float32": () => trained({ batch: 64, workers: 1, precision: "float32" }),
  "kernel training, conditional": () =>
    trained({ batch: 64, workers: 1, estimator: "conditional" }),
  "kernel training of full layers at all positions": () =>
    trained({
      ...{ batch: 16, workers: 2, positions: "all", learningRate: 0.01 },
      shape: { family: "full", dim: 3, layers: 2, loops: 1 },
    }),
};

function atRest() {
  const start = new Float64Array(12);
  start.set(Matrix.eye(3).mul(0.3).to1DArray());
  return start;
}

function digest(/** @type {(number | string)[]} */ values) {
  const hash = createHash("sha256");
  for (const value of values) {
    hash.update(typeof value === "number" ? Float64Array.of(value) : `${value}\n`);
  }
  return hash.digest("hex");
}

const digests = {};
for (const [name, compute] of Object.entries(identical)) {
  const values = await compute();
  if (values.length === 0 || values.includes(Number.NaN) || values.includes("undefined")) {
    throw new Error(`${name} must be numbers, got ${values}`);
  }
  digests[name] = digest(values);
}
const close = { "TensorFlow.js training": await trained({ batch: 64, backend: "wasm" }) };
process.stdout.write(`${JSON.stringify({ identical: digests, close })}\n`);
