import type { ModelShape } from "../model/model-shape.js";
import type { Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/** What is recorded at a training step. */
export interface StepRecord {
  readonly step: number;
  /** Loss before the update: over the step's batch, or exact (`TrainingRun.losses`). */
  readonly loss: number;
  /** Of the loss and the penalty. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** What a regulariser added to the loss; absent in a run without one. */
  readonly penalty?: number;
}

/** A finished (or interrupted) training run, as reports and comparisons read it. */
export interface TrainingRun {
  readonly distribution: PromptDistribution;
  readonly shape: ModelShape;
  /** What training found: the average of the parameters where one was kept, else the last ones. */
  readonly weights: Weights;
  /** The last ones, where `weights` are an average. */
  readonly lastWeights?: Weights;
  readonly history: readonly StepRecord[];
  /** "all": training weighed a query after every example, as the history's losses do. */
  readonly positions: "last" | "all";
  /** Whether the history's losses are batch means or population losses. */
  readonly losses: "sampled" | "exact";
  readonly status: "converged" | "max-steps" | "diverged" | "interrupted";
  /** Why it converged; what happened and what to do after divergence or interruption. */
  readonly message?: string;
  /** The engine that ran, e.g. "fused kernel, float64". */
  readonly engine: string;
  readonly seconds: number;
  /** The loss training was told to aim at; it does not enter the updates. */
  readonly referenceLoss?: number;
}
