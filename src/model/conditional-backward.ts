import { flatten, Matrix, matrixFrom } from "../numeric/matrix.js";
import type { GramPrompt } from "../prompt/gram-prompt.js";
import { packWeights } from "./model-shape.js";
import type { RestrictedWeights } from "./weights.js";

/** The law of what is integrated out: task, query and label noise. */
export interface ConditionalLaw {
  readonly covariance: Matrix;
  readonly taskCovariance: Matrix;
  readonly noiseVariance: number;
}

/** E[(ŷ − y)² | covariates] after every loop, and the gradient of their weighted sum. */
export interface ConditionalGradient {
  readonly losses: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * The squared error of restricted layers given the covariates alone, and its gradient by hand.
 *
 * Statement.    ŷ = c·x with c′ = c + Aᵀ(Ŝ(u + w − c) + ν), so c − w = −Φ w + v + N ν with D = I − AᵀŜ,
 *               Φ′ = D Φ, v′ = D v + AᵀŜu, N′ = D N + Aᵀ, from Φ = I, v = 0, N = 0, and
 *               E[(ŷ − y)² | Ŝ] = tr(Σ Φ Ω Φᵀ) + vᵀΣ v + (σ²/n) tr(Σ N Ŝ Nᵀ)
 * Conventions.  M̄ is ∂ℓ/∂M, entry by entry; no ½; Ŝ = G_xx/n, ν = Xε/n; of a prompt only G_xx and n count
 * Shapes.       lossWeights: (loops), one for each time the block of layers is applied; gradient: as
 *               `packWeights`
 * Accuracy.     float64; the twin that the fused kernel's conditional estimator must equal to rounding
 * Source.       derived here: w ~ N(0, Ω), x ~ N(0, Σ) and ε ~ N(0, σ²I) are independent
 */
export function conditionalGradient(
  weights: RestrictedWeights,
  law: ConditionalLaw,
  lossWeights: ArrayLike<number>,
): (prompt: Pick<GramPrompt, "dim" | "contextLength" | "gram">) => ConditionalGradient {
  const { layers } = weights;
  const { covariance, taskCovariance, noiseVariance } = law;
  return ({ dim, contextLength, gram }) => {
    const second = matrixFrom(dim + 1, dim + 1, gram).subMatrix(0, dim - 1, 0, dim - 1);
    const sample = Matrix.div(second, contextLength);
    const noise = Matrix.mul(sample, noiseVariance / contextLength);
    const steps = layers.map(({ preconditioner, readIn }) => {
      const transposed = preconditioner.transpose();
      const seen = sample.mmul(Matrix.columnVector([...readIn]));
      const contraction = Matrix.sub(Matrix.eye(dim), transposed.mmul(sample));
      return { transposed, seen, contraction };
    });

    const zero = { bias: Matrix.zeros(dim, 1), gain: Matrix.zeros(dim, dim) };
    const states = [{ decay: Matrix.eye(dim), ...zero }];
    const losses = new Float64Array(lossWeights.length);
    const slopes: (typeof states)[number][] = [];
    for (let loop = 0; loop < losses.length; loop++) {
      for (const { transposed, seen, contraction } of steps) {
        const { decay, bias, gain } = states.at(-1)!;
        states.push({
          decay: contraction.mmul(decay),
          bias: contraction.mmul(bias).add(transposed.mmul(seen)),
          gain: contraction.mmul(gain).add(transposed),
        });
      }
      const { decay, bias, gain } = states.at(-1)!;
      const slope = {
        decay: covariance.mmul(decay).mmul(taskCovariance),
        bias: covariance.mmul(bias),
        gain: covariance.mmul(gain).mmul(noise),
      };
      losses[loop] = inner(slope.decay, decay) + inner(slope.bias, bias) + inner(slope.gain, gain);
      slopes.push(slope);
    }

    const gradient = layers.map(() => ({
      preconditioner: Matrix.zeros(dim, dim),
      readIn: new Float64Array(dim),
    }));
    const bars = { decay: Matrix.zeros(dim, dim), ...zero };
    for (let t = states.length - 2; t >= 0; t--) {
      const index = t % layers.length;
      const loop = (t - index) / layers.length;
      if (index === layers.length - 1) {
        const factor = 2 * lossWeights[loop]!;
        for (const part of ["decay", "bias", "gain"] as const) {
          bars[part] = Matrix.add(bars[part], Matrix.mul(slopes[loop]![part], factor));
        }
      }
      const { seen, contraction } = steps[index]!;
      const { decay, bias, gain } = states[t]!;
      const contractionBar = bars.decay
        .mmul(decay.transpose())
        .add(bars.bias.mmul(bias.transpose()))
        .add(bars.gain.mmul(gain.transpose()));
      const transposedBar = bars.gain
        .clone()
        .add(bars.bias.mmul(seen.transpose()))
        .sub(contractionBar.mmul(sample));
      const own = gradient[index]!;
      own.preconditioner.add(transposedBar.transpose());
      const { preconditioner } = layers[index]!;
      const readInBar = flatten(sample.mmul(preconditioner).mmul(bars.bias));
      readInBar.forEach((slope, i) => {
        own.readIn[i]! += slope;
      });
      for (const part of ["decay", "bias", "gain"] as const) {
        bars[part] = contraction.transpose().mmul(bars[part]);
      }
    }
    return { losses, gradient: packWeights({ family: "restricted", layers: gradient }) };
  };
}

/** tr(XᵀY). */
function inner(x: Matrix, y: Matrix): number {
  return Matrix.mul(x, y).sum();
}
