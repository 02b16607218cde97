import { ArgumentError, requireInteger, requirePositive } from "../../errors.js";
import {
  layerParameterCount,
  type ModelShape,
  requireParameters,
} from "../../model/model-shape.js";
import type { LossAndGradient, Objective } from "../objective.js";

/** Where a matrix of a layer lies among its parameters, and how many of its entries are a fixed 1. */
interface Group {
  readonly offset: number;
  readonly length: number;
  readonly ones: number;
}

/**
 * The penalty that draws consecutive blocks of an untied model together.
 *
 * Statement.    1 − R, R = mean over G ∈ {P, Q} of 1/(k − b) Σ_{l < k−b} cos(G_l, G_{l+b}), k layers,
 *               b layers a block: 0 when all blocks are alike
 * Conventions.  cos of the (d+1)×(d+1) matrices as vectors, fixed entries included; the angle to a zero
 *               matrix counts as right, with gradient zero. The sign attracts: the source prints +R,
 *               which minimised would push blocks apart.
 * Accuracy.     gradient by hand, equal to finite differences (tested)
 * Throws.       ArgumentError unless the shape has whole blocks, at least two
 * Source.       Saunshi et al. 2025 (2502.17416), R_G(k), sign turned
 */
export function blockSimilarityPenalty(
  shape: ModelShape,
  blockLayers: number,
): (parameters: Float64Array) => LossAndGradient {
  const where = "blockSimilarityPenalty";
  requireInteger(where, "blockLayers", blockLayers);
  const { layers } = shape;
  if (layers % blockLayers !== 0 || layers < 2 * blockLayers) {
    const requirement = `a multiple of the block's ${blockLayers}, at least twice`;
    throw new ArgumentError(where, "layers", requirement, layers);
  }
  const stride = layerParameterCount(shape);
  const pairs = layers - blockLayers;
  return (parameters) => {
    requireParameters(where, shape, parameters);
    const gradient = new Float64Array(parameters.length);
    let similarity = 0;
    const groups = groupsOf(shape);
    for (let layer = 0; layer < pairs; layer++) {
      for (const { offset, length, ones } of groups) {
        const one = layer * stride + offset;
        const other = (layer + blockLayers) * stride + offset;
        let product = ones;
        let square = ones;
        let otherSquare = ones;
        for (let i = 0; i < length; i++) {
          product += parameters[one + i]! * parameters[other + i]!;
          square += parameters[one + i]! ** 2;
          otherSquare += parameters[other + i]! ** 2;
        }
        const norms = Math.sqrt(square) * Math.sqrt(otherSquare);
        if (norms === 0) continue;
        const weight = 1 / (groups.length * pairs);
        const cosine = product / norms;
        similarity += weight * cosine;
        // ∂cos(a, b)/∂a = b/(|a||b|) − cos·a/|a|²
        for (let i = 0; i < length; i++) {
          const [a, b] = [parameters[one + i]!, parameters[other + i]!];
          gradient[one + i]! -= weight * (b / norms - (cosine * a) / square);
          gradient[other + i]! -= weight * (a / norms - (cosine * b) / otherSquare);
        }
      }
    }
    return { loss: 1 - similarity, gradient };
  };
}

/**
 * An objective with the block-similarity penalty added to what is descended.
 *
 * Conventions.  `loss` stays the objective's own, comparable with a reference; the penalty, times
 *               strength, is reported beside it and its gradient added
 * Throws.       ArgumentError unless strength is positive, and as `blockSimilarityPenalty`
 */
export function withBlockSimilarity(
  objective: Objective,
  shape: ModelShape,
  options: { readonly strength: number; readonly blockLayers: number },
): Objective {
  const { strength, blockLayers } = options;
  requirePositive("withBlockSimilarity", "strength", strength);
  const penaltyOf = blockSimilarityPenalty(shape, blockLayers);
  return {
    dispose: () => objective.dispose?.(),
    describe: () => `${objective.describe()}; similarity ${strength} of blocks of ${blockLayers}`,
    async evaluate(parameters, stream) {
      const { loss, gradient, penalty = 0 } = await objective.evaluate(parameters, stream);
      const similarity = penaltyOf(parameters);
      return {
        loss,
        penalty: penalty + strength * similarity.loss,
        gradient: gradient.map((slope, i) => slope + strength * similarity.gradient[i]!),
      };
    },
  };
}

/** P and Q in the order of `packWeights`; the lower right entry of a restricted P is 1. */
function groupsOf({ family, dim }: ModelShape): readonly Group[] {
  const size = (dim + 1) ** 2;
  switch (family) {
    case "restricted":
      return [
        { offset: dim * dim, length: dim, ones: 1 },
        { offset: 0, length: dim * dim, ones: 0 },
      ];
    case "gd++":
      return [
        { offset: 0, length: dim * dim + dim, ones: 1 },
        { offset: dim * dim + dim, length: dim * dim, ones: 0 },
      ];
    case "full":
      return [
        { offset: 0, length: size, ones: 0 },
        { offset: size, length: size, ones: 0 },
      ];
  }
}
