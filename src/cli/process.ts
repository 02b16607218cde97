import type { CliIo } from "./io.js";
import { main } from "./main.js";

/**
 * Runs the command line on this process: real streams, SIGINT and SIGTERM turned into a request to
 * stop after the current step. A second signal kills at once.
 */
export async function runProcess(): Promise<void> {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort(signal));
  }
  for (const stream of [process.stdout, process.stderr]) {
    // `loopgd … | head` closes the pipe early; that is no failure of ours.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
  const hasColour =
    process.stdout.isTTY === true &&
    process.env.NO_COLOR === undefined &&
    process.env.TERM !== "dumb";
  const io: CliIo = {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    hasColour,
    signal: controller.signal,
    now: () => new Date(),
  };
  process.exitCode = await main(process.argv.slice(2), io);
}
