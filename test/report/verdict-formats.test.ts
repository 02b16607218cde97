import { describe, expect, it } from "vitest";
import { claims } from "../../proofs-checks/registry.js";
import type { ClaimResult } from "../../src/claim/run-claim.js";
import { renderCatalogue } from "../../src/report/catalogue.js";
import { html } from "../../src/report/html.js";
import { texFormula } from "../../src/report/tex.js";
import { verdictCsv } from "../../src/report/verdict-csv.js";
import { verdictJunit } from "../../src/report/verdict-junit.js";
import { verdictLatex } from "../../src/report/verdict-latex.js";
import { HEADER, HOSTILE, VERIFICATION } from "./report-fixtures.js";

const { results } = VERIFICATION;
const broken: ClaimResult = { ...results[0]!, verdict: "broken", detail: "a < b & \u0007" };

describe("JUnit", () => {
  it("counts what changed as failures, what broke as errors, what does not apply as skipped", () => {
    const text = verdictJunit([...results, broken]);
    expect(text).toContain(
      '<testsuites name="loopgd verify" tests="7" failures="1" errors="1" skipped="1"',
    );
    expect(text).toContain('<testsuite name="loss-decreases" tests="1" failures="1"');
    expect(text).toContain(
      '<failure message="inconclusive, expected holds">does not reject: 1/(n+1) for 1/n</failure>',
    );
    // A refuted claim that is expected to be refuted passes.
    expect(text).toMatch(/classname="dominance" name="[^"]*" time="0\.250"><system-out>/);
    expect(text).toContain('<error message="a &lt; b &amp; \ufffd"></error>');
  });

  it("closes every element, whatever the texts hold", () => {
    const text = verdictJunit([{ ...broken, id: HOSTILE, setting: HOSTILE, detail: HOSTILE }]);
    expect(text).not.toContain("<script");
    const opened = [...text.matchAll(/<(\w[\w-]*)[^>]*(?<!\/)>/g)].map(([, name]) => name);
    const closed = [...text.matchAll(/<\/([\w-]+)>/g)].map(([, name]) => name);
    expect(opened.sort()).toEqual(closed.sort());
  });
});

describe("CSV", () => {
  it("has a header and a line per verdict, quoted where needed", () => {
    const lines = verdictCsv([...results, { ...broken, detail: 'says "no", twice' }]).split("\n");
    expect(lines).toHaveLength(results.length + 3);
    expect(lines[0]).toBe(
      "id,setting,verdict,expected,method,margin,regime,detail,seconds,certificates",
    );
    expect(lines[1]).toBe(
      'loops-equal-gd-steps,"d = 2, n = 6, L = 1",holds,holds,certified,0.75,,,0.25,',
    );
    const proved = verdictCsv([{ ...results[0]!, certificates: ["a.json", "b.json"] }]);
    expect(proved).toMatch(/,0.25,a.json b.json\n$/);
    expect(lines.at(-2)).toContain('"says ""no"", twice"');
  });
});

describe("LaTeX", () => {
  it("has the statement, counts and the least margin of each claim", () => {
    const text = verdictLatex(claims, results.slice(0, 2));
    const { statement } = claims.find(({ id }) => id === "loops-equal-gd-steps")!;
    expect(text).toContain(
      `\\texttt{loops-equal-gd-steps}: \\(${statement}\\) & holds (2) & certified (1), exact (1) & \\(0.750\\) \\\\`,
    );
    // pdfLaTeX reads no letters beyond ASCII in a plain document.
    expect(verdictLatex(claims, results)).toMatch(/^[\n -~]*$/);
  });
});

describe("formulas", () => {
  it.each(claims.map(({ id, statement }) => [id, statement]))(
    "%s is read as TeX",
    (_, statement) => {
      expect(texFormula(statement, { display: true }).text).toMatch(/^<math.*<\/math>$/s);
    },
  );

  it("refuses what is no TeX, naming it", () => {
    expect(() => texFormula("\\frac{1}{")).toThrow(/texFormula: .frac\{1\}\{: /);
  });
});

describe("the catalogue", () => {
  const page = renderCatalogue({ claims, header: { ...HEADER, seed: null } });

  it("has a section per claim with its formula, source, hypotheses and rivals", () => {
    for (const { id, rivals } of claims) {
      expect(page).toContain(`<h2 id="${id}">`);
      for (const rival of Object.keys(rivals)) {
        expect(page.includes(html`<li>${rival}</li>`.text)).toBe(true);
      }
    }
    expect(page.match(/<math/g)).toHaveLength(claims.length);
    expect(page).not.toContain("<dt>Seed</dt>");
  });
});
