import { checkpointPath } from "./checkpoint.js";
import type { TrainingOptions } from "./training-options.js";

/** What happened at a step that diverged, and what to try. */
export function divergenceMessage(
  { learningRate, clipNorm, checkpoint }: TrainingOptions,
  step: number,
  { loss, gradientNorm }: { loss: number; gradientNorm: number },
): string {
  const clip =
    clipNorm === undefined
      ? "clipping the gradient (--clip 1)"
      : `a smaller --clip than ${clipNorm}`;
  const kept =
    checkpoint === undefined
      ? ""
      : `; the checkpoint in "${checkpointPath(checkpoint.folder)}" is kept`;
  return (
    `training diverged at step ${step + 1}: loss ${loss.toPrecision(4)}, ` +
    `gradient norm ${gradientNorm.toPrecision(4)}. Try a smaller learning rate ` +
    `(--lr ${learningRate / 10}), ${clip}, or a larger batch${kept}`
  );
}

/** Where an interrupted run stands, and how it goes on. */
export function interruptionMessage({ steps, checkpoint }: TrainingOptions, step: number): string {
  const kept =
    checkpoint === undefined
      ? "no checkpoint was asked for"
      : `resume from "${checkpointPath(checkpoint.folder)}"`;
  return `training was interrupted after step ${step} of ${steps}; ${kept}`;
}
