// Whole training steps in one call: draw, evaluate, add up, clip, move and average, one step after
// another. A step of few prompts takes as long in JavaScript as in the arithmetic; here it does not.
// Each operation is that of the path of single steps, in its order: both give the same bits.
import { AdamStep, adamStep, clip, extendAverage, isSound } from "./adam";
import { conditionalChunk, conditionalWeights } from "./conditional";
import { drawGramPrompts, PromptLaw } from "./draw-gram";
import { fullChunk, fullWeights } from "./full";
import { gdPlusPlusChunk, gdPlusPlusWeights } from "./gd-plus-plus";
import { restrictedChunk, restrictedWeights } from "./restricted";

/** What is trained, how, and where everything lies; written by src/training/kernel/step-loop.ts. */
@unmanaged
class StepLoop {
  /** What a sum over the batch is multiplied with to give a mean. */
  share: f64;
  clipNorm: f64;
  /** A loss above is divergence. */
  lossLimit: f64;
  /** Of an AdamStep. */
  adam: u32;
  routine: u32;
  isSingle: u32;
  dim: i32;
  layers: i32;
  loops: i32;
  items: i32;
  chunkItems: i32;
  chunks: i32;
  parameterCount: i32;
  promptLaw: u32;
  law: u32;
  lossWeights: u32;
  weights: u32;
  workspace: u32;
  records: u32;
  scratch: u32;
  slots: u32;
  slotBytes: u32;
  parameters: u32;
  first: u32;
  second: u32;
  average: u32;
  gradient: u32;
  /** The parameters before the last move. */
  before: u32;
  /** One row a step. */
  rows: u32;
  taken: u32;
}

/** What a step is given, then what it found. */
@unmanaged
class StepRow {
  key: u64;
  secondKey: u64;
  learningRate: f64;
  shrink: f64;
  firstCorrection: f64;
  secondCorrection: f64;
  averageWeight: f64;
  loss: f64;
  gradientNorm: f64;
}

const RESTRICTED: u32 = 0;
const FULL: u32 = 1;
const GD_PLUS_PLUS: u32 = 2;

/** How a block of steps ends: all taken; an estimate out of bounds; parameters that are not finite. */
const DONE: u32 = 0;
const UNSOUND_ESTIMATE: u32 = 1;
const UNSOUND_PARAMETERS: u32 = 2;

/** Takes up to `count` steps; `loop.taken` says how many parameters were moved. */
export function takeSteps(at: usize, count: u32): u32 {
  const loop = changetype<StepLoop>(at);
  return loop.isSingle ? take<f32>(loop, count) : take<f64>(loop, count);
}

function take<T extends number>(loop: StepLoop, count: u32): u32 {
  const size = loop.parameterCount;
  const bytes = (<usize>size) << 3;
  const adam = changetype<AdamStep>(loop.adam);
  for (let k: u32 = 0; k < count; k++) {
    loop.taken = k;
    const row = changetype<StepRow>(loop.rows + k * offsetof<StepRow>());
    row.loss = estimate<T>(loop, changetype<usize>(row));
    row.gradientNorm = clip(size, loop.gradient, loop.clipNorm);
    if (!isSound(row.loss) || !isSound(row.gradientNorm)) return UNSOUND_ESTIMATE;
    if (abs(row.loss) > loop.lossLimit) return UNSOUND_ESTIMATE;
    memory.copy(loop.before, loop.parameters, bytes);
    adam.learningRate = row.learningRate;
    adam.shrink = row.shrink;
    adam.firstCorrection = row.firstCorrection;
    adam.secondCorrection = row.secondCorrection;
    if (!adamStep(adam, size, loop.parameters, loop.gradient, loop.first, loop.second)) {
      memory.copy(loop.parameters, loop.before, bytes);
      return UNSOUND_PARAMETERS;
    }
    extendAverage(size, row.averageWeight, loop.parameters, loop.average);
  }
  loop.taken = count;
  return DONE;
}

/** The mean loss over a batch, its gradient in `loop.gradient`; the key lies first in a row. */
function estimate<T extends number>(loop: StepLoop, key: usize): f64 {
  prepare<T>(loop);
  const lanes: i32 = 16 / sizeof<T>();
  const law = changetype<PromptLaw>(loop.promptLaw);
  for (let chunk = 0; chunk < loop.chunks; chunk++) {
    const first = chunk * loop.chunkItems;
    const prompts = min(loop.chunkItems, loop.items - first);
    const groups = (prompts + lanes - 1) / lanes;
    drawGramPrompts<T>(law, key, f64(first), groups, loop.records, loop.scratch);
    evaluate<T>(loop, prompts, loop.slots + chunk * loop.slotBytes);
  }
  let loss: f64 = 0;
  for (let t = 0; t < loop.loops; t++) {
    loss += load<f64>(loop.lossWeights + ((<usize>t) << 3)) * sumOver(loop, t);
  }
  for (let i = 0; i < loop.parameterCount; i++) {
    store<f64>(loop.gradient + ((<usize>i) << 3), loop.share * sumOver(loop, loop.loops + i));
  }
  return loop.share * loss;
}

/** The sum of an entry over the slots, always in slot order. */
function sumOver(loop: StepLoop, entry: i32): f64 {
  let sum: f64 = 0;
  let at: usize = loop.slots + ((<usize>entry) << 3);
  for (let chunk = 0; chunk < loop.chunks; chunk++, at += loop.slotBytes) sum += load<f64>(at);
  return sum;
}

function prepare<T extends number>(loop: StepLoop): void {
  const dim = loop.dim;
  const layers = loop.layers;
  const from: usize = loop.parameters;
  const to: usize = loop.weights;
  if (loop.routine === RESTRICTED) restrictedWeights<T>(dim, layers, from, to);
  else if (loop.routine === FULL) fullWeights<T>(dim, layers, loop.loops, from, to);
  else if (loop.routine === GD_PLUS_PLUS) gdPlusPlusWeights<T>(dim, layers, loop.loops, from, to);
  else conditionalWeights<T>(dim, layers, from, to, loop.law);
}

function evaluate<T extends number>(loop: StepLoop, prompts: i32, out: usize): void {
  const dim = loop.dim;
  const layers = loop.layers;
  const loops = loop.loops;
  const omega: usize = loop.lossWeights;
  const weights: usize = loop.weights;
  const records: usize = loop.records;
  const workspace: usize = loop.workspace;
  if (loop.routine === RESTRICTED) {
    restrictedChunk<T>(dim, layers, loops, omega, weights, records, prompts, workspace, out);
  } else if (loop.routine === FULL) {
    fullChunk<T>(dim, layers, loops, omega, weights, records, prompts, workspace, out);
  } else if (loop.routine === GD_PLUS_PLUS) {
    gdPlusPlusChunk<T>(dim, layers, loops, omega, weights, records, prompts, workspace, out);
  } else conditionalChunk<T>(dim, layers, loops, omega, weights, records, prompts, workspace, out);
}
