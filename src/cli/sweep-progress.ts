import { SingleBar } from "cli-progress";
import type { SweepProgress } from "../sweep/run-sweep.js";
import type { CliIo } from "./io.js";

/** Seconds between two plain lines. */
const LINE_SECONDS = 10;

/**
 * Shows a sweep on stderr: a bar on a terminal, a line now and then elsewhere, nothing with --quiet.
 */
export function sweepProgress(
  io: CliIo,
  quiet: boolean,
): { show(progress: SweepProgress): void; stop(): void } {
  if (quiet) return { show: () => {}, stop: () => {} };
  if (!io.isTerminal) {
    let shownAt = 0;
    return {
      show(progress) {
        const isDue = progress.seconds - shownAt >= LINE_SECONDS;
        if (!isDue && progress.done < progress.total) return;
        shownAt = progress.seconds;
        io.stderr(`${progress.done}/${progress.total}  ${figuresOf(progress).rest}\n`);
      },
      stop: () => {},
    };
  }
  const bar = new SingleBar({
    format: "{bar} {value}/{total}  {rest}",
    stream: process.stderr,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
  });
  let started = false;
  return {
    show(progress) {
      if (!started) bar.start(progress.total, progress.done, figuresOf(progress));
      started = true;
      bar.update(progress.done, figuresOf(progress));
    },
    stop: () => bar.stop(),
  };
}

function figuresOf({ computed, seconds, secondsLeft, failures }: SweepProgress) {
  const rate = computed / Math.max(seconds, 1e-3);
  const left = secondsLeft === null ? "" : `  ${Math.ceil(secondsLeft)} s left`;
  const failed = failures === 0 ? "" : `  ${failures} failed`;
  return { rest: `${rate >= 10 ? Math.round(rate) : rate.toFixed(2)}/s${left}${failed}` };
}
