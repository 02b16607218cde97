import { Matrix, matrixFrom, symmetricPart } from "../numeric/matrix.js";
import type { GramPrompt } from "../prompt/gram-prompt.js";
import { packWeights } from "./model-shape.js";
import { type AttentionLayer, layersOf, type Weights } from "./weights.js";

/** Errors ŷ − y of one prompt after every loop, and the gradient of its loss, packed like the weights. */
export interface PromptGradient {
  readonly errors: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Forward and backward of one prompt by the Gram recursion: the gradient, derived by hand.
 *
 * Statement.    ℓ = Σ_t ω_t (ŷ_t − y)² over loops t; T = I + (1/n) P G Q, G′ = T G Tᵀ, z′ = T z, and back
 *               T̄ = 2 Ḡ′T G + z̄′zᵀ, P̄ += (1/n) T̄ QᵀG, Q̄ += (1/n) G PᵀT̄,
 *               Ḡ = TᵀḠ′T + (1/n) sym(PᵀT̄Qᵀ), z̄ = Tᵀz̄′
 * Conventions.  M̄ is ∂ℓ/∂M, entry by entry; Ḡ is symmetric; no ½
 * Shapes.       lossWeights (ω): (loops), one for each time the block of layers is applied; errors: (loops);
 *               gradient: as `packWeights`
 * Accuracy.     float64; the twin that the fused kernel must equal to rounding
 * Source.       derived here: differentials of the three products, transposed
 */
export function gramGradient(
  weights: Weights,
  lossWeights: ArrayLike<number>,
): (prompt: GramPrompt) => PromptGradient {
  const layers = layersOf(weights, 1);
  const loops = lossWeights.length;
  return ({ dim, contextLength, gram, query, target }) => {
    const size = dim + 1;
    const states = [{ gram: matrixFrom(size, size, gram), query: Matrix.columnVector([...query]) }];
    const maps: Matrix[] = [];
    const errors = new Float64Array(loops);
    for (let loop = 0; loop < loops; loop++) {
      for (const { value, keyQuery } of layers) {
        const state = states.at(-1)!;
        const update = value.mmul(state.gram).mmul(keyQuery).div(contextLength);
        const map = Matrix.eye(size).add(update);
        maps.push(map);
        states.push({
          gram: symmetricPart(map.mmul(state.gram).mmul(map.transpose())),
          query: map.mmul(state.query),
        });
      }
      errors[loop] = -states.at(-1)!.query.get(dim, 0) - target;
    }

    const gradient = layers.map(() => ({
      value: Matrix.zeros(size, size),
      keyQuery: Matrix.zeros(size, size),
    }));
    let gramBar = Matrix.zeros(size, size);
    let queryBar = Matrix.zeros(size, 1);
    for (let t = maps.length - 1; t >= 0; t--) {
      const index = t % layers.length;
      if (index === layers.length - 1) {
        const loop = (t - index) / layers.length;
        // ŷ = −z[d]
        const slope = -2 * lossWeights[loop]! * errors[loop]!;
        queryBar.set(dim, 0, queryBar.get(dim, 0) + slope);
      }
      const { value, keyQuery } = layers[index]!;
      const own = gradient[index]!;
      const { gram: before, query: token } = states[t]!;
      const map = maps[t]!;
      const mapBar = gramBar.mmul(map).mmul(before).mul(2).add(queryBar.mmul(token.transpose()));
      const asked = mapBar.mmul(keyQuery.transpose()).div(contextLength);
      own.value.add(asked.mmul(before));
      own.keyQuery.add(before.mmul(value.transpose()).mmul(mapBar).div(contextLength));
      gramBar = map
        .transpose()
        .mmul(gramBar)
        .mmul(map)
        .add(symmetricPart(value.transpose().mmul(asked)));
      queryBar = map.transpose().mmul(queryBar);
    }
    return { errors, gradient: packGradient(weights.family, gradient) };
  };
}

/** What a family may change of P and Q: the slopes in its own parameters. */
function packGradient(family: Weights["family"], layers: readonly AttentionLayer[]): Float64Array {
  if (family === "full") return packWeights({ family, layers });
  const parts = layers.map(({ value, keyQuery }) => {
    const dim = value.rows - 1;
    return {
      covariateValue: value.subMatrix(0, dim - 1, 0, dim - 1),
      readIn: Float64Array.from(value.getRow(dim)).subarray(0, dim),
      // Q holds −A.
      preconditioner: keyQuery.subMatrix(0, dim - 1, 0, dim - 1).neg(),
    };
  });
  return packWeights({ family, layers: parts });
}
