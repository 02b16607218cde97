import { shellWord } from "../io/shell-word.js";
import type { CliIo, CommonOptions } from "./io.js";
import { VERSION } from "./version.js";

/** The command line that repeats a run: given arguments, with the seed made explicit where there is one. */
export function reproduceCommand(command: string, args: readonly string[], seed?: number): string {
  const all = ["loopgd", command, ...args, ...(seed === undefined ? [] : ["--seed", String(seed)])];
  return all.map(shellWord).join(" ");
}

/** Says version, seed and how to repeat the run, on stderr. */
export function announceRun(io: CliIo, options: CommonOptions, command: string): void {
  if (options.quiet) return;
  io.stderr(`loopgd ${VERSION}, seed ${options.seed}; reproduce with: ${command}\n`);
}
