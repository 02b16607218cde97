// @ts-check
// Do the fused kernel and PyTorch compute the same? Loss and gradient on the same prompts and weights.

import { parameterCount } from "../../dist/src/model/model-shape.js";
import { toGramPrompt } from "../../dist/src/prompt/gram-prompt.js";
import { promptDistribution } from "../../dist/src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../dist/src/prompt/token-prompt.js";
import { Stream } from "../../dist/src/random/stream.js";
import { keptPrompts } from "../kernel-steps.mjs";
import { pytorchVersion, runScript } from "./process.mjs";

/** Largest relative difference that counts as agreement. */
const TOLERANCE = 1e-10;
const [DIM, CONTEXT_LENGTH, PROMPTS] = [10, 20, 64];

/** @type {readonly { readonly family: "full" | "restricted" | "gd++", readonly layers: number, readonly loops: number, readonly hasReadIn?: boolean }[]} */
const SHAPES = [
  { family: "full", layers: 1, loops: 5 },
  { family: "restricted", layers: 1, loops: 5 },
  { family: "restricted", layers: 1, loops: 5, hasReadIn: false },
  { family: "gd++", layers: 1, loops: 3 },
  { family: "restricted", layers: 4, loops: 1 },
  { family: "full", layers: 2, loops: 2 },
];

/** @param {import("./process.mjs").Environment} environment */
export function agreement(environment) {
  const stream = Stream.fromSeed(0).split("agreement");
  const distribution = promptDistribution({ dim: DIM, contextLength: CONTEXT_LENGTH });
  const draw = tokenPromptSampler(distribution);
  const prompts = Array.from({ length: PROMPTS }, (_, i) => draw(stream.split(i)));
  const cases = SHAPES.map(({ hasReadIn = true, ...shape }, i) => {
    const full = { ...shape, dim: DIM };
    // Of the size of trained weights, so that no entry of the gradient is negligible.
    const parameters = stream.split("weights").split(i).normals(parameterCount(full));
    if (!hasReadIn) parameters.fill(0, DIM * DIM);
    return { shape: full, hasReadIn, parameters: parameters.map((value) => 0.1 * value) };
  });
  const request = cases.map(({ shape, parameters }) => ({
    ...shape,
    parameters: [...parameters],
    tokens: prompts.map(({ tokens }) => toRows(tokens, DIM + 1)),
    targets: prompts.map(({ target }) => target),
    tasks: prompts.map(({ task }) => [...task]),
  }));
  const input = JSON.stringify(request);
  /** @type {Record<string, { loss: number, gradient: number[] }>[]} */
  const answers = JSON.parse(runScript("agreement.py", { environment, input }));
  let isWithinLimits = true;
  const lines = cases.flatMap(({ shape, hasReadIn, parameters }, i) =>
    Object.entries(answers[i] ?? {}).map(([formulation, theirs]) => {
      /** @type {"conditional" | "plain"} */
      const estimator = formulation === "conditional estimator" ? "conditional" : "plain";
      const problem = { ...shape, estimator, element: /** @type {const} */ ("float64") };
      const ours = keptPrompts(problem, prompts.map(toGramPrompt))(parameters);
      const loss = Math.abs(ours.loss / theirs.loss - 1);
      const gradient = relativeDistance(ours.gradient, theirs.gradient);
      const isEqual = loss <= TOLERANCE && gradient <= TOLERANCE;
      isWithinLimits &&= isEqual;
      const { family, layers, loops } = shape;
      const kind = hasReadIn ? family : `${family}, u = 0`;
      const what = `${kind}, ${layers} × ${loops}, ${formulation}`.padEnd(52);
      const verdict = isEqual ? "" : ": MISSED";
      return `  ${what} loss ${loss.toExponential(1)}  gradient ${gradient.toExponential(1)}${verdict}`;
    }),
  );
  const title =
    `agreement of the kernel with ${pytorchVersion()}, float64: relative differences on ${PROMPTS} ` +
    `prompts, at most ${TOLERANCE}\n(family, layers × loops, PyTorch's formulation)`;
  return { text: [title, ...lines].join("\n"), isWithinLimits };
}

function toRows(/** @type {Float64Array} */ entries, /** @type {number} */ rows) {
  const columns = entries.length / rows;
  return Array.from({ length: rows }, (_, i) => [
    ...entries.subarray(i * columns, (i + 1) * columns),
  ]);
}

/** Largest difference of entries over the largest entry. */
function relativeDistance(
  /** @type {Float64Array} */ ours,
  /** @type {readonly number[]} */ theirs,
) {
  const largest = theirs.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return (
    theirs.reduce((max, value, i) => Math.max(max, Math.abs((ours[i] ?? NaN) - value)), 0) / largest
  );
}
