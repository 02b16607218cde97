import { ENTRY, everywhere } from "./lanes";
import { addTo } from "./vector";

/** Whether the loss of a loop counts. */
export function counts(lossWeights: usize, loop: i32): bool {
  return load<f64>(lossWeights + ((<usize>loop) << 3)) !== 0;
}

/** Counts an error of one loop, if that counts, and keeps 2ω error, the slope of its loss. */
export function measure<T extends number>(
  lossWeights: usize,
  loop: i32,
  error: v128,
  lossSums: usize,
  slopes: usize,
): void {
  const weight = load<f64>(lossWeights + ((<usize>loop) << 3));
  if (weight === 0) return;
  addTo<T>(lossSums + <usize>loop * ENTRY, v128.mul<T>(error, error));
  v128.store(slopes + <usize>loop * ENTRY, v128.mul<T>(everywhere<T>(2 * weight), error));
}

/** The number of loops up to the last whose loss counts: what lies behind is not computed. */
export function countedLoops(lossWeights: usize, loops: i32): i32 {
  let counted = loops;
  while (counted > 1 && !counts(lossWeights, counted - 1)) counted--;
  return counted;
}
