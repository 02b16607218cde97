import { requireInteger } from "../errors.js";
import type { PromptGram } from "../prompt/gram-prompt.js";
import { leastSquaresResidual } from "./least-squares-residual.js";
import { requireSpectralInterval, type SpectralInterval } from "./spectral-interval.js";

/**
 * Iterates of Chebyshev's semi-iteration on the in-context least-squares loss.
 *
 * Statement.    w_t − w = p_t(Ŝ)(0 − w) for noise-free labels, p_t(s) = T_t((θ − s)/δ)/T_t(θ/δ),
 *               θ = (upper + lower)/2, δ = (upper − lower)/2: of all polynomials of degree t with
 *               p(0) = 1 the one of least maximum over [lower, upper]
 * Conventions.  Ŝ = XXᵀ/n, w₀ = 0; every iterate is the best of its degree
 * Shapes.       result: w₁ … w_loops, (loops, dim) row-major
 * Throws.       ArgumentError unless 0 < lower < upper and loops is a positive integer
 * Source.       Saad 2003, Iterative Methods for Sparse Linear Systems, Algorithm 12.1
 */
export function chebyshevIterates(
  interval: SpectralInterval,
  prompt: PromptGram,
  loops: number,
): Float64Array {
  requireSpectralInterval("chebyshevIterates", interval);
  requireInteger("chebyshevIterates", "loops", loops);
  const { dim } = prompt;
  const centre = (interval.upper + interval.lower) / 2;
  const radius = (interval.upper - interval.lower) / 2;
  const iterates = new Float64Array(loops * dim);
  let weights = new Float64Array(dim);
  let step = new Float64Array(dim);
  let ratio = radius / centre;
  for (let t = 0; t < loops; t++) {
    const residual = leastSquaresResidual(prompt, weights);
    if (t === 0) {
      step = residual.map((entry) => entry / centre);
    } else {
      const next = 1 / ((2 * centre) / radius - ratio);
      const momentum = next * ratio;
      step = step.map((entry, i) => momentum * entry + ((2 * next) / radius) * residual[i]!);
      ratio = next;
    }
    weights = weights.map((entry, i) => entry + step[i]!);
    iterates.set(weights, t * dim);
  }
  return iterates;
}

/**
 * Step sizes of gradient descent that make its last iterate Chebyshev's: an untied model's best.
 *
 * Statement.    1/b_l = θ + δ cos((2l − 1)π/2L), the roots of p_L
 * Conventions.  ascending; a long run of them in this order loses digits where chebyshevIterates, which
 *               takes the same polynomial by its recurrence, does not
 * Throws.       as chebyshevIterates
 */
export function chebyshevStepSizes(interval: SpectralInterval, loops: number): Float64Array {
  requireSpectralInterval("chebyshevStepSizes", interval);
  requireInteger("chebyshevStepSizes", "loops", loops);
  const centre = (interval.upper + interval.lower) / 2;
  const radius = (interval.upper - interval.lower) / 2;
  return Float64Array.from(
    { length: loops },
    (_, l) => 1 / (centre + radius * Math.cos(((2 * l + 1) * Math.PI) / (2 * loops))),
  );
}
