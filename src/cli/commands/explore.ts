import type { Command } from "commander";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, integerOption } from "../options.js";

interface ExploreOptions extends CommonOptions {
  readonly port: number;
  readonly open: boolean;
  readonly out?: string;
}

const PORT = 7410;

/** `loopgd explore`: the explorer's page, served to this machine's browser. */
export function addExploreCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("explore")
    .description("open the explorer: exact optima in the browser, by sliders; Ctrl-C ends it")
    .addHelpText(
      "before",
      "Example: loopgd explore\n" +
        "         loopgd explore --no-open --port 8000\n" +
        "         loopgd explore --out explorer.html     one file, works without a server\n",
    )
    .option(
      "--port <number>",
      "port on 127.0.0.1, or the next free one; 0: any",
      integerOption("explore", "--port", 0),
      PORT,
    )
    .option("--no-open", "print the address, open no browser")
    .option("--out <file>", "write the page to a file, and serve nothing");
  addCommonOptions(command).action(async (options: ExploreOptions) => {
    finish(
      await (options.out === undefined ? serve(options, io) : write(options, options.out, io)),
    );
  });
}

async function serve(options: ExploreOptions, io: CliIo): Promise<number> {
  const { ArgumentError } = await import("../../errors.js");
  const { explorerPage } = await import("../explorer-page.js");
  const { serveExplorer } = await import("../explorer-server.js");
  const { port: wanted, json, quiet } = options;
  if (wanted > 65535) throw new ArgumentError("explore", "--port", "at most 65535", wanted);
  const { url, port, inUse, close } = await serveExplorer(explorerPage(), wanted);
  const say = (text: string) => {
    if (!quiet) io.stderr(text);
  };
  if (inUse.length > 0) say(`port ${inUse.join(", ")} in use: took ${port}\n`);
  io.stdout(json ? `${JSON.stringify({ schema: "loopgd.explore/1", url, port })}\n` : `${url}\n`);
  // Without a terminal nobody sits before a browser.
  if (options.open && io.isTerminal && !(await openBrowser(url))) {
    say("no browser could be started: open the address yourself\n");
  }
  say("serving the explorer to this machine; Ctrl-C ends it\n");
  await aborted(io.signal);
  await close();
  return exitCodeOf(io.signal);
}

async function write({ json, quiet }: ExploreOptions, path: string, io: CliIo): Promise<number> {
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { explorerPage } = await import("../explorer-page.js");
  writeFileAtomically("explore", path, explorerPage(), "--out");
  if (json) io.stdout(`${JSON.stringify({ schema: "loopgd.explore/1", file: path })}\n`);
  else if (!quiet) io.stderr(`wrote ${path}; open it in a browser\n`);
  return EXIT.ok;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Asks the desktop to open an address; false where it has no way to. */
async function openBrowser(url: string): Promise<boolean> {
  const { spawn } = await import("node:child_process");
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  return new Promise((resolve) => {
    const child = spawn(program!, args, { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
