/** A request to stop, heard from the operating system. */
export interface Interruption {
  /** Aborted at the first Ctrl-C or termination request. */
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, undefined while none came. */
  readonly exitCode: number | undefined;
  /** Stops listening. */
  dispose(): void;
}

/** What `listenForInterruption` needs of a process; tests give an event emitter. */
export interface SignalSource {
  once(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  removeListener(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/**
 * Turns Ctrl-C and termination requests into an AbortSignal, so that a run can end with its state kept.
 *
 * The first request aborts and ends the listening: a second one ends the process at once.
 */
export function listenForInterruption(source: SignalSource = process): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (code: number) => () => {
    exitCode = code;
    dispose();
    controller.abort();
  };
  const onInterrupt = stop(130);
  const onTerminate = stop(143);
  const dispose = (): void => {
    source.removeListener("SIGINT", onInterrupt);
    source.removeListener("SIGTERM", onTerminate);
  };
  source.once("SIGINT", onInterrupt);
  source.once("SIGTERM", onTerminate);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose,
  };
}
