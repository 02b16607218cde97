/** What a command may touch of the outside world, so that tests can stand in for a terminal. */
export interface CliIo {
  /** Data. */
  stdout(text: string): void;
  /** Progress, warnings, messages. */
  stderr(text: string): void;
  /** Whether stderr is a terminal that a progress bar may redraw. */
  readonly isTerminal: boolean;
  /** Whether stdout takes colours. */
  readonly hasColour: boolean;
  /** Fires at SIGINT or SIGTERM; its reason is the signal's name. */
  readonly signal: AbortSignal;
  now(): Date;
}

/** Options every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly seed: number;
}

/** How a command tells `main` its exit code. */
export type Finish = (exitCode: number) => void;
