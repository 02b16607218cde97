import { NumericalError, requireInteger } from "../../errors.js";
import { Enclosure, encloseQuotients } from "../../numeric/enclosure.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { refineRoot } from "../../numeric/real-root.js";
import { isolateRoots, positiveRootBound } from "../../numeric/root-isolation.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";
import { encloseRoots, orthogonalPolynomial } from "./orthogonal-polynomial.js";
import { requireReachableDegree } from "./reach.js";
import { expectedTrace, type MomentLaw, ResidualPolynomial } from "./residual-polynomial.js";

/** The best polynomial residual of one degree, and the untied step sizes that make it. */
export interface UntiedOptimum {
  readonly residual: ResidualPolynomial;
  /**
   * b₁ ≤ … ≤ b_L, one a layer, in any order. Null when noise makes some roots of the residual
   * complex: no real step sizes reach the loss then, which stays a strict lower bound on theirs.
   */
  readonly stepSizes: readonly Enclosure[] | null;
  readonly loss: Enclosure;
  /** The loss as one fraction; a large one takes a while to reduce. */
  exactLoss(): Rational;
}

/**
 * Global optimum of L untied layers with scalar preconditioners A_l = b_l Σ⁻¹.
 *
 * Statement.    p* = argmin {E tr p(S)² + (σ²/n) E tr S q(S)² : deg p ≤ L, p(0) = 1, q = (1 − p)/s}
 *               is [τ + s P_L(s)/P_L(−τ)]/(s + τ), τ = σ²/n, P_L the orthogonal polynomial of
 *               s dμ(s), μ the mean spectral measure of S; its loss is E tr p*(S). For σ² = 0:
 *               p* = P_L/P_L(0), with real, simple, positive roots 1/b_l
 * Conventions.  prior Ω = Σ⁻¹, any Σ; `loops` counts the layers; ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     exact: enclosures of relative width ≤ 10^−digits (default 20), each root of σ² = 0
 *               proved by a change of sign
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 128 layers
 * Source.       the Christoffel problem at 0; the noisy case derived here: with p̂ = 1 − (s + τ)q the
 *               optimality of q reads ⟨p̂, r⟩_{s dμ} = 0 for deg r < L, and p̂(−τ) = 1
 * @example untiedOptimum({ dim: 5, contextLength: 20, loops: 3 }).loss.toNumber()  // → 0.13360843
 */
export function untiedOptimum(
  setting: NoisyLoopedSetting & { readonly digits?: number },
): UntiedOptimum {
  const n = requireLoopedSetting("untiedOptimum", setting);
  const { loops, noiseVariance = Rational.ZERO, digits = 20 } = setting;
  requireInteger("untiedOptimum", "digits", digits);
  requireReachableDegree("untiedOptimum", loops);
  const moments = wishartMoments(setting, 2 * loops);
  const law: MomentLaw = { contextLength: n, moments, noiseVariance };
  const window = { centre: n, scale: integerSquareRoot(n) };
  const orthogonal = orthogonalPolynomial(moments.slice(1), loops, window);
  const residual = ResidualPolynomial.of(withNoise(orthogonal.polynomial, noiseVariance));
  const width = Rational.of(10n).power(-digits);
  const roots =
    noiseVariance.sign() === 0
      ? encloseRoots(orthogonal, width)
      : encloseRealRoots(residual.numerator, n, width);
  return {
    residual,
    stepSizes:
      roots.length === loops
        ? roots.map((root) => reciprocal(root, n)).sort((a, b) => a.lower.compare(b.lower))
        : null,
    loss: encloseLoss(residual, law, digits),
    exactLoss: () => Rational.of(expectedTrace(residual.numerator, law), residual.denominator),
  };
}

/** (aH + c^{L+1} w P(w)) / (cw + a) for σ² = a/c and H = c^L P(−σ²): a multiple of p*. */
function withNoise(polynomial: IntegerPolynomial, noiseVariance: Rational): IntegerPolynomial {
  const { numerator: a, denominator: c } = noiseVariance;
  if (a === 0n) return polynomial;
  const height = polynomial.homogenisedAt(-a, c);
  const raised = polynomial.coefficients.map(
    (coefficient) => coefficient * c ** BigInt(polynomial.degree + 1),
  );
  const quotient: bigint[] = [];
  // By Gauss's lemma the quotient by the primitive cw + a has integer coefficients.
  let rest = 0n;
  for (const [j, coefficient] of [a * height, ...raised].entries()) {
    if (j > polynomial.degree) break;
    rest = (coefficient - c * rest) / a;
    quotient.push(rest);
  }
  if (c * rest !== raised.at(-1)) {
    throw new NumericalError("untiedOptimum: the division by w + σ² left a remainder");
  }
  return IntegerPolynomial.of(quotient);
}

/** The loss E tr p*(S), one quotient of integers. */
function encloseLoss(residual: ResidualPolynomial, law: MomentLaw, digits: number): Enclosure {
  const value = expectedTrace(residual.numerator, law);
  const bits = Math.ceil((digits + 3) * Math.log2(10));
  return encloseQuotients(value, value, residual.denominator, bits);
}

/** All real roots of a polynomial whose roots gather near w = n, without multiplicity. */
function encloseRealRoots(
  polynomial: IntegerPolynomial,
  n: bigint,
  relativeWidth: Rational,
): Enclosure[] {
  // About n, where the roots are, the bisection need not first find the cluster.
  const shifted = polynomial.shifted(n);
  const mirrored = IntegerPolynomial.of(
    shifted.coefficients.map((coefficient, i) => (i % 2 === 0 ? coefficient : -coefficient)),
  );
  const bounds = [positiveRootBound(mirrored).negated(), positiveRootBound(shifted)] as const;
  const offset = Rational.of(n);
  return isolateRoots(shifted, Enclosure.of(...bounds)).map(({ lower, upper }) => {
    const bracket = Enclosure.of(lower.plus(offset), upper.plus(offset));
    return bracket.width.sign() === 0 ? bracket : refineRoot(polynomial, bracket, relativeWidth);
  });
}

/** The interval of n/w for w in an interval that does not hold 0. */
function reciprocal({ lower, upper }: Enclosure, n: bigint): Enclosure {
  const scale = Rational.of(n);
  return Enclosure.of(scale.over(upper), scale.over(lower));
}

/** ⌊√value⌋, by Newton's iteration from above. */
function integerSquareRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
