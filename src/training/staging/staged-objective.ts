import type { ModelShape } from "../../model/model-shape.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Objective, StagedObjective } from "../objective.js";

/** What changes from stage to stage of a run. */
export interface Stage {
  readonly contextLength: number;
  readonly layers: number;
  readonly loops: number;
}

/**
 * The objective of a run whose model or prompts change on the way.
 *
 * Statement.    step k minimises the in-context loss of `stageAt(k)`: its context length, layers and
 *               loops, everything else as given. One objective is held at a time.
 *
 * @param options.spec   what tells the stages from others; the last stage is `shape` and `distribution`
 * @param options.make   the objective of one model on one prompt law
 */
export function stagedObjective(options: {
  readonly shape: ModelShape;
  readonly distribution: PromptDistribution;
  readonly spec: string;
  readonly stageAt: (step: number) => Stage;
  readonly make: (shape: ModelShape, distribution: PromptDistribution) => Objective;
}): StagedObjective {
  const { shape, distribution, spec, stageAt, make } = options;
  const objectiveOf = ({ contextLength, layers, loops }: Stage) =>
    make({ ...shape, layers, loops }, { ...distribution, contextLength });
  // Made first, so that what the run ends with is refused before it begins, if at all.
  const final: Stage = { ...shape, contextLength: distribution.contextLength };
  let held: { readonly stage: Stage; readonly objective: Objective } | undefined = {
    stage: final,
    objective: objectiveOf(final),
  };
  const description = `${held.objective.describe()}; ${spec}`;
  return {
    at(step) {
      const stage = stageAt(step);
      if (held === undefined || !isSame(held.stage, stage)) {
        held?.objective.dispose?.();
        held = { stage, objective: objectiveOf(stage) };
      }
      return held.objective;
    },
    describe: () => description,
    dispose() {
      held?.objective.dispose?.();
      held = undefined;
    },
  };
}

function isSame(one: Stage, other: Stage): boolean {
  return (
    one.contextLength === other.contextLength &&
    one.layers === other.layers &&
    one.loops === other.loops
  );
}
