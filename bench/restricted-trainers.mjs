// @ts-check
// Training restricted models (A, u = 0) from A = 0 with Adam, by the kernel and by PyTorch: the same law,
// the same schedules, the same weighted average of the iterates beside the last one.
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { adam } from "../dist/src/training/adam.js";
import { kernelObjective } from "../dist/src/training/kernel-objective.js";
import { Conversation } from "./pytorch/process.mjs";

/** @typedef {import("./optimum-search.mjs").Trainer & { close(): void }} ClosableTrainer */

/** Later iterates weigh more: after t steps iterate k has weight ~ k^8, as in train_restricted.py. */
const AVERAGING_POWER = 8;

/**
 * The fused kernel in one thread.
 *
 * @param {"plain" | "conditional"} estimator
 * @returns {ClosableTrainer}
 */
export function kernelTrainer(estimator) {
  const optimizer = adam();
  /** @type {KernelRun | undefined} */
  let run;
  return {
    start: async ({ dim, contextLength, loops }, recipe, seed) => {
      run?.objective.dispose?.();
      const shape = { family: /** @type {const} */ ("restricted"), dim, layers: 1, loops };
      const distribution = promptDistribution({ dim, contextLength });
      const { batch } = recipe;
      const parameters = new Float64Array(dim * dim + dim);
      run = {
        objective: kernelObjective({ shape, distribution, batch, estimator, workers: 1 }),
        ...{ dim, recipe, parameters, step: 0 },
        average: new Float64Array(dim * dim),
        state: optimizer.start(parameters.length),
        stream: Stream.fromSeed(seed),
      };
    },
    take: async (steps) => {
      if (run === undefined) throw new Error("kernelTrainer: take before start");
      const { objective, dim, recipe, parameters, average, state, stream } = run;
      const began = performance.now();
      for (let k = 0; k < steps; k++) {
        const { gradient } = await objective.evaluate(parameters, stream.split(run.step));
        gradient.fill(0, dim * dim);
        optimizer.update(state, parameters, gradient, rateAt(run.step, recipe));
        run.step += 1;
        const share = (AVERAGING_POWER + 1) / (run.step + AVERAGING_POWER);
        for (let i = 0; i < average.length; i++) {
          const old = average[i] ?? Number.NaN;
          average[i] = old + share * ((parameters[i] ?? Number.NaN) - old);
        }
      }
      const seconds = (performance.now() - began) / 1000;
      return { seconds, weights: [[...parameters.subarray(0, dim * dim)], [...average]] };
    },
    close: () => run?.objective.dispose?.(),
  };
}

/**
 * @typedef {object} KernelRun
 * @property {import("../dist/src/training/objective.js").Objective} objective
 * @property {number} dim
 * @property {import("./optimum-search.mjs").Recipe} recipe
 * @property {Float64Array} parameters
 * @property {Float64Array} average
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
