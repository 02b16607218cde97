import { ArgumentError, HypothesisError, NumericalError } from "../../src/errors.js";
import { antisymmetricCurvature } from "../../src/theory/population/antisymmetric-curvature.js";
import { saddleOnset } from "../../src/theory/population/saddle-onset.js";
import { requireCertifiable } from "./certifiable.js";
import { type Cell, type CertificateKind, certificateOf, enclosureOf } from "./certificate.js";
import { stepSizeCell } from "./isotropic-optimum-is-enclosed.js";

/** The first context length at which b*I is a saddle: every sign of the curvature up to it. */
export const isotropicOptimumTurnsIntoSaddle: CertificateKind = {
  id: "isotropic-optimum-turns-into-saddle",
  title: "The first context length at which the best isotropic preconditioner is a saddle",
  example: { dim: 10, contextLength: 78n, loops: 2 },
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 1000, leastDim: 2, loops: 5 });
    const { dim, loops } = setting;
    const { onset, checkedTo } = saddleOnset(dim, loops);
    if (onset === null) {
      throw new HypothesisError(`${this.id}: no saddle for context lengths up to ${checkedTo}`);
    }
    if (request.contextLength !== undefined && request.contextLength !== BigInt(onset)) {
      const requirement = `${onset}, where b*I turns into a saddle for dim ${dim} and loops ${loops}`;
      throw new ArgumentError(this.id, "contextLength", requirement, request.contextLength);
    }
    const stepSizes = Array.from({ length: onset }, (_, i) =>
      signedCell({ dim, contextLength: i + 1, loops }, i + 1 < onset ? 1 : -1),
    );
    const first = { dim, contextLength: BigInt(onset), loops };
    return certificateOf(this.id, first, { stepSizes });
  },
};

/** The coarsest cell of b* at whose ends and over which the curvature has the sign. */
function signedCell(
  setting: { readonly dim: number; readonly contextLength: number; readonly loops: number },
  sign: 1 | -1,
): Cell {
  for (const digits of [3, 6, 12, 24, 48]) {
    const cell = stepSizeCell(setting, digits);
    const { lower, upper, midpoint, width } = enclosureOf(cell);
    const values = [lower, midpoint, upper].map((b) => antisymmetricCurvature(setting, b));
    const least = values.reduce((a, b) => (a.compare(b) * sign < 0 ? a : b));
    // Ten times the change across the cell is a margin that the checker's bound, of second order, needs.
    const spread = values[0]!.minus(values[2]!).absolute().plus(width.times(width));
    if (least.sign() === sign && least.absolute().compare(spread) > 0) return cell;
  }
  throw new NumericalError(
    `isotropicOptimumTurnsIntoSaddle: no sign of the curvature at n = ${setting.contextLength}`,
  );
}
