import { Enclosure, encloseQuotients } from "../../numeric/enclosure.js";
import { Rational } from "../../numeric/rational.js";
import { orthogonalPolynomial } from "../../theory/polynomial-family/orthogonal-polynomial.js";
import { untiedOptimum } from "../../theory/polynomial-family/untied-optimum.js";
import type { NoisyLoopedSetting } from "../../theory/setting.js";
import { wishartMoments } from "../../theory/wishart-moments.js";

/** Nodes of the finest quadrature, and the relative width at which coarser ones are enough. */
const MAXIMAL_NODES = 32;
const ENOUGH = 1e-10;

/**
 * The Bayes-optimal loss for the task prior Σ⁻¹, between two quadratures.
 *
 * Statement.    ℓ = E tr τ(S + τI)⁻¹, τ = σ²/n; for σ² = 0 it is max(d − n, 0). Gauss quadrature is below,
 *               Gauss–Radau with a node at 0 above, since the derivatives of τ/(s + τ) alternate in sign
 * Conventions.  ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     an enclosure, of relative width ≤ 1e−10 or whatever 32 nodes give: wider the smaller τ
 *               is, and the nearer n to d
 * Throws.       ArgumentError for a bad setting
 * Source.       Golub, Meurant 2010, Matrices, Moments and Quadrature; that the upper end is also the
 *               loss of the best polynomial of S (untiedOptimum) derived here: its residual interpolates
 *               τ/(s + τ) at Radau's nodes
 * @example bayesLoss({ dim: 10, contextLength: 4 }).toNumber()  // → 6
 */
export function bayesLoss(setting: Omit<NoisyLoopedSetting, "loops">): Enclosure {
  const { dim, contextLength, noiseVariance = Rational.ZERO } = setting;
  if (noiseVariance.sign() === 0) {
    const missing = BigInt(dim) - BigInt(contextLength);
    return Enclosure.point(Rational.of(missing > 0n ? missing : 0n));
  }
  for (let nodes = 8; ; nodes *= 2) {
    const upper = untiedOptimum({ ...setting, loops: nodes }).loss.upper;
    const lower = gaussBelow(setting, noiseVariance, nodes);
    const enclosure = Enclosure.of(lower, upper);
    const isEnough = enclosure.isWithinRelativeWidth(Rational.fromNumber(ENOUGH));
    if (isEnough || nodes >= MAXIMAL_NODES) return enclosure;
  }
}

/** E tr r(nS), r the polynomial that interpolates σ²/(w + σ²) at Gauss's nodes, rounded down. */
function gaussBelow(
  setting: Omit<NoisyLoopedSetting, "loops">,
  noiseVariance: Rational,
  nodes: number,
): Rational {
  const moments = wishartMoments(setting, 2 * nodes);
  const n = BigInt(setting.contextLength);
  const window = { centre: n, scale: 1n + n / 2n };
  const { polynomial } = orthogonalPolynomial(moments, nodes, window);
  const { numerator: a, denominator: c } = noiseVariance;
  // r(w) = σ²(1 − Q(w)/Q(−σ²))/(w + σ²): with H = c^N Q(−σ²), the quotient of H − c^N Q(w) by
  // cw + a, its coefficients by synthetic division from the top, over growing powers of c.
  const height = polynomial.homogenisedAt(-a, c);
  const power = c ** BigInt(polynomial.degree);
  const dividend = polynomial.coefficients.map(
    (coefficient, j) => (j === 0 ? height : 0n) - power * coefficient,
  );
  let carried = 0n;
  let numerator = 0n;
  let scale = 1n;
  const powers = c ** BigInt(polynomial.degree - 1);
  for (let j = polynomial.degree; j > 0; j--) {
    carried = dividend[j]! * scale - a * carried;
    scale *= c;
    // The coefficient of w^{j−1} is carried/scale.
    numerator += carried * moments[j - 1]! * ((powers * c) / scale);
  }
  const denominator = powers * c * height;
  const sign = denominator < 0n ? -1n : 1n;
  return encloseQuotients(sign * a * numerator, sign * a * numerator, sign * denominator, 80).lower;
}
