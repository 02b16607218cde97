import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSweepReport } from "../../src/report/sweep/sweep-report.js";
import { HEADER } from "../report/report-fixtures.js";
import { sweepFixture } from "../report/sweep/sweep-fixture.js";
import { launchChromium, SKIPS_BROWSER } from "./chromium.js";
import { watchPage } from "./watched-page.js";

describe.skipIf(SKIPS_BROWSER)("a sweep's report in Chromium", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "loopgd-report-"));
    const page = renderSweepReport({
      table: sweepFixture(),
      parquet: "results.parquet",
      header: HEADER,
    });
    writeFileSync(join(folder, "report.html"), page);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function visit(options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
    await watchPage(browser, options, async (page) => {
      await page.goto(pathToFileURL(join(folder, "report.html")).href);
      await page.waitForSelector("html[data-drawn]", { state: "attached" });
      await look(page);
      expect(await page.evaluate(() => "intruded" in globalThis)).toBe(false);
    });
  }

  const traces = (page: Page) =>
    page.evaluate(() => {
      const plot = document.querySelector('[data-figure="map"]') as unknown as {
        data: { type: string; mode?: string; name?: string; x: unknown[] }[];
        layout: { xaxis: { type: string; range: number[] } };
      };
      return { data: plot.data, axis: plot.layout.xaxis };
    });

  it.each([
    { colorScheme: "light", width: 400 },
    { colorScheme: "dark", width: 400 },
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 1440 },
  ] as const)(
    "$colorScheme, $width wide: no wider than the window",
    async ({ colorScheme, width }) => {
      await visit({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
        for (const choice of ["0", "1", "2"]) {
          await page.selectOption("#map-choice", choice);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
          expect(await page.locator(".hm image").count()).toBe(1);
        }
      });
    },
  );

  it("shows regions with their boundary, on the axis' own scale", async () => {
    await visit({}, async (page) => {
      const { data, axis } = await traces(page);
      expect(data.map(({ name }) => name).filter((name) => name !== undefined)).toEqual([
        "holds",
        "vacuous",
      ]);
      // At d = 2 between 10³ and 10⁴, at d = 5 too: two segments, of three entries each.
      const boundary = data.find(({ mode }) => mode === "lines")!;
      expect(boundary.x).toHaveLength(6);
      expect(boundary.x[0]).toBeCloseTo(10 ** 3.5, 6);
      expect([axis.type, axis.range[0]]).toEqual(["log", 0.5]);
      expect(await page.locator("#map-caption").innerText()).toMatch(
        /holds in 6, vacuous in 5 of 11 cells\. Of 12 cells 1 are not in the sweep/,
      );
    });
  });

  it("marks what failed, and draws the line of sign zero", async () => {
    await visit({}, async (page) => {
      await page.selectOption("#map-choice", "1");
      const marks = (await traces(page)).data.filter(({ mode }) => mode === "markers");
      expect(marks.map(({ name, x }) => [name, x])).toEqual([["failed", [1000]]]);
      // Mean of two seeds: 2·(1 + 2)/2 over 11².
      await page.locator("#map-details summary").click();
      expect(await page.locator("#map-numbers table tr:last-child td").first().innerText()).toBe(
        String(Number((3 / 121).toPrecision(6))),
      );
      await page.selectOption("#map-choice", "2");
      expect((await traces(page)).data.some(({ mode }) => mode === "lines")).toBe(true);
    });
  });

  it("is worked by keyboard: another slice, sides that change places", async () => {
    await visit({}, async (page) => {
      await page.selectOption("#map-choice", "1");
      await page.locator("#slice-seed").focus();
      await page.keyboard.press("Home");
      await page.waitForFunction(() =>
        document.querySelector("#map-title")!.textContent!.endsWith("seed 0"),
      );
      await page.locator("#map-x").focus();
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction(() =>
        document
          .querySelector("#map-title")!
          .textContent!.startsWith("excess over dim and contextLength"),
      );
      expect(await page.locator("#map-picture").getAttribute("aria-label")).toMatch(
        /^excess over dim/,
      );
    });
  });

  it("saves its table as CSV, every number to its last digit", async () => {
    await visit({}, async (page) => {
      const download = page.waitForEvent("download");
      await page.locator("#save-csv").click();
      const file = await download;
      expect(file.suggestedFilename()).toBe("fixture.csv");
      const lines = readFileSync(await file.path(), "utf8")
        .trimEnd()
        .split("\n");
      expect(lines[0]).toBe("contextLength,dim,seed,excess,curvature,verdict,note,failure");
      expect(lines).toHaveLength(23);
      expect(lines[1]!.split(",").slice(0, 4).map(Number)).toEqual([10, 2, 0, 2 / 121]);
      expect(lines.at(-1)).toMatch(/^1e\+25,5,1,/);
    });
  });
});
