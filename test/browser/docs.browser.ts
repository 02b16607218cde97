import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, SKIPS_BROWSER } from "./chromium.js";
import { watchPage } from "./watched-page.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, "dist-docs");

const DERIVATION = "documents/The_exact_population_loss_of_any_preconditioners.html";
const PAGES = {
  index: "index.html",
  "a function": "functions/loopgd.populationLoss.html",
  "a derivation": DERIVATION,
} as const;

describe.skipIf(SKIPS_BROWSER)("the documentation site, opened from disk", () => {
  let browser: Browser;

  beforeAll(async () => {
    if (!existsSync(join(SITE, "index.html"))) {
      execFileSync("node", ["docs/site/build.mjs"], { cwd: ROOT });
    }
    browser = await launchChromium();
  }, 180_000);

  afterAll(() => browser?.close());

  /** Opens a page, hands it to `look`, then expects a clean record. */
  async function visit(
    path: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    await watchPage(browser, options, async (page) => {
      await page.goto(pathToFileURL(join(SITE, path)).href);
      await page.waitForLoadState("networkidle");
      await look(page);
    });
  }

  const settings = Object.keys(PAGES).flatMap((name) =>
    [400, 1440].flatMap((width) =>
      (["light", "dark"] as const).map((colorScheme) => ({ name, width, colorScheme })),
    ),
  );

  it.each(settings)("$name, $width wide, $colorScheme", async ({ name, width, colorScheme }) => {
    const path = PAGES[name as keyof typeof PAGES];
    await visit(path, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await page.locator("h1").first().isVisible()).toBe(true);
      const [paper, ink] = await page.evaluate(() => {
        const { backgroundColor, color } = getComputedStyle(document.body);
        const lightness = (rgb: string) =>
          (rgb.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
        return [lightness(backgroundColor), lightness(color)] as const;
      });
      expect(paper > ink).toBe(colorScheme === "light");
    });
  });

  it("draws formulas as MathML: fractions are stacked, indices small", async () => {
    await visit(DERIVATION, { viewport: { width: 1440, height: 900 } }, async (page) => {
      expect(await page.locator("math").count()).toBeGreaterThan(100);
      expect(await page.locator("math merror, math [class*=error]").count()).toBe(0);
      expect(await page.locator(".tsd-typography").first().innerText()).not.toMatch(/\$\$|\\frac/);
      const heights = await page
        .locator("mfrac")
        .first()
        .evaluate((fraction) =>
          [...fraction.children].map((part) => {
            const { top, bottom } = part.getBoundingClientRect();
            return { top, bottom };
          }),
        );
      expect(heights[0]!.bottom).toBeLessThanOrEqual(heights[1]!.top + 1);
    });
  });

  it("lists every hand-written page, and finds symbols by the search", async () => {
    const documents = readdirSync(join(SITE, "documents"));
    await visit("index.html", { viewport: { width: 1440, height: 900 } }, async (page) => {
      const linked = await page
        .locator(".tsd-navigation a[href*='documents/']")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")?.split("/").at(-1)));
      expect(linked.map((name) => decodeURIComponent(name ?? "")).sort()).toEqual(documents.sort());
      await page.locator("#tsd-search-trigger").click();
      await page.keyboard.type("isotropicOptimum", { delay: 10 });
      await page.locator("#tsd-search-results a").first().waitFor();
      expect(await page.locator("#tsd-search-results").innerText()).toContain("isotropicOptimum");
    });
  });
});
