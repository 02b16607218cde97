import { Matrix } from "../../numeric/matrix.js";
import { type GramPrompt, gramPromptSampler } from "../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";

/** A prompt law as plain data, fit to be sent to a worker: matrices as their rows. */
export type SampledLaw = Omit<PromptDistribution, "covariance" | "taskCovariance"> &
  Readonly<Record<"covariance" | "taskCovariance", readonly (readonly number[])[]>>;

/** The plain data of a prompt law. */
export function sampledLaw(distribution: PromptDistribution): SampledLaw {
  const { covariance, taskCovariance } = distribution;
  return {
    ...distribution,
    covariance: covariance.to2DArray(),
    taskCovariance: taskCovariance.to2DArray(),
  };
}

/** What draws prompts of a law: the same bits in every thread. */
export function sampledLawDrawer(law: SampledLaw): (stream: Stream) => GramPrompt {
  const matrix = (rows: readonly (readonly number[])[]) => new Matrix(rows.map((row) => [...row]));
  return gramPromptSampler({
    ...law,
    covariance: matrix(law.covariance),
    taskCovariance: matrix(law.taskCovariance),
  });
}
