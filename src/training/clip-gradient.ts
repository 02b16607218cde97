/** Euclidean norm of a vector, without overflow. */
export function vectorNorm(vector: Float64Array): number {
  let largest = 0;
  for (const entry of vector) {
    const size = Math.abs(entry);
    if (!(size <= largest)) largest = size;
  }
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const entry of vector) {
    const share = entry / largest;
    sum += share * share;
  }
  return largest * Math.sqrt(sum);
}

/**
 * Scales a gradient in place to a global norm of at most `limit`; returns the norm it had.
 *
 * Statement.    g ← g · min(1, limit/‖g‖₂)
 */
export function clipGradient(gradient: Float64Array, limit: number): number {
  const norm = vectorNorm(gradient);
  if (norm > limit) {
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= limit / norm;
  }
  return norm;
}
