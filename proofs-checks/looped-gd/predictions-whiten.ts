import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, type RestrictedLayer, restrictedBlock } from "../../src/model/weights.js";
import { flatten, Matrix, matrixFrom, symmetricFunction } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import type { TokenPrompt } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPreconditioner } from "../draw-weights.js";
import { tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly condition: number;
  readonly noiseVariance: number;
}

const PROMPTS = 6;

/**
 * Whitening leaves every prediction alone, and with it every question about the value of the loss.
 *
 * Statement.    The model (A, u) on covariates x = R x̃, labels w·x + ε, predicts what the model
 *               (R A R, R u) predicts on the whitened prompt x̃, labels (R w)·x̃ + ε, R = Σ^{1/2}:
 *               so Ω becomes RΩR
 * Conventions.  R is the root as stored and Σ := R², which makes the identity exact in the stored
 *               numbers; predictions after every loop
 * Accuracy.     token-level model on both prompts; the budget is a proven rounding bound
 * Source.       derived here: in ŷ covariates enter as uᵀx, w·x and x_iᵀA x_j only
 */
export const predictionsWhiten = defineClaim<Setting>({
  id: "predictions-whiten",
  title: "Whitening turns every covariance into the identity",
  statement:
    "\\hat y(A, u;\\, \\Sigma^{1/2}\\tilde x,\\, w) = \\hat y(\\Sigma^{1/2} A \\Sigma^{1/2},\\, \\Sigma^{1/2}u;\\, \\tilde x,\\, \\Sigma^{1/2} w)",
  source: "derived here",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(3, 8, 4, 10),
      point(5, 3, 3, 10),
      point(2, 12, 3, 1.05),
      point(4, 1, 2, 4),
      point(4, 9, 3, 10, 0.5),
    ],
    thorough: [point(10, 20, 5, 10), point(8, 4, 6, 30)],
  },
  predicted: (setting, stream) =>
    evaluate(
      setting,
      whitenedSide(draw(setting, stream), (r, a) => r.mmul(a).mmul(r)),
    ),
  measured: (setting, stream) => {
    const drawn = draw(setting, stream);
    // Both sides are polynomials in the drawn numbers: what they compute from them before the model
    // runs (R x̃, the labels, R A R) costs at most so many roundings, and shows on absolute values.
    const magnitudes = absolute(drawn);
    const inputs = { tokens: 2 * setting.dim + 4, layers: 2 * setting.dim + 2 };
    const bounds = [
      originalSide(magnitudes),
      whitenedSide(magnitudes, (r, a) => r.mmul(a).mmul(r)),
    ].map(({ layer, prompts }) =>
      prompts.flatMap((prompt) => [
        ...tokenRoundingBound(layersOf(restrictedBlock([layer]), setting.loops), prompt, inputs),
      ]),
    );
    return {
      value: evaluate(setting, originalSide(drawn)),
      errorBudget: bounds[0]!.map((bound, k) => bound + bounds[1]![k]!),
      method: "certified",
    };
  },
  rivals: {
    "ΣAΣ for RAR": (setting, stream) =>
      evaluate(
        setting,
        whitenedSide(draw(setting, stream), (r, a) => r.mmul(r).mmul(a).mmul(r).mmul(r)),
      ),
    "ΣA for RAR": (setting, stream) =>
      evaluate(
        setting,
        whitenedSide(draw(setting, stream), (r, a) => r.mmul(r).mmul(a)),
      ),
    "A for RAR": (setting, stream) =>
      evaluate(
        setting,
        whitenedSide(draw(setting, stream), (_, a) => a),
      ),
    "u for Ru": (setting, stream) => {
      const drawn = draw(setting, stream);
      const { layer, prompts } = whitenedSide(drawn, (r, a) => r.mmul(a).mmul(r));
      return evaluate(setting, { layer: { ...layer, readIn: drawn.readIn }, prompts });
    },
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  condition: number,
  noiseVariance = 0,
) {
  const noise = noiseVariance === 0 ? "" : ` σ²=${noiseVariance}`;
  return {
    name: `d=${dim} n=${contextLength} L=${loops} κ=${condition}${noise}`,
    setting: { dim, contextLength, loops, condition, noiseVariance },
  };
}

/** The independent quantities: whitened covariates (query last), noise, task, R, A and u. */
interface Drawn {
  readonly root: Matrix;
  readonly preconditioner: Matrix;
  readonly readIn: Float64Array;
  readonly prompts: readonly {
    readonly covariates: Matrix;
    readonly noise: Float64Array;
    readonly task: Matrix;
  }[];
}

interface Side {
  readonly layer: RestrictedLayer;
  readonly prompts: readonly TokenPrompt[];
}

function draw(setting: Setting, stream: Stream): Drawn {
  const { dim, contextLength, condition, noiseVariance } = setting;
  const covariance = conditionedCovariance(dim, condition, stream.split("covariance"));
  return {
    root: symmetricFunction(covariance, Math.sqrt),
    preconditioner: drawPreconditioner(dim, stream.split("weights")),
    readIn: stream.split("read-in").normals(dim),
    prompts: Array.from({ length: PROMPTS }, (_, i) => {
      const own = stream.split("prompts").split(i);
      return {
        covariates: matrixFrom(dim, contextLength + 1, own.normals(dim * (contextLength + 1))),
        noise: own.normals(contextLength).map((value) => Math.sqrt(noiseVariance) * value),
        task: Matrix.columnVector([...own.normals(dim)]),
      };
    }),
  };
}

function absolute({ root, preconditioner, readIn, prompts }: Drawn): Drawn {
  return {
    root: Matrix.abs(root),
    preconditioner: Matrix.abs(preconditioner),
    readIn: readIn.map(Math.abs),
    prompts: prompts.map(({ covariates, noise, task }) => ({
      covariates: Matrix.abs(covariates),
      noise: noise.map(Math.abs),
      task: Matrix.abs(task),
    })),
  };
}

function originalSide({ root, preconditioner, readIn, prompts }: Drawn): Side {
  return {
    layer: { preconditioner, readIn },
    prompts: prompts.map(({ covariates, noise, task }) =>
      promptOf(root.mmul(covariates), noise, task),
    ),
  };
}

function whitenedSide(
  { root, preconditioner, readIn, prompts }: Drawn,
  whiten: (root: Matrix, a: Matrix) => Matrix,
): Side {
  const whitenedReadIn = flatten(root.mmul(Matrix.columnVector([...readIn])));
  return {
    layer: { preconditioner: whiten(root, preconditioner), readIn: whitenedReadIn },
    prompts: prompts.map(({ covariates, noise, task }) =>
      promptOf(covariates, noise, root.mmul(task)),
    ),
  };
}

function promptOf(covariates: Matrix, noise: Float64Array, task: Matrix): TokenPrompt {
  const { rows: dim, columns } = covariates;
  const responses = flatten(task.transpose().mmul(covariates));
  const labels = Array.from(noise, (value, i) => responses[i]! + value);
  return {
    dim,
    contextLength: columns - 1,
    tokens: Float64Array.from([...flatten(covariates), ...labels, 0]),
    target: responses[columns - 1]!,
    task: flatten(task),
  };
}

function evaluate({ loops }: Setting, { layer, prompts }: Side): number[] {
  const layers = layersOf(restrictedBlock([layer]), loops);
  return prompts.flatMap((prompt) => [...tokenPredictions(layers, prompt)]);
}
