// @ts-check
// Memory over a long run of the fused kernel: resident set after a warm-up and as the steps go by.
//
//   npm run build && node bench/long-training.mjs [steps]      default: 100 000
//
// Restricted, d = 10, n = 20, L = 2, conditional estimator, batch 32, two threads. Exit 1 when the resident
// set has grown by more than LIMIT since the warm-up.
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { adam } from "../dist/src/training/adam.js";
import { kernelObjective } from "../dist/src/training/kernel-objective.js";
import { circumstances } from "./measure.mjs";

const STEPS = Number(process.argv[2] ?? 100_000);
const WARM_UP = 1000;
const LIMIT = 32;

const shape = { family: /** @type {const} */ ("restricted"), dim: 10, layers: 1, loops: 2 };
const distribution = promptDistribution({ dim: 10, contextLength: 20 });
const objective = kernelObjective({
  ...{ shape, distribution, batch: 32, workers: 2 },
  estimator: "conditional",
});
const parameters = new Float64Array(110);
const optimizer = adam();
const state = optimizer.start(parameters.length);
const stream = Stream.fromSeed(0);
const resident = () => process.memoryUsage().rss / 2 ** 20;

console.log(circumstances().join("\n"));
let settled = 0;
const began = performance.now();
for (let step = 1; step <= STEPS; step++) {
  const { gradient } = await objective.evaluate(parameters, stream.split(step));
  optimizer.update(state, parameters, gradient, 0.001);
  if (step === WARM_UP) settled = resident();
  if (step === WARM_UP || step % (STEPS / 5) === 0) {
    console.log(`step ${step}: ${resident().toFixed(0)} MiB`);
  }
}
const seconds = (performance.now() - began) / 1000;
objective.dispose?.();
const growth = resident() - settled;
console.log(
  `${STEPS} steps in ${seconds.toFixed(0)} s; growth ${growth.toFixed(0)} MiB, at most ${LIMIT}`,
);
if (growth > LIMIT) process.exitCode = 1;
