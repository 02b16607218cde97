// @ts-check
// Training restricted models (A, u = 0) from A = 0 with Adam, by the kernel and by PyTorch: the same law,
// the same schedules, the same weighted average of the iterates beside the last one.
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { adam } from "../dist/src/training/adam.js";
import { polynomialAverage } from "../dist/src/training/averaging.js";
import { kernelObjective } from "../dist/src/training/kernel-objective.js";
import { Conversation } from "./pytorch/process.mjs";

/** @typedef {import("./optimum-search.mjs").Trainer & { close(): void }} ClosableTrainer */

/** Later iterates weigh more: after t steps iterate k has weight ~ k^8, as in train_restricted.py. */
const AVERAGING = polynomialAverage(8);

/**
 * The fused kernel in one thread: whole blocks of steps by the conditional estimator, whose gradient in u
 * is zero at u = 0; one step at a time by the plain one, whose gradient in u is left out.
 *
 * @param {"plain" | "conditional"} estimator
 * @returns {ClosableTrainer}
 */
export function kernelTrainer(estimator) {
  /** @type {KernelRun | undefined} */
  let run;
  return {
    start: async ({ dim, contextLength, loops }, recipe, seed) => {
      run?.objective.dispose?.();
      const shape = { family: /** @type {const} */ ("restricted"), dim, layers: 1, loops };
      const distribution = promptDistribution({ dim, contextLength });
      const { batch, secondDecay } = recipe;
      const parameters = new Float64Array(dim * dim + dim);
      const optimizer = adam({ secondDecay });
      run = {
        objective: kernelObjective({ shape, distribution, batch, estimator, workers: 1 }),
        ...{ dim, recipe, parameters, optimizer, step: 0 },
        average: new Float64Array(dim * dim + dim),
        state: optimizer.start(parameters.length),
        stream: Stream.fromSeed(seed),
      };
    },
    take: async (steps) => {
      if (run === undefined) throw new Error("kernelTrainer: take before start");
      const { dim, parameters, average } = run;
      const began = performance.now();
      if (estimator === "conditional") takeBlocks(run, steps);
      else await takeSingly(run, steps);
      const seconds = (performance.now() - began) / 1000;
      const weights = [parameters, average].map((vector) => [...vector.subarray(0, dim * dim)]);
      return { seconds, weights };
    },
    close: () => run?.objective.dispose?.(),
  };
}

function takeBlocks(/** @type {KernelRun} */ run, /** @type {number} */ steps) {
  const { objective, recipe, parameters, average, optimizer, state, stream } = run;
  const { stepper } = objective;
  if (stepper === undefined || optimizer.adam === undefined) {
    throw new Error("kernelTrainer: the kernel takes no blocks of steps");
  }
  for (const end = run.step + steps; run.step < end; ) {
    const first = run.step;
    const block = Array.from(
      { length: Math.min(stepper.blockSteps, end - first) },
      (_, i) => first + i,
    );
    const taken = stepper.takeSteps({
      ...{ parameters, average, optimizer: state, rule: optimizer.adam },
      learningRates: block.map((step) => rateAt(step, recipe)),
      averageWeights: block.map((step) => AVERAGING.weight(step + 1)),
      streamOf: (i) => stream.split(first + i),
      ...{ clipNorm: Number.POSITIVE_INFINITY, lossLimit: Number.POSITIVE_INFINITY },
    });
    run.step += block.length;
    // A run that exploded is over: its exact loss is infinite too.
    if (taken.ending !== "whole") parameters.fill(Number.NaN);
  }
}

async function takeSingly(/** @type {KernelRun} */ run, /** @type {number} */ steps) {
  const { objective, dim, recipe, parameters, average, optimizer, state, stream } = run;
  for (let k = 0; k < steps; k++) {
    const { gradient } = await objective.evaluate(parameters, stream.split(run.step));
    gradient.fill(0, dim * dim);
    optimizer.update(state, parameters, gradient, rateAt(run.step, recipe));
    run.step += 1;
    const share = AVERAGING.weight(run.step);
    for (let i = 0; i < average.length; i++) {
      const old = average[i] ?? Number.NaN;
      average[i] = old + share * ((parameters[i] ?? Number.NaN) - old);
    }
  }
}

/**
 * @typedef {object} KernelRun
 * @property {import("../dist/src/training/objective.js").Objective} objective
 * @property {number} dim
 * @property {import("./optimum-search.mjs").Recipe} recipe
 * @property {Float64Array} parameters
 * @property {Float64Array} average
 * @property {import("../dist/src/training/optimizer.js").Optimizer} optimizer
 * @property {import("../dist/src/training/optimizer.js").OptimizerState} state
 * @property {Stream} stream
 * @property {number} step
 */

function rateAt(
  /** @type {number} */ step,
  /** @type {import("./optimum-search.mjs").Recipe} */ { rate, schedule, horizon },
) {
  const done = Math.min(step / horizon, 1);
  if (schedule === "constant") return rate;
  if (schedule === "cosine") return rate * 0.5 * (1 + Math.cos(Math.PI * done));
  return rate * 0.5 ** Math.min(Math.floor(6 * done), 5);
}

/**
 * PyTorch, in a process of its own that times nothing but its steps.
 *
 * @param {"plain" | "conditional"} estimator
 * @param {"tokens" | "bartlett"} source
 * @param {import("./pytorch/process.mjs").Environment} environment
 * @returns {ClosableTrainer}
 */
export function pytorchTrainer(estimator, source, environment) {
  const script = new Conversation("train_restricted.py", environment);
  return {
    start: async ({ dim, contextLength, loops }, recipe, seed) => {
      const law = { dim, context: contextLength, loops };
      await script.ask({ start: { ...law, estimator, source, seed, ...recipe } });
    },
    take: async (steps) => {
      const { seconds, preconditioner, average } = await script.ask({ steps });
      return { seconds, weights: [preconditioner, average] };
    },
    close: () => script.close(),
  };
}
