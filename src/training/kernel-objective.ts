import { availableParallelism } from "node:os";
import { ArgumentError, Description, HypothesisError, requireInteger } from "../errors.js";
import { type ModelShape, requireParameters } from "../model/model-shape.js";
import { flatten } from "../numeric/matrix.js";
import { exactTheoryGap } from "../prompt/exact-theory-gap.js";
import type { GramPrompt } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { describeProblem } from "./describe-problem.js";
import { type BatchPlan, planBatch } from "./kernel/batch-plan.js";
import { compileKernel, instantiateKernel, kernelMemory } from "./kernel/kernel-module.js";
import type { KernelElement, KernelProblem } from "./kernel/kernel-problem.js";
import { kernelRoutines, sumSlots, writeNumbers, writePrompts } from "./kernel/kernel-routines.js";
import { KernelThreads } from "./kernel/kernel-threads.js";
import { writeKey, writePromptLaw } from "./kernel/prompt-law.js";
import { sampledLaw } from "./kernel/sampled-law.js";
import { stepLoop } from "./kernel/step-loop.js";
import { BLOCK_STEPS } from "./kernel/step-loop-plan.js";
import { describeLossWeights, resolveLossWeights } from "./loss-weights.js";
import type { LossAndGradient, Objective } from "./objective.js";

/** Prompts that come from JavaScript rather than from the kernel's own sampler. */
export interface PromptSource {
  /** A prompt of its own for every stream. */
  draw(stream: Stream): GramPrompt;
  /** What tells this source from others. */
  describe(): string;
}

/** What `kernelObjective` evaluates. */
export interface KernelObjectiveOptions {
  readonly shape: ModelShape;
  readonly distribution: PromptDistribution;
  /** Prompts, or sequences under positions "all". */
  readonly batch: number;
  /** ω; default: the last loop alone. */
  readonly lossWeights?: readonly number[];
  /** "conditional" integrates task and query out, for restricted models; default: "plain". */
  readonly estimator?: "plain" | "conditional";
  /** "all": every context example is followed by a query; default: "last". */
  readonly positions?: "last" | "all";
  /** Of the arithmetic; default: "float64". */
  readonly precision?: KernelElement;
  /** Threads; default: as many as help, at most the machine's. */
  readonly workers?: number;
  /**
   * Where prompts come from; default: the kernel draws them from the distribution. "sampled": every thread
   * draws its own by `gramPromptSampler`, of any law; a source of one's own: the calling thread alone.
   */
  readonly prompts?: "sampled" | PromptSource;
}

/**
 * The in-context loss of a linear model by the fused kernel, estimated on fresh prompts.
 *
 * Statement.    mean over the batch of Σ_t ω_t (ŷ_t − y_q)², ŷ_t after loop t, and its gradient; under
 *               the conditional estimator of Σ_t ω_t E[(ŷ_t − y_q)² | X], which has the same mean and
 *               less variance; under positions "all" the mean also goes over i = 1 … n, the query after
 *               the first i examples of a sequence, with 1/i for 1/n.
 * Conventions.  prompt i depends on the stream and i alone, not on batch, estimator or workers; results
 *               are equal bit for bit for any number of workers. No ½.
 * Accuracy.     unbiased; rounding of the precision chosen, sums over chunks in float64
 * Throws.       ArgumentError when batch, workers or lossWeights cannot be used or dims differ;
 *               HypothesisError when the conditional estimator is asked for other than restricted layers
 *               or given prompts, or all positions of given prompts; NumericalError naming a worker that
 *               died
 */
export function kernelObjective(options: KernelObjectiveOptions): Objective {
  const { shape, distribution, batch, prompts } = options;
  const { estimator = "plain", positions = "last", precision = "float64" } = options;
  requireUsable(options);
  const lossWeights = resolveLossWeights("kernelObjective", shape, options.lossWeights);
  const problem: KernelProblem = { ...shape, estimator, element: precision };
  const module = sharedModule();
  const probe = instantiateKernel(module, kernelMemory(1));
  const threads = options.workers ?? usefulThreads(options);
  const plan = planBatch({
    ...{ module, exports: probe, problem, threads, items: batch },
    source:
      prompts === undefined ? "drawn" : prompts === "sampled" ? sampledLaw(distribution) : "given",
    positions: positions === "all" ? distribution.contextLength : 1,
  });
  const memory = kernelMemory(plan.bytes);
  const exports = instantiateKernel(module, memory);
  const { prepareWeights } = kernelRoutines(exports, plan.kernel);
  const { covariance, taskCovariance, noiseVariance } = distribution;
  writePromptLaw(exports, memory.buffer, plan.promptLaw, distribution, estimator === "conditional");
  writeNumbers(memory, plan.kernel.lossWeights, lossWeights);
  writeNumbers(memory, plan.kernel.law, [
    ...[...flatten(covariance), ...flatten(taskCovariance)],
    noiseVariance,
  ]);
  const kernelThreads = new KernelThreads({ module, exports, memory, plan, threads });
  const collect = (): LossAndGradient => {
    const { losses, gradient } = sumSlots(memory, plan.kernel, plan.chunks);
    const share = 1 / (plan.items * plan.positions);
    const loss = losses.reduce((sum, value, t) => sum + lossWeights[t]! * value, 0);
    return { loss: share * loss, gradient: gradient.map((slope) => share * slope) };
  };
  const takeSteps = plan.stepLoop && stepLoop(exports, memory, plan, plan.stepLoop);
  return {
    ...(takeSteps !== undefined && {
      stepper: {
        blockSteps: BLOCK_STEPS,
        takeSteps(block) {
          requireParameters("kernelObjective", shape, block.parameters);
          kernelThreads.requireReady();
          return takeSteps(block);
        },
      },
    }),
    describe: () =>
      [
        `fused kernel, ${precision}, ${estimator} estimator, ${positions} position`,
        describeProblem(shape, distribution),
        `batch ${batch}${describeLossWeights(lossWeights)}`,
        ...(prompts === undefined ? [] : [`prompts ${describeSource(prompts)}`]),
      ].join("; "),
    evaluate(parameters, stream) {
      requireParameters("kernelObjective", shape, parameters);
      kernelThreads.requireReady();
      writeNumbers(memory, plan.kernel.parameters, parameters);
      if (prompts === undefined) writeKey(memory.buffer, plan.key, stream);
      else if (prompts === "sampled") {
        new Int32Array(memory.buffer, plan.key, 4).set(stream.words);
      } else writeGivenPrompts(memory, plan, prompts, stream);
      prepareWeights();
      const done = kernelThreads.run();
      return done === undefined ? collect() : done.then(collect);
    },
    dispose: () => kernelThreads.close(),
  };
}

function describeSource(source: "sampled" | PromptSource): string {
  return source === "sampled" ? "drawn by gramPromptSampler" : source.describe();
}

function writeGivenPrompts(
  memory: WebAssembly.Memory,
  plan: BatchPlan,
  source: PromptSource,
  stream: Stream,
): void {
  const { items, chunkItems, chunks, kernel } = plan;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const first = chunk * chunkItems;
    const prompts = Array.from({ length: Math.min(chunkItems, items - first) }, (_, i) =>
      source.draw(stream.split(first + i)),
    );
    writePrompts(memory, kernel, chunk, prompts);
  }
}

function requireUsable(options: KernelObjectiveOptions): void {
  const where = "kernelObjective";
  const { shape, distribution, batch, prompts, workers } = options;
  const { estimator = "plain", positions = "last" } = options;
  requireInteger(where, "batch", batch);
  if (workers !== undefined) requireInteger(where, "workers", workers);
  if (shape.dim !== distribution.dim) {
    throw new ArgumentError(
      where,
      "shape",
      `of the prompts' dim ${distribution.dim}`,
      new Description(`dim ${shape.dim}`),
    );
  }
  if (estimator === "conditional" && shape.family !== "restricted") {
    throw new HypothesisError(
      `${where}: the conditional estimator exists for restricted layers, not for ${shape.family} ` +
        `ones; use estimator "plain"`,
    );
  }
  if (prompts === undefined) {
    if (exactTheoryGap(distribution) === undefined) return;
    throw new HypothesisError(
      `${where}: the kernel draws Gaussian covariates and fresh tasks; give it prompts of other laws`,
    );
  }
  if (estimator === "conditional") {
    throw new HypothesisError(
      `${where}: the conditional estimator takes task and query from the distribution; ` +
        `use estimator "plain" for given prompts`,
    );
  }
  if (positions === "all") {
    throw new HypothesisError(
      `${where}: a given prompt has one query; use positions "last" for given prompts`,
    );
  }
}

let compiled: WebAssembly.Module | undefined;

function sharedModule(): WebAssembly.Module {
  compiled ??= compileKernel();
  return compiled;
}

/** Nanoseconds of work that waking a thread is worth; it takes about a third of that. */
const WORTH_A_THREAD = 150_000;

function usefulThreads(options: KernelObjectiveOptions): number {
  const { shape, distribution, batch, positions, estimator } = options;
  const { family, dim, layers, loops } = shape;
  const size = dim + 1;
  const isVectorial = family === "restricted" && estimator !== "conditional";
  // A layer takes products with vectors only or of matrices, drawing a third of such a product: about
  // a nanosecond for each entry, on the machines it was measured on.
  // Sampling draws every token: about 20 ns for a normal variate, half a nanosecond for a product.
  const sampling =
    options.prompts === "sampled" ? distribution.contextLength * dim * (20 + size / 4) : 0;
  const perPrompt = size ** 2 * (layers * loops * (isVectorial ? 1 : size) + size / 3) + sampling;
  const prompts = batch * (positions === "all" ? distribution.contextLength : 1);
  const worth = Math.floor((prompts * perPrompt) / WORTH_A_THREAD);
  return Math.max(1, Math.min(availableParallelism(), worth));
}
