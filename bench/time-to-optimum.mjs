// @ts-check
// How long restricted models train until their exact loss is within 1 % of the best symmetric optimum,
// each side at the best settings of one grid, start-up excluded; and the population engine's ten digits.
//
//   npm run build && node bench/time-to-optimum.mjs               all parts
//   node bench/time-to-optimum.mjs two-loops                      some of them
//   node bench/time-to-optimum.mjs --update                       all, written into docs/benchmarks.md
//
// One thread, float64, d = 10, Σ = Ω = I, Adam from A = 0. The exact loss is evaluated between the timed
// parts. Exit 1 when a limit is exceeded.
import { textTable } from "../dist/src/cli/text-table.js";
import { populationObjective } from "../dist/src/compare/population-objective.js";
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { isotropicOptimum } from "../dist/src/theory/isotropic-optimum.js";
import { bestSymmetric } from "../dist/src/theory/preconditioner-search/best-symmetric.js";
import { adam } from "../dist/src/training/adam.js";
import { median } from "./measure.mjs";
import { fastestRecipe, timeRecipe } from "./optimum-search.mjs";
import { fastestEnvironment } from "./pytorch/environment.mjs";
import { pytorchVersion } from "./pytorch/process.mjs";
import { reportBenchmark } from "./report.mjs";
import { kernelTrainer, pytorchTrainer } from "./restricted-trainers.mjs";

/** @typedef {import("./optimum-search.mjs").Setting} Setting */
/** @typedef {import("./optimum-search.mjs").Timed} Timed */

/** Uses a trainer and lets go of it; what came out goes to stderr at once, for searches take a while. */
async function using(
  /** @type {import("./restricted-trainers.mjs").ClosableTrainer} */ trainer,
  /** @type {(trainer: import("./optimum-search.mjs").Trainer) => Promise<Timed>} */ use,
) {
  try {
    const timed = await use(trainer);
    console.error(`bench: ${(1000 * median(timed.times)).toPrecision(3)} ms, ${timed.steps} steps`);
    return timed;
  } finally {
    trainer.close();
  }
}

/** @type {import("./pytorch/process.mjs").Environment | undefined} */
let environment;

/** PyTorch at its best by both estimators, and the plain winner's recipe on drawn tokens. */
async function pytorchTimes(/** @type {Setting} */ setting) {
  environment ??= fastestEnvironment(["restricted", "20", "kept"]).environment;
  const where = environment;
  const search = (/** @type {"plain" | "conditional"} */ estimator) =>
    using(pytorchTrainer(estimator, "bartlett", where), (trainer) =>
      fastestRecipe(trainer, setting),
    );
  const plain = await search("plain");
  const conditional = await search("conditional");
  const tokens = await using(pytorchTrainer("plain", "tokens", where), (trainer) =>
    timeRecipe(trainer, setting, plain.recipe),
  );
  return { plain, conditional, tokens };
}

function row(/** @type {string} */ name, /** @type {Timed} */ timed, /** @type {number} */ ours) {
  const { recipe, times, steps } = timed;
  const { batch, rate, secondDecay, schedule, horizon } = recipe;
  const milliseconds = (/** @type {number} */ seconds) => (1000 * seconds).toPrecision(3);
  return [
    `  ${name}`,
    milliseconds(median(times)),
    `${milliseconds(Math.min(...times))}–${milliseconds(Math.max(...times))}`,
    (median(times) / ours).toFixed(1),
    `${steps}`,
    `B ${batch}, rate ${rate}, β₂ ${secondDecay}, ${schedule}${schedule === "constant" ? "" : ` over ${horizon}`}`,
  ];
}

const HEAD = ["", "median ms", "range", "ratio", "steps", "best recipe"];

/** One setting: the kernel and PyTorch, by both estimators. */
async function training(/** @type {Setting} */ setting) {
  const conditional = await using(kernelTrainer("conditional"), (trainer) =>
    fastestRecipe(trainer, setting),
  );
  const plain = await using(kernelTrainer("plain"), (trainer) => fastestRecipe(trainer, setting));
  const theirs = await pytorchTimes(setting);
  const ours = median(conditional.times);
  const ratio = median(theirs.plain.times) / ours;
  const isWithinLimits = ratio >= 30;
  const { dim, contextLength, loops } = setting;
  const table = textTable(
    [
      HEAD,
      row("loopgd, conditional estimator", conditional, ours),
      row("loopgd, plain estimator", plain, ours),
      row("PyTorch, plain estimator, Bartlett draws", theirs.plain, ours),
      row("PyTorch, plain estimator, tokens drawn", theirs.tokens, ours),
      row("PyTorch, conditional estimator, Bartlett draws", theirs.conditional, ours),
    ],
    [1, 2, 3, 4],
  );
  const verdict = `  PyTorch's plain estimator / ours: ${ratio.toFixed(1)}, at least 30${isWithinLimits ? "" : ": MISSED"}`;
  const title = `time to an exact loss within 1 % of the best symmetric optimum, (d, n, L) = (${dim}, ${contextLength}, ${loops})`;
  return { text: [title, table, verdict].join("\n"), isWithinLimits };
}

const DIGITS = 1e-10;

/** Ten digits of the symmetric optimum without sampling, against PyTorch's 1 %. */
async function population() {
  const setting = { dim: 10, contextLength: 50, loops: 2 };
  const optimum = isotropicOptimum(setting).loss.toNumber();
  const search = () => bestSymmetric(setting, { stream: Stream.fromSeed(0) });
  const cold = timed(search);
  const warm = Array.from({ length: 9 }, () => timed(search));
  const descent = Array.from({ length: 5 }, () => descend(setting, optimum));
  const error = Math.abs(cold.result.loss / optimum - 1);
  const theirs = await pytorchTimes(setting);
  const ours = median(warm.map(({ seconds }) => seconds));
  const ratio = median(theirs.plain.times) / ours;
  const isWithinLimits = error <= DIGITS && ratio >= 20;
  const own = (/** @type {string} */ name, /** @type {readonly number[]} */ seconds) => [
    `  ${name}`,
    (1000 * median(seconds)).toPrecision(3),
    "",
    (median(seconds) / ours).toFixed(1),
  ];
  const table = textTable(
    [
      HEAD,
      own(
        "bestSymmetric, 12 random starts",
        warm.map(({ seconds }) => seconds),
      ),
      own("bestSymmetric, the first call of a process", [cold.seconds]),
      own("populationObjective, Adam from A = 0", descent),
      row("PyTorch to 1 %, plain estimator, Bartlett draws", theirs.plain, ours),
      row("PyTorch to 1 %, plain estimator, tokens drawn", theirs.tokens, ours),
      row("PyTorch to 1 %, conditional estimator", theirs.conditional, ours),
    ],
    [1, 2, 3, 4],
  );
  const text = [
    "population engine: ten digits of the symmetric optimum, (d, n, L) = (10, 50, 2)",
    table,
    `  relative error of the loss found: ${error.toExponential(1)}, at most ${DIGITS}${error <= DIGITS ? "" : ": MISSED"}`,
    `  PyTorch's plain estimator to 1 % / ours: ${ratio.toFixed(1)}, at least 20${ratio >= 20 ? "" : ": MISSED"}`,
  ].join("\n");
  return { text, isWithinLimits };
}

/** Seconds that Adam takes on the exact loss until ten digits of it are those of the optimum. */
function descend(/** @type {Setting} */ setting, /** @type {number} */ optimum) {
  const { dim, contextLength, loops } = setting;
  const shape = { family: /** @type {const} */ ("restricted"), dim, layers: 1, loops };
  const objective = populationObjective(shape, promptDistribution({ dim, contextLength }));
  const parameters = new Float64Array(dim * dim + dim);
  const optimizer = adam();
  const state = optimizer.start(parameters.length);
  const stream = Stream.fromSeed(0);
  // The circuit is built before: start-up is excluded everywhere.
  void objective.evaluate(parameters, stream);
  const began = performance.now();
  for (let step = 0; step < 10_000; step++) {
    const { loss, gradient } = evaluateNow(objective, parameters, stream);
    if (Math.abs(loss / optimum - 1) <= DIGITS) return (performance.now() - began) / 1000;
    optimizer.update(state, parameters, gradient, 0.1 * 0.99 ** step);
  }
  throw new Error("Adam on the exact loss did not reach ten digits");
}

function evaluateNow(
  /** @type {import("../dist/src/training/objective.js").Objective} */ objective,
  /** @type {Float64Array} */ parameters,
  /** @type {Stream} */ stream,
) {
  const result = objective.evaluate(parameters, stream);
  if (result instanceof Promise) throw new Error("the population objective evaluates at once");
  return result;
}

/** @template T @param {() => T} work */
function timed(work) {
  const began = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - began) / 1000 };
}

if (pytorchVersion() === undefined) {
  console.error("bench: PyTorch is missing; install Debian's python3-torch");
  process.exitCode = 2;
} else {
  await reportBenchmark("time-to-optimum", {
    "two-loops": () => training({ dim: 10, contextLength: 20, loops: 2 }),
    "five-loops": () => training({ dim: 10, contextLength: 50, loops: 5 }),
    population,
  });
}
