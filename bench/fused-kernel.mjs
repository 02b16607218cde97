// @ts-check
/**
 * The arithmetic of the fused kernel, one thread: milliseconds for forward and backward of a batch of
 * prompts already drawn, counted multiply-adds, and the share of the machine's peak that is reached.
 *
 * Run:  npm run build && node bench/fused-kernel.mjs [batch] [dim] [loops]
 */
import { performance } from "node:perf_hooks";
import { gramPromptSampler } from "../dist/src/prompt/gram-prompt.js";
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { multiplyAddsPerPrompt } from "../dist/src/training/kernel/kernel-arithmetic.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../dist/src/training/kernel/kernel-module.js";
import { lanesOf, planKernel } from "../dist/src/training/kernel/kernel-plan.js";
import {
  kernelRoutines,
  writeNumbers,
  writePrompts,
} from "../dist/src/training/kernel/kernel-routines.js";

/** @typedef {import("../dist/src/training/kernel/kernel-problem.js").KernelProblem} KernelProblem */

const [batch = 1024, dim = 10, loops = 5] = process.argv.slice(2).map(Number);
const CHUNK = 64;
const module = compileKernel();
const stream = Stream.fromSeed(1);
const sample = gramPromptSampler(promptDistribution({ dim, contextLength: 2 * dim }));
const prompts = Array.from({ length: batch }, (_, i) => sample(stream.split(i)));

/** Median and fastest of the times, in milliseconds, that `work` takes once it runs at full speed. */
function times(/** @type {() => void} */ work) {
  const started = performance.now();
  /** @type {number[]} */
  const all = [];
  while (performance.now() - started < 1500) {
    const before = performance.now();
    work();
    all.push(performance.now() - before);
  }
  const settled = all.slice(all.length >> 2).sort((a, b) => a - b);
  return { first: all[0] ?? 0, best: settled[0] ?? 0, median: settled[settled.length >> 1] ?? 0 };
}

/** Multiply-adds per second that registers alone allow, in units of 10⁹. */
function peak(/** @type {KernelProblem["element"]} */ element) {
  const exports = instantiateKernel(module, kernelMemory(1));
  const run = exports[element === "float64" ? "peak64" : "peak32"];
  const iterations = 2_000_000;
  const { best } = times(() => run?.(iterations));
  return (12 * iterations * lanesOf(element)) / best / 1e6;
}

function measure(/** @type {KernelProblem} */ problem, /** @type {number} */ limit) {
  const chunks = Math.ceil(batch / CHUNK);
  const sizes = { chunkPrompts: CHUNK, chunks, workers: 1, recordBuffers: chunks };
  const plan = planKernel(module, problem, sizes);
  const memory = kernelMemory(plan.bytes);
  const routines = kernelRoutines(instantiateKernel(module, memory), plan);
  const lossWeights = Array.from({ length: problem.loops }, (_, t) =>
    t === problem.loops - 1 ? 1 : 0,
  );
  const scale = 0.3 / (dim + 1);
  const parameters = stream
    .split("parameters")
    .normals(plan.parameterCount)
    .map((x) => scale * x);
  writeNumbers(memory, plan.parameters, parameters);
  writeNumbers(memory, plan.lossWeights, lossWeights);
  const identity = Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 1 : 0));
  writeNumbers(memory, plan.law, [...identity, ...identity, 0]);
  for (let chunk = 0; chunk < chunks; chunk++) {
    writePrompts(memory, plan, chunk, prompts.slice(chunk * CHUNK, (chunk + 1) * CHUNK));
  }
  const { first, best, median } = times(() => {
    routines.prepareWeights();
    for (let chunk = 0; chunk < chunks; chunk++) {
      const own = Math.min(CHUNK, batch - chunk * CHUNK);
      routines.evaluateChunk({ worker: 0, records: chunk, slot: chunk, prompts: own });
    }
  });
  const counted = multiplyAddsPerPrompt(problem, lossWeights);
  const rate = (batch * counted) / median / 1e6;
  const name = problem.estimator === "conditional" ? "conditional" : problem.family;
  const figures = [
    `${name} ${problem.element}`.padEnd(22),
    `median ${median.toFixed(2)} ms`.padStart(16),
    `best ${best.toFixed(2)} ms`.padStart(14),
    `first ${first.toFixed(1)} ms`.padStart(14),
    `${counted} multiply-adds a prompt`.padStart(31),
    `${(2 * rate).toFixed(1)} GFLOP/s`.padStart(15),
    `${((100 * rate) / limit).toFixed(0)} % of peak`.padStart(14),
  ];
  process.stdout.write(`${figures.join("")}\n`);
}

process.stdout.write(
  `batch ${batch}, d = ${dim}, L = ${loops}, loss on the last loop, node ${process.version}\n`,
);
for (const element of /** @type {const} */ (["float64", "float32"])) {
  const limit = peak(element);
  process.stdout.write(
    `peak ${element}: ${(2 * limit).toFixed(1)} GFLOP/s in 128-bit vectors without FMA\n`,
  );
  const shared = { dim, layers: 1, loops, element, estimator: /** @type {const} */ ("plain") };
  measure({ ...shared, family: "full" }, limit);
  measure({ ...shared, family: "gd++" }, limit);
  measure({ ...shared, family: "restricted" }, limit);
  measure({ ...shared, family: "restricted", estimator: "conditional" }, limit);
}
