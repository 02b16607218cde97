import { ArgumentError, Description, requireInteger, requirePositive } from "../../errors.js";
import { layerParameterCount, type ModelShape } from "../../model/model-shape.js";
import type { Growth } from "./growth.js";

/**
 * Gradual stacking: a deep untied model is grown from a shallow one, a block of layers at a time, each
 * new block a copy of one that is there.
 *
 * Statement.    k = layers/blockLayers stages. Stage i has i blocks and takes steps·iᵅ/Σⱼ jᵅ of the
 *               steps ("Prop-α"). "last" copies the top block onto the top; "middle" (MIDAS) repeats
 *               block ⌈i/2⌉ right after itself.
 * Source.       Saunshi et al. 2024 (2409.19044), in our indices
 */
export interface Stacking {
  readonly method: "last" | "middle";
  /** Layers of a block. */
  readonly blockLayers: number;
  /** α: 0 gives all stages equally many steps, more gives the deep ones more. */
  readonly exponent: number;
  /** Whether the optimiser's memory of a block is copied with it, or all of it begins anew. */
  readonly optimizer: "copied" | "reset";
}

/** What stacking may be written as. */
const STACKING_FORMS =
  "last or middle, then :BLOCK (layers of a block, default 1), :ALPHA (≥ 0, default 1), :reset " +
  "(the optimiser's memory), e.g. middle:1:2";

/** One line that tells this stacking from any other. */
export function describeStacking(stacking: Stacking): string {
  const { method, blockLayers, exponent, optimizer } = stacking;
  return `${method}:${blockLayers}:${exponent}${optimizer === "reset" ? ":reset" : ""}`;
}

/**
 * The stacking a specification names.
 *
 * Throws.       ArgumentError when the text has none of STACKING_FORMS
 * @example parseStacking("middle:2")
 * // → { method: "middle", blockLayers: 2, exponent: 1, optimizer: "copied" }
 */
export function parseStacking(spec: string): Stacking {
  const [method, ...texts] = spec.split(":");
  const isReset = texts.at(-1) === "reset";
  const numbers = (isReset ? texts.slice(0, -1) : texts).map((text) =>
    text.trim() === "" ? Number.NaN : Number(text),
  );
  const [blockLayers = 1, exponent = 1] = numbers;
  const isSound =
    numbers.length <= 2 && Number.isSafeInteger(blockLayers) && blockLayers > 0 && exponent >= 0;
  if ((method === "last" || method === "middle") && isSound && Number.isFinite(exponent)) {
    return { method, blockLayers, exponent, optimizer: isReset ? "reset" : "copied" };
  }
  throw new ArgumentError("parseStacking", "stacking", `one of ${STACKING_FORMS}`, spec);
}

/** A growing model over a run: how many layers it has at each step, and how it grows. */
export interface StackingPlan extends Growth {
  /** Step (from 0) at which each stage begins. */
  readonly stageStarts: readonly number[];
  /** Layers before or at a step (from 0), after growing. */
  layersAt(step: number): number;
}

/**
 * The stages by which stacking reaches a shape.
 *
 * Throws.       ArgumentError unless the shape's layers are a multiple, at least twice, of blockLayers,
 *               and every stage gets a step
 */
export function stackingPlan(shape: ModelShape, stacking: Stacking, steps: number): StackingPlan {
  const where = "stackingPlan";
  const { method, blockLayers, exponent } = stacking;
  requireInteger(where, "blockLayers", blockLayers);
  requirePositive(where, "exponent", exponent, { allowZero: true });
  const stages = shape.layers / blockLayers;
  if (!Number.isInteger(stages) || stages < 2) {
    const requirement = `a multiple of ${blockLayers}, at least ${2 * blockLayers}, to be stacked from`;
    throw new ArgumentError(where, "layers", requirement, shape.layers);
  }
  const stageStarts = startsOf(stages, exponent, steps);
  if (stageStarts.some((start, i) => start >= (stageStarts[i + 1] ?? steps))) {
    const got = new Description(`${steps} steps for ${stages} stages`);
    throw new ArgumentError(where, "steps", "enough for one in every stage", got);
  }
  const stride = blockLayers * layerParameterCount(shape);
  return {
    spec: describeStacking(stacking),
    keepsOptimizer: stacking.optimizer === "copied",
    stageStarts,
    layersAt: (step) => blockLayers * stageStarts.filter((start) => start <= step).length,
    sourcesAt(step) {
      const blocks = stageStarts.indexOf(step);
      if (blocks < 1) return undefined;
      const copied = method === "last" ? blocks - 1 : Math.ceil(blocks / 2) - 1;
      return Int32Array.from({ length: (blocks + 1) * stride }, (_, i) =>
        i < (copied + 1) * stride ? i : i - stride,
      );
    },
  };
}

/** First step of each stage: the running sums of steps·iᵅ/Σ jᵅ, rounded. */
function startsOf(stages: number, exponent: number, steps: number): number[] {
  const shares = Array.from({ length: stages }, (_, i) => (i + 1) ** exponent);
  const total = shares.reduce((sum, share) => sum + share, 0);
  let done = 0;
  return shares.map((share) => {
    const start = Math.round((steps * done) / total);
    done += share;
    return start;
  });
}
