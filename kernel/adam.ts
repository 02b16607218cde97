// Adam, clipping and averaging on float64 vectors: the operations of src/training/adam.ts,
// clip-gradient.ts and averaging.ts, each rounded as there, so that both give the same bits.

/** The constants of an Adam step, those of its number included. */
@unmanaged
export class AdamStep {
  firstDecay: f64;
  secondDecay: f64;
  epsilon: f64;
  /** 1 − ηλ under decoupled weight decay, else 1. */
  shrink: f64;
  learningRate: f64;
  firstCorrection: f64;
  secondCorrection: f64;
}

/** One step in place; whether all parameters are finite afterwards. Two entries at a time. */
export function adamStep(
  step: AdamStep,
  count: i32,
  parameters: usize,
  gradient: usize,
  first: usize,
  second: usize,
): bool {
  const keepFirst = f64x2.splat(step.firstDecay);
  const takeFirst = f64x2.splat(1 - step.firstDecay);
  const keepSecond = f64x2.splat(step.secondDecay);
  const takeSecond = f64x2.splat(1 - step.secondDecay);
  const epsilon = f64x2.splat(step.epsilon);
  const shrink = f64x2.splat(step.shrink);
  const rate = f64x2.splat(step.learningRate);
  const firstCorrection = f64x2.splat(step.firstCorrection);
  const secondCorrection = f64x2.splat(step.secondCorrection);
  // x·0 is 0 for finite x and NaN for others.
  let probe = f64x2.splat(0);
  const zero = f64x2.splat(0);
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 3;
    const slope = v128.load(gradient + at);
    const m = f64x2.add(f64x2.mul(keepFirst, v128.load(first + at)), f64x2.mul(takeFirst, slope));
    const v = f64x2.add(
      f64x2.mul(keepSecond, v128.load(second + at)),
      f64x2.mul(f64x2.mul(takeSecond, slope), slope),
    );
    v128.store(first + at, m);
    v128.store(second + at, v);
    const scale = f64x2.add(f64x2.sqrt(f64x2.div(v, secondCorrection)), epsilon);
    const move = f64x2.div(f64x2.mul(rate, f64x2.div(m, firstCorrection)), scale);
    const moved = f64x2.sub(f64x2.mul(shrink, v128.load(parameters + at)), move);
    v128.store(parameters + at, moved);
    probe = f64x2.add(probe, f64x2.mul(moved, zero));
  }
  return f64x2.extract_lane(probe, 0) === 0 && f64x2.extract_lane(probe, 1) === 0;
}

/** Whether a number is finite. */
export function isSound(value: f64): bool {
  return value - value === 0;
}

/** Euclidean norm of a vector, without overflow. */
function norm(count: i32, vector: usize): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < count; i++) {
    const size = abs(load<f64>(vector + ((<usize>i) << 3)));
    if (!(size <= largest)) largest = size;
  }
  if (largest === 0 || !isSound(largest)) return largest;
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const share = load<f64>(vector + ((<usize>i) << 3)) / largest;
    sum += share * share;
  }
  return largest * sqrt<f64>(sum);
}

/** Scales a gradient in place to a norm of at most `limit`; returns the norm it had. */
export function clip(count: i32, gradient: usize, limit: f64): f64 {
  const before = norm(count, gradient);
  if (before > limit) {
    const share = limit / before;
    for (let i = 0; i < count; i++) {
      const at = gradient + ((<usize>i) << 3);
      store<f64>(at, load<f64>(at) * share);
    }
  }
  return before;
}

/** Takes parameters into an average: all of them at weight 1, none at weight 0. */
export function extendAverage(count: i32, weight: f64, parameters: usize, average: usize): void {
  if (weight === 0) return;
  if (weight === 1) {
    memory.copy(average, parameters, (<usize>count) << 3);
    return;
  }
  const share = f64x2.splat(weight);
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 3;
    const old = v128.load(average + at);
    const distance = f64x2.sub(v128.load(parameters + at), old);
    v128.store(average + at, f64x2.add(old, f64x2.mul(share, distance)));
  }
}
