import { ArgumentError, HypothesisError } from "../../errors.js";
import { leastCommonMultiple } from "../../numeric/integer.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";
import { PolynomialJet } from "./polynomial-jet.js";

/**
 * One isotropic GD++ layer.
 *
 * Conventions.  P = diag(aI, 1), Q = diag(−bΣ⁻¹, 0): a = `covariateValue`, b = `stepSize`
 */
export interface GdPlusPlusSteps {
  readonly stepSize: Rational;
  readonly covariateValue: Rational;
}

/** Layers beyond which the degree 3^L − 1 of the loss is out of reach. */
const MAXIMAL_GD_PLUS_PLUS_LAYERS = 5;

/**
 * Exact population loss of isotropic GD++, each layer with its own (a, b).
 *
 * Statement.    the layer maps the covariates by x ← (I − ab S_t)x, so that
 *               s₀ = s, s_{t+1} = s_t (1 − a_t b_t s_t)², p = Π_{t<L} (1 − b_t s_t),
 *               ℓ = E tr p(S)² + (σ²/n) E tr S q(S)², q = (1 − p)/s
 * Conventions.  prior Ω = Σ⁻¹, any Σ; equal layers are the looped model, a = 0 is gradient descent;
 *               the last layer's a does not reach the output; ℓ = E(ŷ − y_q)² without ½
 * Hypotheses.   at most 5 layers: deg p = (3^L − 1)/2, and the loss needs 3^L − 1 moments
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting or another number of layers than `loops`;
 *               HypothesisError beyond 5 layers
 * Source.       von Oswald et al. 2023 (GD++); the recursion derived here from the Gram form of a layer
 */
export function gdPlusPlusLoss(
  setting: NoisyLoopedSetting,
  layers: readonly GdPlusPlusSteps[],
): Rational {
  requireGdPlusPlusReach("gdPlusPlusLoss", setting);
  if (layers.length !== setting.loops) {
    const requirement = `an array of ${setting.loops} layers`;
    throw new ArgumentError("gdPlusPlusLoss", "layers", requirement, layers.length);
  }
  const contractions = layers.map(({ stepSize, covariateValue }) => stepSize.times(covariateValue));
  const all = [...layers.map((layer) => layer.stepSize), ...contractions];
  const unit = all.reduce(
    (common, { denominator }) => leastCommonMultiple(common, denominator),
    1n,
  );
  const inUnits = ({ numerator, denominator }: Rational) =>
    PolynomialJet.constant(IntegerPolynomial.of([numerator * (unit / denominator)]), 0);
  const residual = gdPlusPlusResidual(
    layers.map((layer) => inUnits(layer.stepSize)),
    contractions.map(inUnits),
  );
  return GdPlusPlusObjective.of(setting).lossOf(residual.value, unit);
}

/** Throws unless the setting is admissible and within reach of the exact polynomials; gives n. */
export function requireGdPlusPlusReach(where: string, setting: NoisyLoopedSetting): bigint {
  const n = requireLoopedSetting(where, setting);
  if (setting.loops > MAXIMAL_GD_PLUS_PLUS_LAYERS) {
    throw new HypothesisError(
      `${where}: the degree 3^L − 1 of the loss is within reach up to ` +
        `${MAXIMAL_GD_PLUS_PLUS_LAYERS} layers, got ${setting.loops}; sample the loss instead`,
    );
  }
  return n;
}

/**
 * p as a polynomial in u = s/unit, from b_t and a_t b_t in multiples of 1/unit: no denominators.
 */
export function gdPlusPlusResidual(
  steps: readonly PolynomialJet[],
  contractions: readonly PolynomialJet[],
): PolynomialJet {
  const parameters = steps[0]!.gradient.length;
  const one = PolynomialJet.constant(IntegerPolynomial.of([1n]), parameters);
  let covariance = PolynomialJet.constant(IntegerPolynomial.of([0n, 1n]), parameters);
  let residual = one;
  for (const [t, step] of steps.entries()) {
    residual = residual.times(one.minus(step.times(covariance)));
    if (t === steps.length - 1) break;
    const shrunk = one.minus(contractions[t]!.times(covariance));
    covariance = covariance.times(shrunk.times(shrunk));
  }
  return residual;
}

/** The quadratic functional p ↦ ℓ over one setting's moments. */
export class GdPlusPlusObjective {
  private constructor(
    private readonly contextLength: bigint,
    private readonly moments: readonly bigint[],
    private readonly noiseVariance: Rational,
  ) {}

  static of(setting: NoisyLoopedSetting): GdPlusPlusObjective {
    const { loops, contextLength, noiseVariance = Rational.ZERO } = setting;
    const moments = wishartMoments(setting, 3 ** loops - 1);
    return new GdPlusPlusObjective(BigInt(contextLength), moments, noiseVariance);
  }

  lossOf(residual: IntegerPolynomial, unit: bigint): Rational {
    const { numerator, denominator } = this.inner(residual, residual, unit);
    return Rational.of(numerator, denominator);
  }

  /**
   * E tr f g + (σ²/n) E tr (f − f(0))(g − g(0))/s, a quotient, of polynomials in u = s/unit: the
   * symmetric form whose diagonal is the loss of a residual.
   */
  inner(f: IntegerPolynomial, g: IntegerPolynomial, unit: bigint) {
    const scale = this.contextLength * unit;
    const { numerator: a, denominator: c } = this.noiseVariance;
    const bias = this.#expectation(f.times(g), scale);
    if (a === 0n) return bias;
    const [first, second] = [f, g].map(({ coefficients }) =>
      IntegerPolynomial.of([0n, ...coefficients.slice(1)]),
    );
    const quotient = IntegerPolynomial.of(first!.times(second!).coefficients.slice(1));
    const variance = this.#expectation(quotient, scale);
    // (σ²/n)/s = σ²/(scale·u).
    return {
      numerator:
        bias.numerator * variance.denominator * c * scale +
        a * variance.numerator * bias.denominator,
      denominator: bias.denominator * variance.denominator * c * scale,
    };
  }

  /** Σ c_k E tr u^k with u = w/scale. */
  #expectation(polynomial: IntegerPolynomial, scale: bigint) {
    let numerator = 0n;
    let power = 1n;
    for (let k = polynomial.degree; k >= 0; k--) {
      numerator += polynomial.coefficients[k]! * this.moments[k]! * power;
      if (k > 0) power *= scale;
    }
    return { numerator, denominator: power };
  }
}
