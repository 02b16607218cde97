import { SingleBar } from "cli-progress";
import type { TrainingStep } from "../training/training-options.js";
import type { CliIo } from "./io.js";
import { formatNumber } from "./text-table.js";

/**
 * Shows a training run on stderr: a bar on a terminal, a line per tenth of the run elsewhere, nothing
 * with --quiet.
 */
export function trainingProgress(
  io: CliIo,
  quiet: boolean,
): { engine(name: string): void; step(step: TrainingStep): void; stop(): void } {
  if (quiet) return { engine: () => {}, step: () => {}, stop: () => {} };
  const bar = io.isTerminal
    ? new SingleBar({
        format: "{bar} {value}/{total}  loss {loss}{excess}  {left} left",
        stream: process.stderr,
        barCompleteChar: "█",
        barIncompleteChar: "░",
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: false,
      })
    : undefined;
  const figures = ({ loss, excess, secondsLeft }: TrainingStep) => ({
    loss: formatNumber(loss, 4),
    excess: excess === undefined ? "" : ` (${(100 * excess).toFixed(1)} % from the optimum)`,
    left: `${Math.ceil(secondsLeft)} s`,
  });
  let started = false;
  return {
    engine: (name) => io.stderr(`engine: ${name}\n`),
    step(step) {
      const shown = figures(step);
      if (bar === undefined) {
        if (step.step % Math.ceil(step.steps / 10) === 0 || step.step === step.steps) {
          io.stderr(
            `step ${step.step}/${step.steps}  loss ${shown.loss}${shown.excess}  ${shown.left} left\n`,
          );
        }
        return;
      }
      if (!started) bar.start(step.steps, step.step - 1, shown);
      started = true;
      bar.update(step.step, shown);
    },
    stop: () => bar?.stop(),
  };
}
