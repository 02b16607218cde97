import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix, symmetricEigen } from "../../src/numeric/matrix.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawMatrix } from "../draw-weights.js";
import { DYADIC_PROMPT } from "../dyadic-prompt.js";
import { tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** c = ‖A − I‖_op */
  readonly radius: number;
  /** Every covariate of the test prompts is multiplied by this; A and Σ = I stay. */
  readonly scale: number;
  /** The diagonal prompt, where the bound is attained, for drawn ones. */
  readonly isExtreme: boolean;
}

const PROMPTS = 6;

/**
 * The error on any prompt, out of distribution too, by how far its sample covariance is from Σ.
 *
 * Statement.    (ŷ − y_q)² ≤ (1 − ζ + (2 − ζ)c)^{2L} ‖w‖²_Σ ‖x_q‖²_{Σ⁻¹} if ζΣ ⪯ Ŝ ⪯ (2 − ζ)Σ and
 *               ‖Σ^{1/2}AΣ^{1/2} − I‖_op ≤ c; A need not be symmetric
 * Conventions.  Σ = I (predictions whiten); any w, x_q; no noise
 * Hypotheses.   0 < ζ < 1, ζ taken as large as the drawn prompts allow; prompts with ζ ≤ 0 are outside
 * Accuracy.     the model on tokens, with a proven bound on its rounding; ζ and c widened by 10⁻¹²
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), out of distribution; this
 *               form derived here: ‖I − SB‖ ≤ ‖I − S‖ + ‖S‖‖B − I‖. Attained by S with an eigenvalue 2 − ζ
 *               and B = (1 + c)I
 */
export const errorBoundPerInstance = defineClaim<Setting>({
  id: "error-bound-per-instance",
  title: "The error on one prompt is bounded by its sample covariance's distance from Σ",
  statement:
    "(\\hat y - y_q)^2 \\le (1-\\zeta+(2-\\zeta)c)^{2L}\\,\\|w\\|_\\Sigma^2\\,\\|x_q\\|_{\\Sigma^{-1}}^2",
  source: "Gatmiry et al. 2024, out-of-distribution theorem; this form derived here",
  kind: "upper-bound",
  hypotheses: {
    "prompts with 0 < ζ < 1 are to be expected: n ≥ 10d, scale near 1": ({
      dim,
      contextLength,
      scale,
      isExtreme,
    }) => isExtreme || (contextLength >= 10 * dim && Math.abs(scale - 1) <= 0.2),
  },
  grid: {
    quick: [
      point(2, 40, 3, 0.1),
      point(3, 60, 2, 0.3),
      point(5, 100, 3, 0.05),
      point(3, 60, 4, 0.1, 1.1),
      point(3, 60, 4, 0, 0.85),
      extreme(1, 0.25),
      extreme(3, 0.25),
      extreme(2, 0),
      point(10, 20, 2, 0.1, 1, "not-applicable"),
    ],
    thorough: [point(10, 400, 6, 0.2), extreme(8, 0.5)],
  },
  predicted: (setting, stream) =>
    instances(setting, stream).map((instance) => bound(instance, setting)),
  measured: (setting, stream) => {
    const errors = squaredErrors(setting, stream);
    return {
      value: errors.map(({ squaredError }) => squaredError),
      errorBudget: errors.map(({ rounding }) => rounding),
      method: "certified",
      attained: setting.isExtreme ? "S = diag(3/2, 1/2), A = (1 + c)I" : "a drawn prompt",
    };
  },
  rivals: {
    "1 − ζ + ζc": (setting, stream) =>
      instances(setting, stream).map((instance) =>
        bound(instance, setting, (zeta, c) => 1 - zeta + zeta * c),
      ),
    "1 − ζ + c: the factor 2 − ζ dropped": (setting, stream) =>
      instances(setting, stream).map((instance) =>
        bound(instance, setting, (zeta, c) => 1 - zeta + c),
      ),
    "4L for 2L": (setting, stream) =>
      instances(setting, stream).map((instance) =>
        bound(instance, { ...setting, loops: 2 * setting.loops }),
      ),
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  radius: number,
  scale = 1,
  expected: "holds" | "not-applicable" = "holds",
) {
  const setting = { dim, contextLength, loops, radius, scale, isExtreme: false };
  const name = `d=${dim} n=${contextLength} L=${loops} c=${radius} covariates × ${scale}`;
  return { name, setting, expected };
}

function extreme(loops: number, radius: number) {
  const setting = { dim: 2, contextLength: 8, loops, radius, scale: 1, isExtreme: true };
  return { name: `attained: ζ=1/2 L=${loops} c=${radius}`, setting };
}

/** A prompt that the theorem speaks of. */
interface Instance {
  readonly prompt: TokenPrompt;
  /** The largest ζ with ζI ⪯ S ⪯ (2 − ζ)I. */
  readonly zeta: number;
  /** ‖w‖²‖x_q‖² */
  readonly norms: number;
}

function instances(setting: Setting, stream: Stream): Instance[] {
  return promptsOf(setting, stream)
    .map(locate)
    .filter(({ zeta }) => zeta > 0);
}

function squaredErrors(setting: Setting, stream: Stream) {
  const { dim, radius, loops, isExtreme } = setting;
  const preconditioner = isExtreme
    ? Matrix.eye(dim).mul(1 + radius)
    : nearIdentity(dim, radius, stream.split("weights"));
  const layers = layersOf(restrictedWeights(preconditioner), loops);
  return instances(setting, stream).map(({ prompt }) => {
    const error = Math.abs(tokenPredictions(layers, prompt)[loops - 1]! - prompt.target);
    // The tokens of the diagonal prompt are small dyadic numbers: nothing is rounded.
    const rounding = isExtreme ? 0 : tokenRoundingBound(layers, prompt)[loops - 1]!;
    return { squaredError: error ** 2, rounding: rounding * (2 * error + rounding) };
  });
}

function promptsOf(setting: Setting, stream: Stream): TokenPrompt[] {
  const { dim, contextLength, scale, isExtreme } = setting;
  if (isExtreme) return [DYADIC_PROMPT];
  const sample = tokenPromptSampler(promptDistribution({ dim, contextLength }));
  return Array.from({ length: PROMPTS }, (_, i) => {
    const prompt = sample(stream.split("prompts").split(i));
    const tokens = prompt.tokens.map((entry) => entry * scale);
    return { ...prompt, tokens, target: prompt.target * scale };
  });
}

function locate(prompt: TokenPrompt): Instance {
  const { dim, contextLength, tokens, task } = prompt;
  const columns = contextLength + 1;
  const covariates = Matrix.zeros(dim, contextLength);
  const query: number[] = [];
  for (let i = 0; i < dim; i++) {
    for (let k = 0; k < contextLength; k++) covariates.set(i, k, tokens[i * columns + k]!);
    query.push(tokens[i * columns + contextLength]!);
  }
  const sample = covariates.mmul(covariates.transpose()).mul(1 / contextLength);
  const { values } = symmetricEigen(sample);
  const zeta = Math.min(values[0]!, 2 - values.at(-1)!);
  return { prompt, zeta, norms: (Math.hypot(...task) * Math.hypot(...query)) ** 2 };
}

/** I plus a matrix of operator norm `radius` that is not symmetric. */
function nearIdentity(dim: number, radius: number, stream: Stream): Matrix {
  const noise = drawMatrix(dim, 1, stream);
  const largest = Math.sqrt(symmetricEigen(noise.transpose().mmul(noise)).values.at(-1)!);
  return noise.mul(radius / largest).add(Matrix.eye(dim));
}

/** Widened by 10⁻¹² against the rounding of ζ and c; on the diagonal prompt both are exact. */
function bound(
  { zeta, norms }: Instance,
  { loops, radius, isExtreme }: Setting,
  base: (zeta: number, c: number) => number = (z, c) => 1 - z + (2 - z) * c,
): number {
  const slack = isExtreme ? 0 : 1e-12;
  return (base(zeta, radius) + slack) ** (2 * loops) * norms * (1 + slack);
}
