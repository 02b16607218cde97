import { drawMatrix, drawPreconditioner } from "../../../proofs-checks/draw-weights.js";
import {
  type ConditionalLaw,
  conditionalGradient,
} from "../../../src/model/conditional-backward.js";
import { gramGradient } from "../../../src/model/gram-backward.js";
import { packWeights } from "../../../src/model/model-shape.js";
import {
  fullBlock,
  gdPlusPlusBlock,
  type RestrictedWeights,
  restrictedBlock,
  type Weights,
} from "../../../src/model/weights.js";
import type { GramPrompt } from "../../../src/prompt/gram-prompt.js";
import { gramPromptSampler } from "../../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../../src/random/stream.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../../../src/training/kernel/kernel-module.js";
import { planKernel } from "../../../src/training/kernel/kernel-plan.js";
import type { KernelProblem } from "../../../src/training/kernel/kernel-problem.js";
import {
  kernelRoutines,
  sumSlots,
  writeNumbers,
  writePrompts,
} from "../../../src/training/kernel/kernel-routines.js";

export interface Evaluation {
  readonly losses: Float64Array;
  readonly gradient: Float64Array;
}

export interface Batch {
  readonly parameters: Float64Array;
  readonly lossWeights: readonly number[];
  readonly prompts: readonly GramPrompt[];
  /** Σ, Ω and σ² for the conditional estimator. */
  readonly law?: readonly number[];
}

const module = compileKernel();

/** Sums over a batch by the kernel; chunks are evaluated in the order given, else the first first. */
export function runKernel(
  problem: KernelProblem,
  { parameters, lossWeights, prompts, law }: Batch,
  options: { readonly chunkPrompts?: number; readonly order?: readonly number[] } = {},
): Evaluation {
  const chunkPrompts = options.chunkPrompts ?? prompts.length;
  const chunks = Math.ceil(prompts.length / chunkPrompts);
  const plan = planKernel(module, problem, { chunkPrompts, chunks, workers: 2, recordBuffers: 2 });
  const memory = kernelMemory(plan.bytes);
  // Whatever the kernel reads without having written it first becomes NaN.
  new Float64Array(memory.buffer).fill(Number.NaN, plan.parameters / 8);
  const { prepareWeights, evaluateChunk } = kernelRoutines(instantiateKernel(module, memory), plan);
  writeNumbers(memory, plan.parameters, parameters);
  writeNumbers(memory, plan.lossWeights, lossWeights);
  if (law !== undefined) writeNumbers(memory, plan.law, law);
  prepareWeights();
  const order = options.order ?? Array.from({ length: chunks }, (_, chunk) => chunk);
  order.forEach((chunk, turn) => {
    const own = prompts.slice(chunk * chunkPrompts, (chunk + 1) * chunkPrompts);
    const worker = turn % 2;
    writePrompts(memory, plan, worker, own);
    evaluateChunk({ worker, records: worker, slot: chunk, prompts: own.length });
  });
  return sumSlots(memory, plan, chunks);
}

/** The same sums by the twin. */
export function runTwin(weights: Weights, { lossWeights, prompts }: Batch): Evaluation {
  const evaluate = gramGradient(weights, lossWeights);
  const losses = new Float64Array(lossWeights.length);
  const gradient = new Float64Array(packWeights(weights).length);
  for (const prompt of prompts) {
    const own = evaluate(prompt);
    own.errors.forEach((error, t) => {
      if (lossWeights[t] !== 0) losses[t]! += error * error;
    });
    own.gradient.forEach((slope, i) => {
      gradient[i]! += slope;
    });
  }
  return { losses, gradient };
}

/** The same sums of the conditional estimator by its twin. */
export function runConditionalTwin(
  weights: RestrictedWeights,
  law: ConditionalLaw,
  { lossWeights, prompts }: Batch,
): Evaluation {
  const evaluate = conditionalGradient(weights, law, lossWeights);
  const losses = new Float64Array(lossWeights.length);
  const gradient = new Float64Array(packWeights(weights).length);
  for (const prompt of prompts) {
    const own = evaluate(prompt);
    own.losses.forEach((loss, t) => {
      if (lossWeights[t] !== 0) losses[t]! += loss;
    });
    own.gradient.forEach((slope, i) => {
      gradient[i]! += slope;
    });
  }
  return { losses, gradient };
}

/** ‖x − y‖ / ‖y‖. */
export function relativeDistance(x: Float64Array, y: Float64Array): number {
  return Math.hypot(...x.map((value, i) => value - y[i]!)) / Math.hypot(...y);
}

export function drawBlock(
  { family, dim, layers }: Pick<KernelProblem, "family" | "dim" | "layers">,
  stream: Stream,
): Weights {
  const own = Array.from({ length: layers }, (_, l) => stream.split(l));
  const restricted = (layer: Stream) => ({
    preconditioner: drawPreconditioner(dim, layer),
    readIn: layer.split("read-in").normals(dim),
  });
  const square = (size: number, layer: Stream, name: string) =>
    drawMatrix(size, 0.3 / size, layer.split(name));
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

export function drawPrompts(
  law: { readonly dim: number; readonly contextLength: number; readonly noiseVariance: number },
  count: number,
  stream: Stream,
): GramPrompt[] {
  const sample = gramPromptSampler(promptDistribution(law));
  return Array.from({ length: count }, (_, i) => sample(stream.split(i)));
}
