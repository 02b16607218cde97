import { Rational } from "../../src/numeric/rational.js";
import { requireCertifiable } from "./certifiable.js";
import { type CertificateKind, certificateOf } from "./certificate.js";
import { searchDominance } from "./dominance-search.js";
import { stepSizeCell } from "./isotropic-optimum-is-enclosed.js";

/** The threshold in multiples of the loss of bI at the lower end of the cell of b*. */
const ABOVE_LEAST = Rational.of(3, 2);
const PAPER = Rational.of(1, 16);
const DIGITS = 12;

/**
 * Gradient dominance with the paper's constant, ‖∇ℓ‖² ≥ (1/16) ℓ^{(2L−1)/L}, over a box of all
 * preconditioners, Σ = I, wherever the loss is above a threshold.
 */
export const gradientDominatesAboveThreshold: CertificateKind = {
  id: "gradient-dominates-above-threshold",
  title: "Gradient dominance with constant 1/16 above a threshold",
  example: { dim: 2, contextLength: 20n, loops: 2 },
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 2, loops: 3 });
    const stepSize = stepSizeCell(setting, DIGITS);
    const bound = { constant: PAPER, threshold: ABOVE_LEAST, stepSize };
    const search = searchDominance(setting, bound, request.maximalBoxes);
    return certificateOf(this.id, setting, { stepSize, ...search }, [search]);
  },
};
