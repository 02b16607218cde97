import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import type { RationalMatrix } from "../population/setting.js";

/**
 * Eigenvalues of a real normal matrix, up to rotation all there is to know about it.
 *
 * Conventions.  the first `planes` pairs of coordinates are c, ε of rotation planes, c ± iε; the
 *               rest are real eigenvalues. `Value` is number or Rational.
 */
export interface Spectrum<Value> {
  readonly planes: number;
  readonly coordinates: readonly Value[];
}

/** The block-diagonal normal matrix with blocks [[c, ε], [−ε, c]], then the real eigenvalues. */
export function spectralMatrix({ planes, coordinates }: Spectrum<Rational>): RationalMatrix {
  const dim = coordinates.length;
  const rows = Array.from({ length: dim }, () => new Array<Rational>(dim).fill(Rational.ZERO));
  for (let i = 0; i < dim; i++) {
    if (i >= 2 * planes) rows[i]![i] = coordinates[i]!;
  }
  for (let plane = 0; plane < planes; plane++) {
    const i = 2 * plane;
    const [c, epsilon] = [coordinates[i]!, coordinates[i + 1]!];
    rows[i]![i] = c;
    rows[i + 1]![i + 1] = c;
    rows[i]![i + 1] = epsilon;
    rows[i + 1]![i] = epsilon.negated();
  }
  return rows;
}

/** The doubles nearest to the entries. */
export function roundedMatrix(matrix: RationalMatrix): Matrix {
  return new Matrix(matrix.map((row) => row.map((entry) => entry.toNumber())));
}

/**
 * The same eigenvalues in one order, with ε ≥ 0: planes by falling ε, then c; reals rising.
 *
 * Planes whose ε does not exceed `flat` are written as two equal real eigenvalues.
 */
export function sortedSpectrum(spectrum: Spectrum<number>, flat = 0): Spectrum<number> {
  const { planes, coordinates } = spectrum;
  const pairs: [number, number][] = [];
  const reals = coordinates.slice(2 * planes);
  for (let plane = 0; plane < planes; plane++) {
    const c = coordinates[2 * plane]!;
    const epsilon = Math.abs(coordinates[2 * plane + 1]!);
    if (epsilon > flat) pairs.push([c, epsilon]);
    else reals.push(c, c);
  }
  pairs.sort(([c1, e1], [c2, e2]) => e2 - e1 || c1 - c2);
  reals.sort((a, b) => a - b);
  return { planes: pairs.length, coordinates: [...pairs.flat(), ...reals] };
}
