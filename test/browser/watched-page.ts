import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

/**
 * Opens a page that must work alone, hands it over, and expects that it wrote nothing to the console and
 * asked for nothing outside.
 *
 * @param isAllowed  which requests beside those of files, data and blobs are the page's own
 */
export async function watchPage(
  browser: Browser,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
  isAllowed: (url: string) => boolean = () => false,
): Promise<void> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(file|data|blob):/.test(url) && !isAllowed(url)) complaints.push(`request ${url}`);
  });
  await look(page);
  await context.close();
  expect(complaints).toEqual([]);
}
