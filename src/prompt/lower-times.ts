/** L v for a lower-triangular row-major L. */
export function lowerTimes(lower: Float64Array, dim: number, vector: Float64Array): Float64Array {
  const result = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * dim + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}
