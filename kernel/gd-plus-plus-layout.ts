import { congruenceScratch } from "./congruence";
import { ENTRY } from "./lanes";

// Where the GD++ routines keep what they work on: addresses in the workspace, set by `plan`.

export let d: i32 = 0;
export let matrix: usize = 0;
export let vector: usize = 0;
export let depth: i32 = 0;

/** Per layer X with x and f behind it, D, W = C X, then g, k, v and the single entry ζ. */
export let states: usize = 0;
export let stateBytes: usize = 0;
export let firstU: usize = 0;

export let gradients: usize = 0;
export let lossSums: usize = 0;
export let slopes: usize = 0;
export let combinedGradient: usize = 0;
export let lastReadInGradient: usize = 0;
export let scratch: usize = 0;
export let transposedD: usize = 0;
export let gradX: usize = 0;
/** x̄ and ḡ: behind X̂. */
export let gradQuery: usize = 0;
export let gradCrossing: usize = 0;
export let gradEntry: usize = 0;
export let tail: usize = 0;

/** Lays the workspace out; only `used` of the loops are computed. Returns the end of the workspace. */
export function plan(dim: i32, layers: i32, loops: i32, used: i32, workspace: usize): usize {
  d = dim;
  depth = layers * used;
  vector = <usize>d * ENTRY;
  matrix = <usize>d * vector;
  let at = workspace;
  gradients = at;
  at += <usize>layers * (2 * matrix + vector);
  lossSums = at;
  at += <usize>loops * ENTRY;
  slopes = at;
  at += <usize>loops * ENTRY;
  combinedGradient = at;
  at += vector;
  lastReadInGradient = at;
  at += vector;
  scratch = at;
  at += <usize>congruenceScratch(d, 2) * ENTRY;
  transposedD = at;
  at += matrix;
  gradX = at;
  at += matrix;
  gradQuery = at;
  at += vector;
  gradCrossing = at;
  at += vector;
  gradEntry = at;
  at += ENTRY;
  tail = at;
  at += 48 * vector;
  firstU = at;
  at += matrix + 2 * vector;
  states = at;
  stateBytes = 3 * matrix + 5 * vector + ENTRY;
  return at + <usize>max(layers * loops - 1, 1) * stateBytes;
}
