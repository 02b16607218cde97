import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian puts Chromium; LOOPGD_CHROMIUM names another executable. */
const EXECUTABLE = process.env.LOOPGD_CHROMIUM ?? "/usr/bin/chromium";

/**
 * Whether the browser tests are to be left out, which only LOOPGD_SKIP_BROWSER=1 says: a machine
 * without Chromium fails them.
 */
export const SKIPS_BROWSER = process.env.LOOPGD_SKIP_BROWSER === "1";

/** Starts Chromium without anything that reaches for the network. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `no Chromium at ${EXECUTABLE}: install it, set LOOPGD_CHROMIUM, or skip with LOOPGD_SKIP_BROWSER=1`,
    );
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
