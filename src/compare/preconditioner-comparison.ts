import { EigenvalueDecomposition } from "ml-matrix";
import type { RestrictedLayer } from "../model/weights.js";
import { antisymmetricPart, Matrix, symmetricFunction, symmetricPart } from "../numeric/matrix.js";

/** How one layer's preconditioner A stands to the closed form A* (b*Σ⁻¹ for the prior Ω = Σ⁻¹). */
export interface PreconditionerComparison {
  /** B = Σ^{1/2} A Σ^{1/2}. */
  readonly whitened: Matrix;
  /** Eigenvalues of B as [real, imaginary], by decreasing real part. */
  readonly eigenvalues: readonly (readonly [number, number])[];
  /**
   * ‖sym(B) − B*‖_F / ‖B*‖_F, B* = Σ^{1/2} A* Σ^{1/2} (b*I for the prior Ω = Σ⁻¹); null where no closed
   * form is known.
   */
  readonly symmetricDistance: number | null;
  /** ‖anti(B)‖_F / ‖B‖_F; 0 for B = 0. */
  readonly antisymmetricNorm: number;
  /** ‖Σ^{1/2} u‖. */
  readonly readInNorm: number;
}

/**
 * Holds a layer against the closed form, the symmetric and the antisymmetric part apart: an
 * antisymmetric part can lower the exact loss, so that the two distances mean different things.
 *
 * @param closedForm  A*, or null where none is known
 */
export function comparePreconditioner(
  layer: RestrictedLayer,
  covariance: Matrix,
  closedForm: Matrix | null,
): PreconditionerComparison {
  const root = symmetricFunction(covariance, Math.sqrt);
  const whitened = whiten(layer.preconditioner, root);
  const norm = whitened.norm();
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(whitened);
  const eigenvalues = realEigenvalues
    .map((real, i): [number, number] => [real, imaginaryEigenvalues[i]!])
    .sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  return {
    whitened,
    eigenvalues,
    symmetricDistance:
      closedForm === null
        ? null
        : relativeDistance(symmetricPart(whitened), whiten(closedForm, root)),
    antisymmetricNorm: norm === 0 ? 0 : antisymmetricPart(whitened).norm() / norm,
    readInNorm: root.mmul(Matrix.columnVector([...layer.readIn])).norm(),
  };
}

function whiten(preconditioner: Matrix, root: Matrix): Matrix {
  return root.mmul(preconditioner).mmul(root);
}

function relativeDistance(matrix: Matrix, reference: Matrix): number {
  return Matrix.sub(matrix, reference).norm() / reference.norm();
}
