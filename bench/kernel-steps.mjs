// @ts-check
// Training steps of the fused kernel and of TensorFlow.js, timed as PyTorch's are.

import { Stream } from "../dist/src/random/stream.js";
import { adam } from "../dist/src/training/adam.js";
import { initialParameters } from "../dist/src/training/initial-parameters.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../dist/src/training/kernel/kernel-module.js";
import { planKernel } from "../dist/src/training/kernel/kernel-plan.js";
import {
  kernelRoutines,
  sumSlots,
  writeNumbers,
  writePrompts,
} from "../dist/src/training/kernel/kernel-routines.js";

/** @typedef {import("../dist/src/training/objective.js").Objective} Objective */
/** @typedef {import("../dist/src/model/model-shape.js").ModelShape} ModelShape */

const CHUNK_PROMPTS = 32;

/**
 * The kernel on prompts that lie in its memory, in one thread: what is left of a step when drawing is
 * taken away.
 *
 * @param {import("../dist/src/training/kernel/kernel-problem.js").KernelProblem} problem
 * @param {readonly import("../dist/src/prompt/gram-prompt.js").GramPrompt[]} prompts
 * @returns {(parameters: Float64Array) => { readonly loss: number, readonly gradient: Float64Array }}
 */
export function keptPrompts(problem, prompts) {
  const module = compileKernel();
  const chunks = Math.ceil(prompts.length / CHUNK_PROMPTS);
  const sizes = { chunkPrompts: CHUNK_PROMPTS, chunks, workers: 1, recordBuffers: chunks };
  const plan = planKernel(module, problem, sizes);
  const memory = kernelMemory(plan.bytes);
  const { prepareWeights, evaluateChunk } = kernelRoutines(instantiateKernel(module, memory), plan);
  const { dim, loops } = problem;
  writeNumbers(memory, plan.lossWeights, lastLoopOnly(loops));
  writeNumbers(memory, plan.law, [...identity(dim), ...identity(dim), 0]);
  const counts = Array.from({ length: chunks }, (_, chunk) => {
    const part = prompts.slice(chunk * CHUNK_PROMPTS, (chunk + 1) * CHUNK_PROMPTS);
    writePrompts(memory, plan, chunk, part);
    return part.length;
  });
  return (parameters) => {
    writeNumbers(memory, plan.parameters, parameters);
    prepareWeights();
    counts.forEach((count, chunk) => {
      evaluateChunk({ worker: 0, records: chunk, slot: chunk, prompts: count });
    });
    const { losses, gradient } = sumSlots(memory, plan, chunks);
    const share = 1 / prompts.length;
    return {
      loss: share * (losses[loops - 1] ?? Number.NaN),
      gradient: gradient.map((slope) => share * slope),
    };
  };
}

function lastLoopOnly(/** @type {number} */ loops) {
  return Array.from({ length: loops }, (_, loop) => (loop === loops - 1 ? 1 : 0));
}

function identity(/** @type {number} */ dim) {
  return Array.from({ length: dim * dim }, (_, k) => (k % (dim + 1) === 0 ? 1 : 0));
}

/**
 * Milliseconds of training steps with Adam, of several objectives in turn, so that what else happens on
 * the machine happens to all of them.
 *
 * @param {readonly { readonly shape: ModelShape, readonly evaluate: Objective["evaluate"] }[]} objectives
 * @param {{ readonly steps?: number, readonly warmUp?: number, readonly seconds?: number }} options
 */
export async function timeSteps(objectives, { steps = 60, warmUp = 10, seconds = 10 } = {}) {
  const optimizer = adam();
  const stream = Stream.fromSeed(0);
  const runs = objectives.map(({ shape, evaluate }) => {
    const parameters = initialParameters(shape, stream.split("start"));
    return { evaluate, parameters, state: optimizer.start(parameters.length), times: [0] };
  });
  const end = performance.now() + 1000 * seconds;
  for (let step = 0; step < warmUp + steps && performance.now() < end; step++) {
    for (const { evaluate, parameters, state, times } of runs) {
      const began = performance.now();
      const { gradient } = await evaluate(parameters, stream.split(step));
      optimizer.update(state, parameters, gradient, 1e-3);
      times.push(performance.now() - began);
    }
  }
  return runs.map(({ times }) => times.slice(1 + warmUp));
}
