import { ArgumentError } from "../../errors.js";
import type { ModelShape } from "../../model/model-shape.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Engine } from "../engine/engine.js";
import type { Objective, StagedObjective } from "../objective.js";
import { blockSimilarityPenalty, withBlockSimilarity } from "./block-similarity.js";
import { type Curriculum, constantCurriculum } from "./curriculum.js";
import type { Growth } from "./growth.js";
import { type Stacking, stackingPlan } from "./stacking.js";
import { stagedObjective } from "./staged-objective.js";

/** What changes in the course of a run, and what ties the layers of an untied model. */
export interface StagingOptions {
  /** The context length by step; it ends at the distribution's. */
  readonly contextCurriculum?: Curriculum;
  /** The loops by step; they end at the shape's. */
  readonly loopsCurriculum?: Curriculum;
  /** Grows the shape's layers block by block; they begin as one block. */
  readonly stacking?: Stacking;
  /** Draws blocks of `blockLayers` layers together (`withBlockSimilarity`). */
  readonly similarity?: { readonly strength: number; readonly blockLayers: number };
}

/** How a run is staged. */
export interface StagePlan {
  /** The model it starts with. */
  readonly startShape: ModelShape;
  readonly growth?: Growth;
  /** The step (from 0) from which on model and prompts are the final ones. */
  readonly settledFrom: number;
  objective(engine: Engine): Objective | StagedObjective;
}

/**
 * Plans the stages of a run.
 *
 * Throws.       ArgumentError when a curriculum does not end, within the steps, at what is asked for, and
 *               as `stackingPlan` and `withBlockSimilarity`
 */
export function planStages(
  shape: ModelShape,
  distribution: PromptDistribution,
  steps: number,
  options: StagingOptions,
): StagePlan {
  const { contextCurriculum, loopsCurriculum, similarity } = options;
  requireEnd("contextCurriculum", contextCurriculum, distribution.contextLength, steps);
  requireEnd("loopsCurriculum", loopsCurriculum, shape.loops, steps);
  requireWholeBlocks(shape, options);
  const context = contextCurriculum ?? constantCurriculum(distribution.contextLength);
  const loops = loopsCurriculum ?? constantCurriculum(shape.loops);
  const growth =
    options.stacking === undefined ? undefined : stackingPlan(shape, options.stacking, steps);
  const layersAt = (step: number) => growth?.layersAt(step) ?? shape.layers;
  const spec = [
    ...(contextCurriculum === undefined ? [] : [`context ${context.spec}`]),
    ...(loopsCurriculum === undefined ? [] : [`loops ${loops.spec}`]),
    ...(growth === undefined ? [] : [`stacked ${growth.spec}`]),
  ].join("; ");
  return {
    startShape: { ...shape, layers: layersAt(0) },
    ...(growth !== undefined && { growth }),
    settledFrom: Math.max(context.settledFrom, loops.settledFrom, growth?.stageStarts.at(-1) ?? 0),
    objective(engine) {
      const make = (ofShape: ModelShape, law: PromptDistribution): Objective => {
        const objective = engine.objective(ofShape, law);
        // A stack that is a single block as yet has nothing to be compared with.
        const isAlone = ofShape.layers < shape.layers && ofShape.layers === similarity?.blockLayers;
        return similarity === undefined || isAlone
          ? objective
          : withBlockSimilarity(objective, ofShape, similarity);
      };
      if (spec === "") return make(shape, distribution);
      const stageAt = (step: number) => ({
        contextLength: context.at(step),
        layers: layersAt(step),
        loops: loops.at(step),
      });
      return stagedObjective({ shape, distribution, spec, stageAt, make });
    },
  };
}

/** The model, and every stage of its stack, must be made of the blocks that the similarity compares. */
function requireWholeBlocks(shape: ModelShape, { stacking, similarity }: StagingOptions): void {
  if (similarity === undefined) return;
  blockSimilarityPenalty(shape, similarity.blockLayers);
  if (stacking === undefined) return;
  if (stacking.blockLayers % similarity.blockLayers !== 0) {
    const requirement = `a divisor of the stacked block's ${stacking.blockLayers}`;
    const argument = "similarity.blockLayers";
    throw new ArgumentError("trainInContext", argument, requirement, similarity.blockLayers);
  }
}

function requireEnd(
  argument: string,
  curriculum: Curriculum | undefined,
  end: number,
  steps: number,
): void {
  if (curriculum === undefined) return;
  if (curriculum.last !== end) {
    const requirement = `a curriculum that ends at the run's ${end}`;
    throw new ArgumentError("trainInContext", argument, requirement, curriculum.spec);
  }
  if (curriculum.settledFrom >= steps) {
    const requirement = `a curriculum that ends before the last of ${steps} steps`;
    throw new ArgumentError("trainInContext", argument, requirement, curriculum.spec);
  }
}
