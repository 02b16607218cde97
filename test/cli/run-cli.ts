import type { CliIo } from "../../src/cli/io.js";
import { main } from "../../src/cli/main.js";

/** Runs the command line against stand-in streams. */
export async function runCli(
  args: readonly string[],
  io: Partial<CliIo> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const exitCode = await main(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isTerminal: false,
    hasColour: false,
    signal: new AbortController().signal,
    now: () => new Date("2026-01-01T00:00:00Z"),
    ...io,
  });
  return { exitCode, stdout, stderr };
}
