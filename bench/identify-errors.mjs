// How often `identify` is wrong: models at the edge of a verdict, one run a seed.
//   node bench/identify-errors.mjs [seeds] [words of a case]
import { iteratePredictions } from "../dist/src/baseline/gradient-descent.js";
import { identifyAlgorithm } from "../dist/src/identify/identify.js";
import { optimalBaselines } from "../dist/src/identify/optimum/optimal-baselines.js";
import { gramForm } from "../dist/src/prompt/gram-prompt.js";
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";

const seeds = Number(process.argv[2] ?? 200);
const loops = 2;
const law = promptDistribution({ dim: 3, contextLength: 10 });
const baselines = optimalBaselines(law, { loops, stream: Stream.fromSeed(0) });
const predictor = (id) => {
  const { weights } = baselines.find((baseline) => baseline.id === id);
  return (prompt) => {
    const gram = gramForm(prompt);
    return iteratePredictions(weights(gram), gram).at(-1);
  };
};
/** A stream that depends on the prompt's context alone, as a model's errors do. */
const streamOf = ({ tokens }) => Stream.fromSeed(0).split(tokens[0]).split(tokens[1]);
const descent = predictor("gradient-descent");
const newton = predictor("newton-schulz");

/** Rescales an error law so that E min(e², 1) is the square of the tolerance. */
function atTolerance(draw, tolerance) {
  const sample = Array.from({ length: 200_000 }, (_, i) => draw(Stream.fromSeed(9).split(i)));
  let [low, high] = [0, 100];
  for (let i = 0; i < 60; i++) {
    const scale = (low + high) / 2;
    const mean = sample.reduce((sum, e) => sum + Math.min((scale * e) ** 2, 1), 0) / sample.length;
    if (mean < tolerance ** 2) low = scale;
    else high = scale;
  }
  return low;
}

const TOLERANCE = 0.1;
const scale = Math.sqrt(3);
const normal = (stream) => stream.normal();
const heavy = (stream) => stream.normal() / stream.chi(3);
const normalScale = scale * atTolerance(normal, TOLERANCE);
const heavyScale = scale * atTolerance(heavy, TOLERANCE);

const cases = {
  "exactly gradient descent": { model: descent, tolerance: TOLERANCE },
  "gradient descent and normal errors, exactly at the tolerance": {
    model: (prompt) => descent(prompt) + normalScale * normal(streamOf(prompt)),
    tolerance: TOLERANCE,
  },
  "gradient descent and errors of Student's law with 3 degrees of freedom, exactly at the tolerance":
    {
      model: (prompt) => descent(prompt) + heavyScale * heavy(streamOf(prompt)),
      tolerance: TOLERANCE,
    },
  "by the toss of a coin, gradient descent or Newton–Schulz": {
    model: (prompt) => (streamOf(prompt).uniform() < 0.5 ? descent(prompt) : newton(prompt)),
    tolerance: 0.3,
  },
};
for (const [name, { model, tolerance }] of Object.entries(cases)) {
  if (!name.includes(process.argv[3] ?? "")) continue;
  const counts = {};
  for (let seed = 0; seed < seeds; seed++) {
    const { verdict } = await identifyAlgorithm({ predict: model }, law, {
      ...{ loops, baselines, tolerance, stream: Stream.fromSeed(seed) },
    });
    counts[verdict.kind] = (counts[verdict.kind] ?? 0) + 1;
  }
  console.log(`${name}: ${JSON.stringify(counts)}`);
}
