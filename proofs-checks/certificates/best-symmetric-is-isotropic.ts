import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { boxPolynomial, provenSign, type Side } from "./box-polynomial.js";
import { requireCertifiable } from "./certifiable.js";
import {
  type CertificateKind,
  type CertificateRequest,
  certificateOf,
  enclosureOf,
} from "./certificate.js";
import { type Part, searchHalvings } from "./halving-search.js";
import { stepSizeCell } from "./isotropic-optimum-is-enclosed.js";
import { lossMonomials } from "./loss-monomials.js";
import { PolynomialSum } from "./polynomial-sum.js";

/** The cube searched inside is [−4, 4]^d; beyond it the charts take over. */
const RADIUS = 4n;
const DIGITS = 12;

/** That b*I is the only minimiser among symmetric preconditioners, by branch and bound. */
export const bestSymmetricIsIsotropic: CertificateKind = {
  id: "best-symmetric-is-isotropic",
  title: "The best symmetric preconditioner is a multiple of the inverse covariance",
  example: { dim: 3, contextLength: 20n, loops: 3 },
  make(request: CertificateRequest) {
    const setting = requireCertifiable(this, request, { dim: 4, leastDim: 2, loops: 4 });
    const { dim, contextLength, loops } = setting;
    const axes = Array.from({ length: dim }, (_, i) => i);
    const loss = lossMonomials(setting, "symmetric", (letters) =>
      axes.reduce(
        (sum, i) => sum.plus(PolynomialSum.variable(i).power(letters.length)),
        PolynomialSum.constant(0n),
      ),
    );
    const stepSize = stepSizeCell(setting, DIGITS);
    const nearOptimum = isotropicLoss(setting, enclosureOf(stepSize).lower);
    const { numerator, denominator } = nearOptimum;
    const scale = contextLength ** BigInt(2 * loops);
    const excess = loss.scaled(denominator).minus(PolynomialSum.constant(numerator * scale));
    const last = dim - 1;
    const turn = loss.derivative(0).minus(loss.derivative(last)).overDifference(0, last);

    const cube = axes.map((): Side => ({ lower: -RADIUS, upper: RADIUS, denominator: 1n }));
    const inside = searchHalvings(
      [excess, turn].map((polynomial) => boxPolynomial(polynomial.monomials(), cube)),
      dim,
      request.maximalBoxes,
      ([above, turning], box) => {
        if (isUnsorted(box)) return "x";
        if (provenSign(above!) > 0) return "v";
        return provenSign(turning!) === 0 ? null : "d";
      },
    );
    const chart = axes.map(
      (axis): Side =>
        axis === 0
          ? { lower: 0n, upper: 1n, denominator: RADIUS }
          : { lower: -1n, upper: 1n, denominator: 1n },
    );
    const [above, below] = [last, 0].map((largest) =>
      searchHalvings(
        [boxPolynomial(inChart(excess, dim, largest, 2 * loops), chart)],
        dim,
        request.maximalBoxes,
        ([far], box) => {
          if (isUnsorted(box.slice(1))) return "x";
          return provenSign(far!) > 0 ? "v" : null;
        },
      ),
    ) as [typeof inside, typeof inside];
    const proof = { stepSize, inside, above, below };
    return certificateOf(this.id, setting, proof, [inside, above, below]);
  },
};

/** Whether the eigenvalues cannot be in rising order inside the box. */
function isUnsorted(box: readonly Part[]): boolean {
  return box.some((part, i) => {
    const next = box[i + 1];
    if (next === undefined) return false;
    return part.index << BigInt(next.depth) >= (next.index + 1n) << BigInt(part.depth);
  });
}

/**
 * t^degree P(z) in t and u: the eigenvalue of the largest size is 1/t (the last one) or −1/t (the
 * first), the others are u/t.
 */
function inChart(
  polynomial: PolynomialSum,
  dim: number,
  largest: number,
  degree: number,
): [number[], bigint][] {
  return polynomial.monomials().map(([all, value]) => {
    const exponents = all.slice(0, dim);
    const total = exponents.reduce((sum, one) => sum + one, 0);
    const isOdd = largest === 0 && exponents[0]! % 2 === 1;
    return [[degree - total, ...exponents.toSpliced(largest, 1)], isOdd ? -value : value];
  });
}
