import { parseFields } from "../../src/cli/optimum-fields.js";
import { parseLossWeights, parseSimilarity } from "../../src/cli/training-plan.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { parseCovariance, parseTaskPrior } from "../../src/prompt/covariance-spec.js";
import { parseCovariateLaw } from "../../src/prompt/covariate-law.js";
import { Stream } from "../../src/random/stream.js";
import { parseAveraging } from "../../src/training/averaging.js";
import { parseOptimizer } from "../../src/training/parse-optimizer.js";
import { parseSchedule } from "../../src/training/schedule.js";
import { parseCurriculum } from "../../src/training/staging/curriculum.js";
import { parseStacking } from "../../src/training/staging/stacking.js";
import { parseStop } from "../../src/training/stopping/parse-stop.js";
import type { FuzzTarget } from "./fuzz.js";

const text = (value: string) => new TextEncoder().encode(value);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Everything that reads the text of an option. */
export function optionTargets(): FuzzTarget[] {
  return [
    {
      name: "covariance",
      corpus: ["identity", "diag:1,1,0.25", "ar1:0.5", "condition:10"].map(text),
      read: (bytes) => parseCovariance(decode(bytes), 3, Stream.fromSeed(0), "--covariance"),
    },
    {
      name: "optimizer",
      corpus: ["adam", "adamw:0.01", "sgd:0.9", "nesterov:0.9"].map(text),
      read: (bytes) => parseOptimizer(decode(bytes)),
    },
    {
      name: "schedule",
      corpus: ["constant", "cosine", "cosine:100", "step:200:0.5"].map(text),
      read: (bytes) => parseSchedule(decode(bytes)),
    },
    {
      name: "covariate-law",
      corpus: ["gaussian", "uniform", "sphere", "student:9", "mixture:3"].map(text),
      read: (bytes) => parseCovariateLaw(decode(bytes), "--covariates"),
    },
    {
      name: "averaging",
      corpus: ["ema:0.99", "tail:0.25"].map(text),
      read: (bytes) => parseAveraging(decode(bytes)),
    },
    {
      name: "stop",
      corpus: ["within:0.01", "within:0.01:50", "plateau:200", "plateau:200:3"].map(text),
      read: (bytes) => parseStop(decode(bytes), 2),
    },
    {
      name: "stacking",
      corpus: ["last", "middle:2", "last:1:2", "middle:1:0.5:reset"].map(text),
      read: (bytes) => parseStacking(decode(bytes)),
    },
    {
      name: "curriculum",
      corpus: ["5:20:2000", "5@0,20@500"].map(text),
      read: (bytes) => parseCurriculum(decode(bytes)),
    },
    {
      name: "loss-weights",
      corpus: ["uniform", "1,1,1", "0,0.5, 1e-3"].map(text),
      read: (bytes) =>
        parseLossWeights(decode(bytes), { family: "restricted", dim: 2, layers: 1, loops: 3 }),
    },
    {
      name: "similarity",
      corpus: ["0.1", "0.1:2", "1e-3:12"].map(text),
      read: (bytes) => parseSimilarity(decode(bytes)),
    },
    {
      name: "fields",
      corpus: ["symmetric", "best,untied", "gdPlusPlus, family,saddle"].map(text),
      read: (bytes) => parseFields(decode(bytes)),
    },
    {
      name: "task-prior",
      corpus: ["inverse", "identity", "diag:1,1,0.25", "ar1:0.5"].map(text),
      read: (bytes) =>
        parseTaskPrior(decode(bytes), Matrix.eye(3), Stream.fromSeed(0), "--task-prior"),
    },
    {
      name: "rational",
      corpus: ["1/3", "-0.25", "1e-3", ".5", "17"].map(text),
      read: (bytes) => Rational.parse(decode(bytes)),
    },
  ];
}
