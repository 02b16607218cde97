// @ts-check
// The time a trainer needs until the exact loss of its weights is near the best, at its best settings.
import { Matrix } from "../dist/src/numeric/matrix.js";
import { isotropicOptimum } from "../dist/src/theory/isotropic-optimum.js";
import { populationLoss } from "../dist/src/theory/population/population-loss.js";
import { median } from "./measure.mjs";

/**
 * How a run is made. Shapes: horizon in steps; a constant schedule has none and stops when it is too slow.
 *
 * @typedef {{ readonly dim: number, readonly contextLength: number, readonly loops: number }} Setting
 * @typedef {{ readonly batch: number, readonly rate: number, readonly secondDecay: number, readonly schedule: "constant" | "cosine" | "step", readonly horizon: number }} Recipe
 * @typedef {{ readonly seconds: number, readonly weights: readonly (readonly number[])[] }} Progress
 * @typedef {{
 *   start(setting: Setting, recipe: Recipe, seed: number): Promise<void>,
 *   take(steps: number): Promise<Progress>
 * }} Trainer
 * @typedef {{ readonly recipe: Recipe, readonly times: readonly number[], readonly steps: number }} Timed
 */

const EXCESS = 0.01;
/** The exact loss is looked at after this many steps, then at every 12 % more; in the end at every 4 %. */
const [FIRST_LOOK, SPACING, FINAL_SPACING] = [4, 1.12, 1.04];
/** Runs are given up at this many times the best time so far: they cannot win any more. */
const PATIENCE = 2;
/** No run is waited for longer. */
const LONGEST_SECONDS = 8;
/** How many recipes get more seeds after the first. */
const FINALISTS = 8;

/**
 * A run that counts nowhere: what runs first pays for compilation and caches.
 *
 * @type {Recipe}
 */
const WARM_UP = { batch: 64, rate: 0.01, secondDecay: 0.999, schedule: "constant", horizon: 300 };

/** @type {readonly Pick<Recipe, "schedule" | "horizon">[]} */
const SCHEDULES = [
  { schedule: "constant", horizon: 2000 },
  { schedule: "cosine", horizon: 100 },
  { schedule: "step", horizon: 100 },
  { schedule: "cosine", horizon: 400 },
];

/**
 * The grid, the same for every trainer; likely winners first, for they shorten what follows.
 *
 * Adam's paper takes β₂ = 0.999, which remembers the steep first steps from A = 0 for all that follow;
 * 0.95 forgets them.
 */
const RECIPES = [64, 16, 256, 4, 2, 8, 1024].flatMap((batch) =>
  [0.95, 0.999].flatMap((secondDecay) =>
    [0.05, 0.03, 0.1, 0.02, 0.01].flatMap((rate) =>
      SCHEDULES.map((schedule) => ({ batch, rate, secondDecay, ...schedule })),
    ),
  ),
);

/**
 * Searches the grid on one seed and the finalists on three, and times the winner.
 *
 * @param {Trainer} trainer
 * @param {Setting} setting
 * @returns {Promise<Timed>}
 */
export async function fastestRecipe(trainer, setting) {
  const target = targetLoss(setting);
  const run = (/** @type {Recipe} */ recipe, /** @type {number} */ seed, limit = LONGEST_SECONDS) =>
    timeToTarget(trainer, { setting, recipe, seed, target, limit, spacing: SPACING });
  await run(WARM_UP, 99, 0.5);
  let best = LONGEST_SECONDS;
  const first = [];
  for (const recipe of RECIPES) {
    const { seconds } = await run(recipe, 1, PATIENCE * best);
    best = Math.min(best, seconds);
    first.push({ recipe, seconds });
  }
  const finalists = first
    .filter(({ seconds }) => seconds < PATIENCE * best)
    .sort((a, b) => a.seconds - b.seconds)
    .slice(0, FINALISTS);
  const judged = [];
  for (const { recipe, seconds } of finalists) {
    const times = [seconds];
    for (const seed of [2, 3]) times.push((await run(recipe, seed, 3 * PATIENCE * best)).seconds);
    judged.push({ recipe, middle: median(times) });
  }
  const winner = judged.sort((a, b) => a.middle - b.middle)[0];
  if (winner === undefined) throw new Error("no recipe reached the target");
  return timeRecipe(trainer, setting, winner.recipe);
}

/**
 * Times a recipe on five seeds that no search has seen: those of a search favour what it chose.
 *
 * @param {Trainer} trainer
 * @param {Setting} setting
 * @param {Recipe} recipe
 * @returns {Promise<Timed>}
 */
export async function timeRecipe(trainer, setting, recipe) {
  const target = targetLoss(setting);
  const options = { setting, target, limit: LONGEST_SECONDS, spacing: FINAL_SPACING };
  await timeToTarget(trainer, { ...options, recipe: WARM_UP, seed: 99, limit: 0.5 });
  const runs = [];
  for (const seed of [11, 12, 13, 14, 15]) {
    runs.push(await timeToTarget(trainer, { ...options, recipe, seed }));
  }
  return {
    recipe,
    times: runs.map(({ seconds }) => seconds),
    steps: median(runs.map(({ steps }) => steps)),
  };
}

const targetLoss = (/** @type {Setting} */ setting) =>
  (1 + EXCESS) * isotropicOptimum(setting).loss.toNumber();

/**
 * Seconds of training until any of a trainer's candidate weights is within the target, or Infinity.
 *
 * @param {Trainer} trainer
 * @param {{ setting: Setting, recipe: Recipe, seed: number, target: number, limit: number, spacing: number }} options
 */
async function timeToTarget(trainer, options) {
  const { setting, recipe, seed, target, limit, spacing } = options;
  await trainer.start(setting, recipe, seed);
  let [seconds, step] = [0, 0];
  while (step < recipe.horizon && seconds < limit) {
    const wanted = step === 0 ? FIRST_LOOK : Math.max(step + 1, Math.round(spacing * step));
    const next = Math.min(recipe.horizon, wanted);
    const progress = await trainer.take(next - step);
    seconds += progress.seconds;
    step = next;
    if (progress.weights.some((weights) => exactLoss(setting, weights) <= target)) {
      return { seconds, steps: step };
    }
  }
  return { seconds: Number.POSITIVE_INFINITY, steps: step };
}

function exactLoss(/** @type {Setting} */ setting, /** @type {readonly number[]} */ weights) {
  const { dim, contextLength, loops } = setting;
  if (!weights.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const preconditioner = Matrix.from1DArray(dim, dim, [...weights]);
  const stack = { preconditioners: [preconditioner], loops };
  return populationLoss({ dim, contextLength }, stack, { relativeTolerance: 1e-3 }).value;
}
