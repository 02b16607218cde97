import { HypothesisError } from "../../src/errors.js";
import { greatestCommonDivisor } from "../../src/numeric/integer.js";
import { IsotropicLoss } from "../../src/theory/isotropic-loss.js";
import { conformalPolynomial } from "../../src/theory/population/conformal-polynomial.js";
import { saddleOnset } from "../../src/theory/population/saddle-onset.js";
import { bezoutCofactors } from "./bezout-cofactors.js";
import { requireCertifiable } from "./certifiable.js";
import { type CertificateKind, certificateOf } from "./certificate.js";
import { interpolateIntegers } from "./integer-interpolation.js";
import { signedCell } from "./isotropic-optimum-turns-into-saddle.js";

/**
 * That the best bI is a saddle from n₀ on without end: slope and curvature of the loss, as polynomials
 * in b, have a combination free of b that is positive for every real n ≥ n₀, so that the curvature at
 * b*(n) never passes through 0.
 */
export const isotropicOptimumStaysSaddle: CertificateKind = {
  id: "isotropic-optimum-stays-saddle",
  title: "The best isotropic preconditioner is a saddle from some context length on",
  example: { dim: 10, contextLength: 78n, loops: 2 },
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 1000, leastDim: 2, loops: 3 });
    const { dim, loops } = setting;
    const start = request.contextLength ?? BigInt(saddleOnset(dim, loops).onset ?? 0);
    if (loops < 2 || start < BigInt(dim)) {
      throw new HypothesisError(`${this.id}: needs 2 loops at least, and contextLength ≥ dim`);
    }
    const from = { dim, contextLength: start, loops };
    const stepSize = signedCell(from, -1);
    const size = 4 * loops - 3;
    // Each of its rows is of degree 2L in n at most.
    const points = Array.from({ length: 2 * loops * size + 1 }, (_, x) => start + BigInt(x));
    const values = points.map((contextLength) => {
      const here = { dim, contextLength, loops };
      return bezoutCofactors(slopeIn(here), curvatureIn(here));
    });
    const polynomials = values[0]!.cofactors.map((_, i) =>
      interpolateIntegers(values.map(({ cofactors }) => cofactors[i]!)),
    );
    const combination = interpolateIntegers(values.map(({ combination }) => combination));
    const sign = combination[0]! < 0n ? -1n : 1n;
    if (combination.some((coefficient) => coefficient * sign <= 0n)) {
      throw new HypothesisError(`${this.id}: not decided for dim ${dim}, loops ${loops}`);
    }
    const common = polynomials.flat().reduce(greatestCommonDivisor, 0n) * sign;
    const rows = polynomials.map((row) => row.map((coefficient) => `${coefficient / common}`));
    const first = rows.slice(0, 2 * loops - 2);
    const second = rows.slice(2 * loops - 2);
    return certificateOf(this.id, from, { stepSize, first, second });
  },
};

/** n^{2L} ℓ′(b), constant term first. */
function slopeIn(setting: CertificateKind["example"]): bigint[] {
  const { contextLength, loops } = setting;
  // The numerator is a polynomial in b/n.
  return IsotropicLoss.of(setting)
    .numerator.coefficients.map((c, k) => BigInt(k) * c * contextLength ** BigInt(2 * loops - k))
    .slice(1);
}

/** n^{2L} times the antisymmetric curvature (see antisymmetricCurvature), constant term first. */
function curvatureIn({ dim, contextLength, loops }: CertificateKind["example"]): bigint[] {
  const coefficients = new Array<bigint>(2 * loops - 1).fill(0n);
  for (const { coefficient, inverseN, degree, charges } of conformalPolynomial(loops)) {
    const spread = degree - charges.reduce((sum, charge) => sum + charge * charge, 0);
    if (spread === 0) continue;
    const scale = contextLength ** BigInt(2 * loops - inverseN);
    const factor = BigInt(spread) * BigInt(dim) ** BigInt(charges.length - 1);
    coefficients[degree - 2]! += coefficient * scale * factor;
  }
  return coefficients;
}
