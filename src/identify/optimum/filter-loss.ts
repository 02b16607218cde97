import { NumericalError } from "../../errors.js";
import { type Minimization, minimize } from "../../numeric/minimize.js";
import type { ValueAndGradient } from "../../numeric/smooth-function.js";
import { type SpectralQuadrature, spectralQuadrature } from "./spectral-quadrature.js";
import type { WhitenedLaw } from "./whitened-law.js";

/** A residual polynomial at one eigenvalue, with its derivatives in the method's parameters. */
export interface ResidualAt {
  readonly value: number;
  readonly gradient: readonly number[];
}

/** The residual p(s) of a method, p(0) = 1, as a function of its parameters. */
export type ResidualFamily = (parameters: Float64Array, eigenvalue: number) => ResidualAt;

/**
 * The exact loss, with its gradient, of methods whose residual is a polynomial of one degree.
 *
 * Statement.    ℓ = scale·Σ_k w_k [p(s_k)² + τ (1 − p(s_k))²/s_k], τ = σ²/(scale·n)
 * Accuracy.     the quadrature is exact at this degree; rounding of doubles, about 1e−13 of the loss
 */
export class FilterLoss {
  private constructor(
    private readonly quadrature: SpectralQuadrature,
    private readonly scale: number,
    private readonly noiseLevel: number,
  ) {}

  static of({ setting, scale }: WhitenedLaw, degree: number): FilterLoss {
    const quadrature = spectralQuadrature(setting, degree + 1);
    return new FilterLoss(
      quadrature,
      scale,
      setting.noiseVariance.toNumber() / setting.contextLength,
    );
  }

  /** The ends of the quadrature: where nearly all eigenvalues are. */
  get window(): { readonly lower: number; readonly upper: number } {
    const { points } = this.quadrature;
    return { lower: points[0]!, upper: points.at(-1)! };
  }

  at(family: ResidualFamily, parameters: Float64Array): ValueAndGradient {
    const { points, weights } = this.quadrature;
    let value = 0;
    const gradient = new Float64Array(parameters.length);
    points.forEach((s, k) => {
      const residual = family(parameters, s);
      const answered = 1 - residual.value;
      value += weights[k]! * (residual.value ** 2 + (this.noiseLevel * answered ** 2) / s);
      const slope = 2 * weights[k]! * (residual.value - (this.noiseLevel * answered) / s);
      residual.gradient.forEach((entry, i) => {
        gradient[i]! += slope * entry;
      });
    });
    return { value: this.scale * value, gradient: gradient.map((entry) => this.scale * entry) };
  }

  /**
   * The least local minimum of the loss found from several starts.
   *
   * Throws.       NumericalError when no start converges
   */
  least(family: ResidualFamily, starts: readonly (readonly number[])[]): LeastLoss {
    const runs = starts
      .map((start) => Float64Array.from(start))
      .filter((start) => Number.isFinite(this.at(family, start).value))
      .map((start) => {
        const { value } = this.at(family, start);
        return minimize((point) => this.at(family, point), start, {
          gradientTolerance: 1e-12 * value,
          noise: 1e-15 * value,
          firstStep: 0.01,
        });
      })
      .filter(({ status }) => status === "converged");
    if (runs.length === 0) throw new NumericalError("FilterLoss.least: no start converged");
    const best = runs.reduce((a, b) => (b.value.value < a.value.value ? b : a));
    return {
      parameters: best.value.point,
      loss: best.value.value,
      starts: starts.length,
      agreeing: runs.filter((run) => agrees(run, best)).length,
    };
  }
}

/** Where a search ended. */
export interface LeastLoss {
  readonly parameters: Float64Array;
  readonly loss: number;
  /** Descents, and how many of them ended within 1e−9 of the least loss. */
  readonly starts: number;
  readonly agreeing: number;
}

function agrees(run: Minimization, best: Minimization): boolean {
  return run.value.value <= best.value.value * (1 + 1e-9) + 1e-300;
}
