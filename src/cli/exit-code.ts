/** The exit codes of every command. */
export const EXIT = {
  ok: 0,
  /** A verdict differs from the recorded one. */
  changed: 1,
  /** Wrong usage or bad input. */
  usage: 2,
  /** Numerical failure, or a claim that threw. */
  failure: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of an interrupted run, by the signal that came. */
export function exitCodeOf(signal: AbortSignal): number {
  return signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
}
