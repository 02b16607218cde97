import { Matrix, symmetricEigen, symmetryBases } from "../../../numeric/matrix.js";

/** A point, gradient or direction in the weights of a stack, by the factors' names. */
export type NamedMatrices = ReadonlyMap<string, Matrix>;

/** A unit direction and the sector it belongs to. */
export interface SectorDirection<Sector extends string> {
  readonly sector: Sector;
  readonly direction: NamedMatrices;
}

/** One diagonal block of a Hessian: eigenvalues ascending, with unit eigenvectors. */
export interface StackSector<Layer> {
  readonly eigenvalues: readonly number[];
  /** Each as layers of weights. */
  readonly directions: readonly (readonly Layer[])[];
}

/** A Hessian in an orthonormal basis, ordered by sector. */
export interface StackHessian<Sector extends string, Layer> {
  readonly matrix: Matrix;
  readonly basis: readonly (readonly Layer[])[];
  /** Eigenvalues of the whole, ascending. */
  readonly eigenvalues: readonly number[];
  readonly sectors: Readonly<Record<Sector, StackSector<Layer>>>;
  /** Frobenius norm of what lies between the sectors. */
  readonly coupling: number;
  /** ‖H − Hᵀ‖_F before it was made symmetric: rounding alone. */
  readonly asymmetry: number;
}

/**
 * The dense Hessian from its products with a basis, split by sector.
 *
 * @param products  H times every direction of the basis, in its order
 * @param toLayers  spells a direction in the stack's own terms
 */
export function sectorHessian<Sector extends string, Layer>(
  sectors: readonly Sector[],
  basis: readonly SectorDirection<Sector>[],
  products: readonly NamedMatrices[],
  toLayers: (direction: NamedMatrices) => readonly Layer[],
): StackHessian<Sector, Layer> {
  const size = basis.length;
  const raw = Matrix.zeros(size, size);
  for (const [j, product] of products.entries()) {
    for (const [i, { direction }] of basis.entries()) raw.set(i, j, inner(direction, product));
  }
  const matrix = Matrix.add(raw, raw.transpose()).mul(0.5);
  const across = Matrix.zeros(size, size);
  for (const [i, one] of basis.entries()) {
    for (const [j, other] of basis.entries()) {
      if (one.sector !== other.sector) across.set(i, j, matrix.get(i, j));
    }
  }
  const sectorOf = (sector: Sector): StackSector<Layer> => {
    const members = basis.flatMap((one, i) => (one.sector === sector ? [i] : []));
    if (members.length === 0) return { eigenvalues: [], directions: [] };
    const { values, vectors } = symmetricEigen(matrix.selection(members, members));
    const directions = values.map((_, k) =>
      toLayers(combine(members.map((i, row) => [vectors.get(row, k), basis[i]!.direction]))),
    );
    return { eigenvalues: values, directions };
  };
  return {
    matrix,
    basis: basis.map(({ direction }) => toLayers(direction)),
    eigenvalues: symmetricEigen(matrix).values,
    sectors: Object.fromEntries(sectors.map((name) => [name, sectorOf(name)])) as Record<
      Sector,
      StackSector<Layer>
    >,
    // Both triangles hold it.
    coupling: across.norm("frobenius") / Math.SQRT2,
    asymmetry: Matrix.sub(raw, raw.transpose()).norm("frobenius"),
  };
}

/** Coordinates of a direction in an orthonormal basis. */
export function coordinates<Sector extends string>(
  basis: readonly SectorDirection<Sector>[],
  direction: NamedMatrices,
): number[] {
  return basis.map((one) => inner(one.direction, direction));
}

/** Σ factor·direction. */
export function combine(terms: readonly (readonly [number, NamedMatrices])[]): NamedMatrices {
  const sum = new Map<string, Matrix>();
  for (const [factor, direction] of terms) {
    for (const [name, matrix] of direction) {
      const added = Matrix.mul(matrix, factor);
      const before = sum.get(name);
      sum.set(name, before === undefined ? added : before.add(added));
    }
  }
  return sum;
}

/**
 * How weights move when the covariates are rotated.
 *
 * Statement.    M ↦ KM − MK for all matrices at once, K antisymmetric on the first `dim` coordinates
 */
export function rotationTangents(weights: NamedMatrices, dim: number): NamedMatrices[] {
  return symmetryBases(dim).antisymmetric.map((rotation) => {
    const tangents = new Map<string, Matrix>();
    for (const [name, matrix] of weights) {
      const size = matrix.rows;
      const padded = Matrix.zeros(size, size).setSubMatrix(rotation, 0, 0);
      tangents.set(name, Matrix.sub(padded.mmul(matrix), matrix.mmul(padded)));
    }
    return tangents;
  });
}

function inner(a: NamedMatrices, b: NamedMatrices): number {
  let sum = 0;
  for (const [name, matrix] of a) {
    const other = b.get(name);
    if (other !== undefined) sum += Matrix.mul(matrix, other).sum();
  }
  return sum;
}
