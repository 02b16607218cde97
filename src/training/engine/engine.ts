import type { ModelShape } from "../../model/model-shape.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import type { Objective } from "../objective.js";
import type { TrainingRun } from "../training-run.js";

/** What computes losses and gradients: makes the objective of any model on any prompt law. */
export interface Engine {
  readonly name: string;
  /** What is said before the first step; default: the name. */
  readonly announcement?: string;
  /** Whether its objectives estimate their loss from prompts or know it. */
  readonly losses: TrainingRun["losses"];
  objective(shape: ModelShape, distribution: PromptDistribution): Objective;
  /** Where training may start; default: `initialParameters`. */
  start?(shape: ModelShape, stream: Stream): Float64Array;
}
