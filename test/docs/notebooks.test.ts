import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NOTEBOOKS, ROOT } from "./documents.js";

/** A cell is read in one look; the first, which imports, may be longer. */
const MOST_LINES = 30;

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What execution would not tell: it runs cells, and does not read them. */
describe.each(NOTEBOOKS)("$path", ({ path, cells }) => {
  it("imports nothing but the public API and the notebooks' own", () => {
    const imported = cells.flatMap((cell) =>
      [...cell.matchAll(/\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/g)].map(([, a, b]) => a ?? b!),
    );
    expect(imported).toContain("loopgd");
    const isPublic = (name: string) => name === "./show.ts" || /^loopgd(\/[\w-]+)?$/.test(name);
    expect(imported.filter((name) => !isPublic(name))).toEqual([]);
  });

  it("has short cells, and is small", () => {
    const lengths = cells.map((cell) => cell.split("\n").length);
    expect(lengths.filter((lines) => lines > MOST_LINES)).toEqual([]);
    expect(statSync(join(ROOT, path)).size).toBeLessThanOrEqual(300_000);
  });

  it("shows something in every cell but definitions, each figure as specification, SVG and words", () => {
    const { cells: all } = JSON.parse(readFileSync(join(ROOT, path), "utf8")) as {
      readonly cells: readonly { readonly outputs?: readonly Output[]; source: string[] }[];
    };
    const bundles = all.flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data));
    const shows = all.filter(({ source }) => source.join("").includes("\nawait "));
    expect(shows.filter(({ outputs = [] }) => outputs.length === 0)).toEqual([]);
    const figures = bundles.filter((data) => "application/vnd.plotly.v1+json" in data);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) {
      expect(figure).toHaveProperty(["image/svg+xml"]);
      expect(String(figure["text/plain"])).not.toBe("A figure.");
    }
  });
});
