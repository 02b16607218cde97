import { defineClaim } from "../../src/claim/claim.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import {
  type AttentionLayer,
  attentionLayer,
  fullWeights,
  layersOf,
} from "../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { type GramPrompt, toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawMatrix, drawPreconditioner } from "../draw-weights.js";
import { gramRoundingBound, tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly family: "restricted" | "full" | "untied";
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

const PROMPTS = 8;

/**
 * The context acts through its (d+1)×(d+1) Gram matrix alone.
 *
 * Statement.    With G₀ = Z₀ M Z₀ᵀ and T_t = I + (1/n) P G_t Q, one layer is z_q ← T_t z_q,
 *               G_{t+1} = T_t G_t T_tᵀ, for any (P, Q), tied or not
 * Conventions.  1/n with n the number of examples; the query is masked as a key; noisy labels
 * Accuracy.     token-level model against the Gram recursion, prediction after every layer; the
 *               budget is a proven bound on the rounding of both
 * Source.       derived here: Z M Zᵀ ← T Z M Zᵀ Tᵀ because M acts on columns and T on rows
 */
export const gramRecursionEqualsTokenForm = defineClaim<Setting>({
  id: "gram-recursion-equals-token-form",
  title: "The Gram recursion computes the token-level model",
  statement:
    "z_q \\mapsto T z_q, \\quad G \\mapsto T G T^\\top, \\quad T = I + \\tfrac1n P G Q, \\quad G_0 = Z_0 M Z_0^\\top",
  source: "derived here",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point("restricted", 4, 9, 5),
      point("restricted", 10, 20, 5),
      point("full", 3, 5, 3),
      point("full", 4, 2, 3),
      point("full", 2, 60, 2),
      point("full", 1, 1, 3),
      point("untied", 3, 8, 4),
      point("untied", 5, 3, 3),
    ],
    thorough: [point("full", 8, 30, 4), point("untied", 12, 40, 8)],
  },
  predicted: (setting, stream) => {
    const { layers, prompts } = draw(setting, stream);
    const predict = gramPredictor(layers);
    return prompts.flatMap((prompt) => [...predict(toGramPrompt(prompt))]);
  },
  measured: (setting, stream) => {
    const { layers, prompts } = draw(setting, stream);
    return {
      value: prompts.flatMap((prompt) => [...tokenPredictions(layers, prompt)]),
      errorBudget: prompts.flatMap((prompt) => {
        const gram = gramRoundingBound(layers, prompt);
        return [...tokenRoundingBound(layers, prompt)].map((bound, t) => bound + gram[t]!);
      }),
      method: "certified",
    };
  },
  rivals: {
    "1/(n+1) for 1/n": (setting, stream) =>
      bent(setting, stream, { scale: 1 / (setting.contextLength + 1) }),
    "the query not masked": (setting, stream) => bent(setting, stream, { isMasked: false }),
    "G ← T G": (setting, stream) => bent(setting, stream, { update: (t, g) => t.mmul(g) }),
    "G unchanged": (setting, stream) => bent(setting, stream, { update: (_, g) => g }),
    "Q transposed": (setting, stream) => bent(setting, stream, { keyQuery: (q) => q.transpose() }),
  },
});

function point(family: Setting["family"], dim: number, contextLength: number, loops: number) {
  return {
    name: `${family} d=${dim} n=${contextLength} L=${loops}`,
    setting: { family, dim, contextLength, loops },
  };
}

function draw(setting: Setting, stream: Stream) {
  const sample = tokenPromptSampler(promptDistribution({ ...setting, noiseVariance: 0.25 }));
  return {
    layers: drawLayers(setting, stream.split("weights")),
    prompts: Array.from({ length: PROMPTS }, (_, i) => sample(stream.split("prompts").split(i))),
  };
}

function drawLayers({ family, dim, loops }: Setting, stream: Stream): AttentionLayer[] {
  const restricted = (own: Stream) =>
    attentionLayer({
      preconditioner: drawPreconditioner(dim, own),
      readIn: own.split("read-in").normals(dim),
    });
  if (family === "untied") {
    return Array.from({ length: loops }, (_, l) => restricted(stream.split(l)));
  }
  if (family === "restricted") {
    return Array.from({ length: loops }, () => restricted(stream));
  }
  const matrix = (name: string) => drawMatrix(dim + 1, 0.4 / (dim + 1), stream.split(name));
  return layersOf(fullWeights(matrix("value"), matrix("key-query")), loops);
}

/** The recursion in plain matrices with one thing changed. */
function bent(
  setting: Setting,
  stream: Stream,
  change: {
    readonly scale?: number;
    readonly isMasked?: boolean;
    readonly update?: (map: Matrix, gram: Matrix) => Matrix;
    readonly keyQuery?: (q: Matrix) => Matrix;
  },
): number[] {
  const {
    scale = 1 / setting.contextLength,
    isMasked = true,
    update = (t, g) => t.mmul(g).mmul(t.transpose()),
    keyQuery = (q) => q,
  } = change;
  const { layers, prompts } = draw(setting, stream);
  const run = ({ dim, gram, query }: GramPrompt): number[] => {
    let state = Matrix.columnVector([...query]);
    let current = matrixFrom(dim + 1, dim + 1, gram);
    if (!isMasked) current.add(state.mmul(state.transpose()));
    return layers.map((layer) => {
      const attended = layer.value.mmul(current).mmul(keyQuery(layer.keyQuery)).mul(scale);
      const map = attended.add(Matrix.eye(dim + 1));
      state = map.mmul(state);
      current = update(map, current);
      return -state.get(dim, 0);
    });
  };
  return prompts.map(toGramPrompt).flatMap(run);
}
