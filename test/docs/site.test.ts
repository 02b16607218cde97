import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asMarkdown } from "../../docs/site/docstring-lines.mjs";
import { brokenMarkdownLinks, brokenSiteLinks, headingAnchors } from "../../docs/site/links.mjs";
import { withMathMl } from "../../docs/site/tex.mjs";
import { ROOT } from "./documents.js";

describe("formulas", () => {
  it("become MathML, in a line and on display", () => {
    const text = withMathMl("The *best* $b^*$ of\n\n$$\\ell(b) = 1$$\n", "a.md");
    expect(text).toMatch(
      /^The \*best\* <math>.*<\/math> of\n\n<div class="formula" tabindex="0"><math display="block"/,
    );
    expect(text).not.toContain("$");
  });

  it("leave code, money and escaped dollars alone", () => {
    for (const text of [
      "`$a$` and ``$`b$``",
      "```console\n$ loopgd list\n$ loopgd verify\n```\n",
      "1. list\n   ```sh\n   $x$\n   ```\n",
      "costs $5 or $6",
      "\\$a\\$",
    ]) {
      expect(withMathMl(text, "a.md")).toBe(text);
    }
  });

  it("hold nothing that Markdown or TypeDoc would read as theirs", () => {
    const content = withMathMl("$\\{a_i * b\\} | [c] \\text{@tag}$", "a.md").replace(
      /<[^>]*>/g,
      "",
    );
    expect(content).not.toMatch(/[*_[\]{}@|\\]/);
  });

  it("are refused by document and text when they cannot be read", () => {
    expect(() => withMathMl("$\\frac{1}$", "docs/a.md")).toThrow(/docs\/a\.md: the formula/);
  });
});

describe("docstrings on the site", () => {
  it("keep their labelled lines, and stars and brackets as they are written", () => {
    const text =
      "The best b*I.\n\nStatement.    b* < 1,\n              c* too\nAccuracy.     exact";
    expect(asMarkdown(text)).toBe(
      "The best b\\*I.\n\n\n**Statement.** b\\* \\< 1,\nc\\* too\n\n**Accuracy.** exact",
    );
  });
});

describe("links", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "loopgd-links-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }

  it("of Markdown are followed to files and headings", () => {
    write({
      "README.md": [
        "[a](docs/a.md) [b](docs/a.md#the-part-b) [c](https://example.org/x)",
        "[d](docs/gone.md) [e](docs/a.md#gone) `[f](gone.md)`",
        '<img src="gone.png">',
      ].join("\n"),
      "docs/a.md": "# A\n\n## The `part` B*\n\n[up](../README.md) [here](#a) [no](#b)\n",
    });
    expect(
      brokenMarkdownLinks(folder, ["README.md", "docs/a.md"]).map(({ file, link }) => [file, link]),
    ).toEqual([
      ["README.md", "docs/gone.md"],
      ["README.md", "docs/a.md#gone"],
      ["README.md", "gone.png"],
      ["docs/a.md", "#b"],
    ]);
  });

  it("of pages are followed to files and ids; nothing may be loaded from elsewhere", () => {
    write({
      "index.html": [
        '<a href="a/b.html#x">1</a><a href="a/b.html#y">2</a><a href="c.html">3</a>',
        '<a href="https://example.org">4</a><script src="https://example.org/s.js"></script>',
        '<link rel="stylesheet" href="//example.org/s.css"><img src="data:image/png;base64,">',
      ].join("\n"),
      "a/b.html": '<p id="x"></p><a href="../index.html">up</a>',
    });
    expect(brokenSiteLinks(folder).map(({ link, reason }) => `${link} ${reason}`)).toEqual([
      "a/b.html#y leads to no anchor",
      "c.html leads to no file",
      "https://example.org/s.js is loaded from elsewhere",
      "//example.org/s.css is loaded from elsewhere",
    ]);
  });

  it("number anchors of equal headings", () => {
    expect([...headingAnchors("# A b\n## A b\n```\n# no\n```\n")]).toEqual(["a-b", "a-b-1"]);
  });

  it("of the repository's own Markdown lead somewhere", () => {
    const files = ["", "docs/", "notebooks/"].flatMap((where) =>
      readdirSync(join(ROOT, where))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `${where}${name}`),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(brokenMarkdownLinks(ROOT, files)).toEqual([]);
  });
});
