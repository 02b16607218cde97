/** The identity, row-major. */
export function identity(dim: number): Float64Array {
  const result = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) result[i * dim + i] = 1;
  return result;
}

/** The product of two row-major d×d matrices. */
export function multiply(a: Float64Array, b: Float64Array, dim: number): Float64Array {
  const result = new Float64Array(dim * dim);
  addProduct(a, b, result, dim);
  return result;
}

/** The transpose of a row-major d×d matrix. */
export function transpose(a: Float64Array, dim: number): Float64Array {
  const result = new Float64Array(dim * dim);
  addScaledTranspose(1, a, result, dim);
  return result;
}

/** Adds a·b to `into`. */
export function addProduct(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array,
  dim: number,
): void {
  for (let i = 0; i < dim; i++) {
    const row = i * dim;
    for (let k = 0; k < dim; k++) {
      const factor = a[row + k]!;
      for (let j = 0, other = k * dim; j < dim; j++) into[row + j]! += factor * b[other + j]!;
    }
  }
}

/** Adds aᵀ·b to `into`. */
export function addTransposedProduct(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array,
  dim: number,
): void {
  for (let k = 0; k < dim; k++) {
    for (let i = 0; i < dim; i++) {
      const factor = a[k * dim + i]!;
      const row = i * dim;
      for (let j = 0, other = k * dim; j < dim; j++) into[row + j]! += factor * b[other + j]!;
    }
  }
}

/** Adds a·bᵀ to `into`. */
export function addProductTransposed(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array,
  dim: number,
): void {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += a[i * dim + k]! * b[j * dim + k]!;
      into[i * dim + j]! += sum;
    }
  }
}

/** Adds factor · aᵀ to `into`. */
export function addScaledTranspose(
  factor: number,
  a: Float64Array,
  into: Float64Array,
  dim: number,
): void {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) into[i * dim + j]! += factor * a[j * dim + i]!;
  }
}

/** tr(a·b). */
export function productTrace(a: Float64Array, b: Float64Array, dim: number): number {
  let total = 0;
  for (let i = 0; i < dim; i++) {
    let row = 0;
    for (let j = 0; j < dim; j++) row += a[i * dim + j]! * b[j * dim + i]!;
    total += row;
  }
  return total;
}

/** Frobenius norm. */
export function frobenius(a: Float64Array): number {
  let sum = 0;
  for (const entry of a) sum += entry * entry;
  return Math.sqrt(sum);
}
