import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, Description, NumericalError } from "../../errors.js";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
] as const;

/** Where browsers lie that put nothing on the PATH. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
] as const;

/** Longest a page may take to draw, in milliseconds. */
const TIME_LIMIT = 60_000;

/**
 * The Chromium to draw with: LOOPGD_CHROMIUM, else the first known name on the PATH.
 *
 * Throws.       ArgumentError saying what to do when there is none
 */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>>,
  format: string,
): string {
  const named = environment.LOOPGD_CHROMIUM;
  if (named !== undefined && named !== "") {
    if (isExecutable(named)) return named;
    throw new ArgumentError("figure", "LOOPGD_CHROMIUM", "an executable file", named);
  }
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...PLACES,
  ];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new ArgumentError(
    "figure",
    "--format",
    "html or json where no Chromium is found on the PATH (svg, png and pdf are drawn by one: install Chromium or Chrome, or name it in LOOPGD_CHROMIUM)",
    new Description(format),
  );
}

/** Opens a page in a Chromium of its own, without window, profile or network. */
export async function withPage<Result>(
  page: string,
  work: (options: {
    readonly url: string;
    readonly folder: string;
    run(flags: readonly string[]): Promise<string>;
  }) => Promise<Result>,
): Promise<Result> {
  const executable = findChromium(process.env, "a picture");
  const folder = mkdtempSync(join(tmpdir(), "loopgd-figure-"));
  try {
    const path = join(folder, "page.html");
    writeFileSync(path, page);
    const url = pathToFileURL(path).href;
    return await work({
      ...{ url, folder },
      run: (flags) => runChromium(executable, folder, [...flags, url]),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** What a headless run wrote into a file of the page's folder. */
export function written(folder: string, name: string): Uint8Array {
  try {
    return readFileSync(join(folder, name));
  } catch {
    throw new NumericalError(`figure: Chromium ended without writing ${name}`);
  }
}

function runChromium(executable: string, folder: string, flags: readonly string[]) {
  const fixed = [
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--hide-scrollbars",
    "--virtual-time-budget=20000",
    `--user-data-dir=${join(folder, "profile")}`,
    // Chromium refuses to sandbox for root, as in containers; the page is our own.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ];
  return new Promise<string>((resolve, reject) => {
    const options = { timeout: TIME_LIMIT, maxBuffer: 2 ** 26 };
    execFile(executable, [...fixed, ...flags], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const reason = stderr.trim().split("\n").at(-1) ?? error.message;
      reject(new NumericalError(`figure: ${executable} failed: ${reason}`));
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
