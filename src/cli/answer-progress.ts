import { SingleBar } from "cli-progress";
import type { CliIo } from "./io.js";

/** Shows on a terminal how many prompts a model has answered; nothing elsewhere or with --quiet. */
export function showProgress(
  io: CliIo,
  { quiet }: { readonly quiet: boolean },
  total: number,
): { update(answered: number): void; stop(): void } {
  if (quiet || !io.isTerminal) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    ...{ format: "{bar} {value}/{total} prompts answered", stream: process.stderr, barsize: 24 },
    ...{ barCompleteChar: "█", barIncompleteChar: "░", hideCursor: true, clearOnComplete: true },
  });
  let started = false;
  return {
    update(answered) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(answered);
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}
