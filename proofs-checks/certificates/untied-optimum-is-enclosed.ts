import { Enclosure } from "../../src/numeric/enclosure.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { requireCertifiable } from "./certifiable.js";
import { type CertificateKind, cellOfNumber, certificateOf } from "./certificate.js";
import { decimalPlaces } from "./isotropic-optimum-is-enclosed.js";

const DIGITS = 15;
const LOSS_DIGITS = 12;

/** The best untied scalar preconditioners, one root of the optimal residual each, and their loss. */
export const untiedOptimumIsEnclosed: CertificateKind = {
  id: "untied-optimum-is-enclosed",
  title: "The best untied scalar preconditioners and their loss, enclosed",
  example: { dim: 5, contextLength: 20n, loops: 3 },
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 1_000_000, loops: 10 });
    const { residual, exactLoss } = untiedOptimum(setting);
    const loss = exactLoss();
    const { coefficients } = residual.numerator;
    const stepSizes = coefficients.slice(1).map((_, i) =>
      // Without noise there are as many step sizes as loops.
      cellOfNumber((digits) => untiedOptimum({ ...setting, digits }).stepSizes![i]!, DIGITS),
    );
    return certificateOf(this.id, setting, {
      polynomial: coefficients.map(String),
      stepSizes,
      loss: cellOfNumber(() => Enclosure.point(loss), decimalPlaces(loss, LOSS_DIGITS)),
    });
  },
};
