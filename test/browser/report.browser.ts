import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claims } from "../../proofs-checks/registry.js";
import { tightestOnGrid } from "../../src/claim/tightness.js";
import { exportFigure } from "../../src/cli/figure/export-figure.js";
import { renderRunComparison } from "../../src/report/comparison/run-comparison.js";
import { renderVerificationComparison } from "../../src/report/comparison/verification-comparison.js";
import { lossLandscapeFigure } from "../../src/report/figure/landscape/loss-landscape.js";
import { rotationLandscape } from "../../src/report/figure/landscape/rotation-landscape.js";
import { PALETTE } from "../../src/report/figure/palette.js";
import { renderTrainingReport } from "../../src/report/training-report.js";
import { renderVerificationReport } from "../../src/report/verification-report.js";
import {
  COMPARISON,
  HEADER,
  HOSTILE_HEADER,
  HOSTILE_VERIFICATION,
  RUN,
  VERIFICATION,
} from "../report/report-fixtures.js";
import { launchChromium, SKIPS_BROWSER } from "./chromium.js";
import { watchPage } from "./watched-page.js";

/** A verification of which one claim trained: every figure is on the page. */
const verification = {
  ...VERIFICATION,
  results: VERIFICATION.results.map((result, i) =>
    i === 0 ? { ...result, training: RUN } : result,
  ),
};

const compared = (name: string, step: number) => ({
  ...{ name, comparison: COMPARISON, header: HEADER, options: { steps: step } },
  run: { ...RUN, history: RUN.history.map((row) => ({ ...row, loss: row.loss * step })) },
});

const verified = (name: string, share: number) => ({
  ...{ name, header: HEADER, profile: "quick", tightness: tightestOnGrid(VERIFICATION.results) },
  results: VERIFICATION.results.map((result, i) => ({
    ...result,
    verdict: i === 0 && share > 1 ? ("refuted" as const) : result.verdict,
    seconds: result.seconds * share,
  })),
});

const SETTING = { dim: 3, contextLength: 30, loops: 3 };

const PAGES = {
  runs: renderRunComparison({
    runs: [compared("first", 1), compared("second", 2)],
    header: HEADER,
  }),
  verifications: renderVerificationComparison({
    verifications: [verified("first", 1), verified("second", 2)],
    header: HEADER,
  }),
  figure: await exportFigure(
    lossLandscapeFigure({
      ...{ id: "landscape", setting: SETTING },
      landscape: rotationLandscape(SETTING, { columns: 13, rows: 9 }),
    }),
    "html",
    { header: HEADER, width: 760 },
  ),
  verification: renderVerificationReport({ verification, claims, header: HEADER }),
  training: renderTrainingReport({ run: RUN, comparison: COMPARISON, header: HEADER }),
  hostile: renderVerificationReport({
    verification: HOSTILE_VERIFICATION,
    claims,
    header: HOSTILE_HEADER,
  }),
} as const;

const FIGURES = {
  ...{ verification: 4, training: 3, hostile: 4, runs: 3, verifications: 0, figure: 1 },
} as const;

const READABLE = ["verification", "training", "runs", "verifications", "figure"] as const;

type PageName = keyof typeof PAGES;

describe.skipIf(SKIPS_BROWSER)("reports in Chromium", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "loopgd-report-"));
    for (const [name, page] of Object.entries(PAGES)) writeFileSync(pathOf(name), page);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const pathOf = (name: string) => join(folder, `${name}.html`);

  /** Opens a page, waits until it is drawn, hands it to `look`, then expects a clean record. */
  async function visit(
    name: PageName,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    await watchPage(browser, options, async (page) => {
      await page.goto(pathToFileURL(pathOf(name)).href);
      if (FIGURES[name] > 0) await page.waitForSelector("html[data-drawn]", { state: "attached" });
      await look(page);
    });
  }

  const settings = READABLE.flatMap((name) => [
    { name, colorScheme: "light", width: 400 } as const,
    { name, colorScheme: "dark", width: 1440 } as const,
  ]);

  it.each(settings)("$name, $colorScheme, $width wide", async ({ name, colorScheme, width }) => {
    await visit(name, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await page.locator("[data-figure]:has(svg.main-svg)").count()).toBe(FIGURES[name]);
      const tables = page.locator("table:visible");
      if (name !== "figure") expect(await tables.count()).toBeGreaterThan(0);
      expect(await overflowingFigures(page)).toEqual([]);
      const paper = PALETTE.paper[colorScheme];
      expect(await colourOf(page, "body", "backgroundColor")).toBe(rgb(paper));
      if (FIGURES[name] === 0) return;
      expect(await colourOf(page, ".main-svg", "background")).toContain(rgb(paper));
      expect(await colourOf(page, ".xtick text", "fill")).toBe(rgb(PALETTE.ink[colorScheme]));
    });
  });

  it("runs nothing that a hostile input brings along", async () => {
    await visit("hostile", { viewport: { width: 400, height: 900 } }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
      expect(await page.locator("[data-figure]:has(svg.main-svg)").count()).toBe(FIGURES.hostile);
      expect(await page.evaluate(() => "intruded" in globalThis)).toBe(false);
      expect(await page.locator("img").count()).toBe(0);
    });
  });

  it("follows a change of scheme and of width, with heat maps that stay square", async () => {
    await visit("training", { viewport: { width: 1280, height: 900 } }, async (page) => {
      for (const width of [700, 400, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await settled(page);
        expect(await overflowingFigures(page)).toEqual([]);
        const panels = await heatMapPanels(page);
        expect(panels).toHaveLength(3);
        for (const panel of panels) {
          expect(panel.width).toBeGreaterThan(width / 6);
          expect(panel.width / panel.height).toBeCloseTo(1, 1);
        }
      }
      await page.emulateMedia({ colorScheme: "dark" });
      await settled(page);
      expect(await colourOf(page, ".xtick text", "fill")).toBe(rgb(PALETTE.ink.dark));
    });
  });

  it("is dark on light when a dark page is printed", async () => {
    await visit("training", { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await settled(page);
      expect(await colourOf(page, ".xtick text", "fill")).toBe(rgb(PALETTE.ink.light));
      expect(await colourOf(page, "body", "backgroundColor")).toBe(rgb(PALETTE.paper.light));
      await page.emulateMedia({ media: "screen", colorScheme: "dark" });
      await settled(page);
      expect(await colourOf(page, ".xtick text", "fill")).toBe(rgb(PALETTE.ink.dark));
    });
  });

  it("is walked by keyboard: skip link, details of a verdict, saving a figure", async () => {
    await visit("verification", {}, async (page) => {
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the results");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");

      const details = page.locator("#verdict-table details:not([open])").first();
      const name = await details.locator("summary").innerText();
      for (let tabs = 0; (await focused(page)) !== name && tabs < 30; tabs++) {
        await page.keyboard.press("Tab");
      }
      expect(await focused(page)).toBe(name);
      await page.keyboard.press("Enter");
      expect(await page.getByText("below 1 from n = 2621440001").isVisible()).toBe(true);

      await page.locator('[data-save="rate"]').focus();
      const download = page.waitForEvent("download");
      await page.keyboard.press("Enter");
      expect((await download).suggestedFilename()).toBe("rate.svg");
    });
  });

  it.each(READABLE)("is read in order, its tables and pictures in words: %s", async (name) => {
    await visit(name, { viewport: { width: 1440, height: 900 } }, async (page) => {
      const levels = await page
        .locator("h1, h2, h3, h4")
        .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName[1])));
      expect(levels[0]).toBe(1);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      for (const [i, level] of levels.slice(1).entries()) {
        expect(level - levels[i]!, `heading ${i + 2}`).toBeLessThanOrEqual(1);
      }
      const bare = await page
        .locator("table")
        .evaluateAll(
          (tables) =>
            tables.filter(
              (table) =>
                !table.querySelector("caption")?.textContent?.trim() ||
                [...table.querySelectorAll("th")].some((cell) => !cell.hasAttribute("scope")),
            ).length,
        );
      expect(bare).toBe(0);
      const alternatives = await page
        .locator("[role=img]")
        .evaluateAll((images) => images.map((image) => image.getAttribute("aria-label") ?? ""));
      expect(alternatives).toHaveLength(FIGURES[name]);
      for (const words of alternatives) expect(words).toMatch(/\d.*\d/s);
    });
  });

  it.each(READABLE)("shows where the focus is, at every control: %s", async (name) => {
    await visit(name, { viewport: { width: 1440, height: 900 } }, async (page) => {
      const controls = await page
        .locator("a[href], button, summary, [tabindex='0']")
        .evaluateAll((all) => {
          for (const [i, one] of all.entries()) (one as HTMLElement).dataset.control = String(i);
          // The insides of closed details are out of reach.
          return all.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length;
        });
      const reached: string[] = [];
      for (let tabs = 0; tabs < controls; tabs++) {
        await page.keyboard.press("Tab");
        const { control, outline } = await page.evaluate(() => {
          const active = document.activeElement as HTMLElement;
          const { outlineStyle, outlineWidth } = getComputedStyle(active);
          return { control: active.dataset.control, outline: `${outlineStyle} ${outlineWidth}` };
        });
        expect(outline, `control ${control}`).toBe("solid 3px");
        reached.push(control!);
      }
      expect(new Set(reached).size).toBe(controls);
      expect(reached.map(Number)).toEqual(reached.map(Number).toSorted((a, b) => a - b));
    });
  });

  it("names tables, figures and regions for a screen reader", async () => {
    await visit("verification", {}, async (page) => {
      const tree = await page.locator("body").ariaSnapshot();
      expect(tree).toContain('heading "Verification" [level=1]');
      expect(tree).toContain('heading "Verdicts" [level=2]');
      expect(tree).toMatch(/table "One row per claim and setting/);
      expect(tree).toContain('columnheader "Margin"');
      expect(tree).toMatch(/rowheader "Loops equal GD steps/);
      expect(tree).toContain('figure "The exact optimum and the paper’s bound"');
      expect(tree).toMatch(/img "Log-log plot for d = 10, n from 1 to 10³⁰/);
    });
  });
});

/** Waits out the frame a redraw is put off to, and the drawing. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  await page.waitForTimeout(250);
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText);
}

function colourOf(
  page: Page,
  selector: string,
  property: "fill" | "background" | "backgroundColor",
) {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element)[name], property);
}

/** Titles, tick labels and legends that leave their figure, by their text. */
function overflowingFigures(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-figure]")].flatMap((plot) => {
      const box = plot.getBoundingClientRect();
      return [...plot.querySelectorAll("svg text")]
        .filter((text) => {
          const { left, right, top, bottom, width } = text.getBoundingClientRect();
          const isInside =
            left >= box.left - 1 &&
            right <= box.right + 1 &&
            top >= box.top - 1 &&
            bottom <= box.bottom + 1;
          return width > 0 && !isInside;
        })
        .map((text) => `${(plot as HTMLElement).dataset.figure}: ${text.textContent}`);
    }),
  );
}

function heatMapPanels(page: Page): Promise<{ width: number; height: number }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".hm image")].map((image) => {
      const { width, height } = image.getBoundingClientRect();
      return { width, height };
    }),
  );
}

function rgb(hex: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${channels.join(", ")})`;
}
