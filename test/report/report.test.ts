import { describe, expect, it } from "vitest";
import { claims } from "../../proofs-checks/registry.js";
import { inScriptElement, plotlySource } from "../../src/report/plotly-source.js";
import { renderTrainingReport } from "../../src/report/training-report.js";
import { renderVerificationReport } from "../../src/report/verification-report.js";
import {
  COMPARISON,
  COMPARISON_WITH_EXACT_LOSS,
  COMPARISON_WITHOUT_CLOSED_FORM,
  HEADER,
  HOSTILE_HEADER,
  HOSTILE_VERIFICATION,
  RUN,
  VERIFICATION,
} from "./report-fixtures.js";

const PLOTLY = plotlySource().text;

const pages: Readonly<Record<string, string>> = {
  verification: renderVerificationReport({ verification: VERIFICATION, claims, header: HEADER }),
  "hostile verification": renderVerificationReport({
    verification: HOSTILE_VERIFICATION,
    claims,
    header: HOSTILE_HEADER,
  }),
  "empty verification": renderVerificationReport({
    verification: { ...VERIFICATION, results: [] },
    claims,
    header: HEADER,
  }),
  training: renderTrainingReport({ run: RUN, comparison: COMPARISON, header: HEADER }),
  "training with exact loss": renderTrainingReport({
    run: RUN,
    comparison: COMPARISON_WITH_EXACT_LOSS,
    header: HEADER,
  }),
  "training without closed form": renderTrainingReport({
    run: RUN,
    comparison: COMPARISON_WITHOUT_CLOSED_FORM,
    header: HEADER,
  }),
};

describe.each(Object.entries(pages))("page: %s", (_, page) => {
  const ownPart = page.replace(PLOTLY, () => "");

  it("holds plotly once and stays below 6 MB", () => {
    expect(page.split(PLOTLY)).toHaveLength(2);
    expect(Buffer.byteLength(page)).toBeLessThan(6e6);
    expect(ownPart.length).toBeLessThan(3e5);
  });

  it("refers to nothing outside itself", () => {
    expect(ownPart).not.toMatch(/https?:|\/\/[a-z]|url\(|@import/i);
    expect(ownPart).not.toMatch(/<(link|iframe|object|embed|base)\b/i);
    expect(attributeValues(ownPart, "src")).toEqual([]);
    const ids = attributeValues(ownPart, "id").map((id) => `#${id}`);
    for (const link of attributeValues(ownPart, "href")) expect(ids).toContain(link);
  });

  it("has unique ids, and every label names one", () => {
    const ids = attributeValues(ownPart, "id");
    expect(new Set(ids).size).toBe(ids.length);
    for (const label of attributeValues(ownPart, "aria-labelledby")) expect(ids).toContain(label);
  });

  it("has one h1, headings that skip no level, captions and scopes in every table", () => {
    const levels = [...ownPart.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    levels.forEach((level, i) => {
      expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    });
    for (const table of ownPart.split("<table").slice(1)) expect(table).toContain("<caption>");
    for (const [tag] of ownPart.matchAll(/<th\b[^>]*>/g)) expect(tag).toMatch(/scope="/);
  });

  it("puts every figure into words", () => {
    const figures = ownPart.split("<figure ").slice(1);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) {
      expect(attributeValues(figure, "aria-label")[0]).toMatch(/\d/);
      expect(figure).toMatch(/<figcaption>[^<]{40,}/);
    }
  });
});

describe("renderVerificationReport", () => {
  const page = pages.verification!;

  it("counts what is as expected and names what is not", () => {
    expect(page).toContain("<strong>5 of 6</strong> verdicts as expected, on 5 claims");
    expect(page.match(/<tr class="changed">/g)).toHaveLength(1);
    expect(page).toContain("inconclusive</span>, expected holds</li>");
  });

  it("counts verdicts by method", () => {
    const counts = /Verdicts by method<\/caption>.*?<\/table>/s.exec(page)![0];
    const rows = [...counts.matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(([, row]) =>
      row!
        .replace(/<[^>]+>/g, " ")
        .trim()
        .split(/\s+/)
        .slice(1),
    );
    // exact, certified, sampled, not compared
    expect(rows).toEqual([
      ["holds", "1", "1", "0", "0"],
      ["vacuous", "0", "0", "0", "1"],
      ["refuted", "0", "1", "0", "0"],
      ["inconclusive", "0", "0", "1", "0"],
      ["not-applicable", "0", "0", "0", "1"],
    ]);
  });

  it("gathers the settings of a claim under one heading, one row each", () => {
    const table = /<table id="verdict-table">.*?<\/table>/s.exec(page)![0];
    expect(table.match(/<th scope="rowgroup"/g)).toHaveLength(5);
    expect(table.match(/<th scope="row">/g)).toHaveLength(6);
  });

  it("draws the training run of a claim", () => {
    const results = VERIFICATION.results.map((result, i) =>
      i === 3 ? { ...result, training: RUN } : result,
    );
    const trained = renderVerificationReport({
      claims,
      verification: { ...VERIFICATION, results },
      header: HEADER,
    });
    expect(attributeValues(trained, "data-figure")).toEqual([
      "rate",
      "training-1-loss",
      "training-1-preconditioner-1",
      "training-1-loops",
    ]);
  });

  it("is the same page for the same input", () => {
    const again = renderVerificationReport({ verification: VERIFICATION, claims, header: HEADER });
    expect(again === page).toBe(true);
  });
});

describe("renderTrainingReport", () => {
  it("says what the weights are worth", () => {
    expect(pages.training).toContain(
      "Loss <strong>0.6875</strong> ± 0.0078 on fresh prompts, 3.13 % ± 1.2 % above the closed form’s exact 0.66666667.",
    );
    expect(pages["training with exact loss"]).toContain(
      "Exact population loss <strong>0.6796875</strong>, 1.95 % above the closed form’s exact 0.66666667.",
    );
    expect(pages["training without closed form"]).toContain("no closed form is known here");
  });
});

describe("escaping", () => {
  it("leaves no markup of the input's", () => {
    const ownPart = pages["hostile verification"]!.replace(PLOTLY, () => "");
    expect(ownPart).not.toMatch(/<script>globalThis/);
    expect(ownPart).not.toContain("<img");
    expect(ownPart).toContain("&lt;script&gt;globalThis.intruded = true&lt;/script&gt;");
  });

  it("keeps a script inside its element", () => {
    const source = inScriptElement('a("</script><!--<script>"); b(/<\\/SCRIPT>/)');
    expect(source).not.toMatch(/<\/script|<!--/i);
    expect(JSON.parse(`"${inScriptElement("</script>")}"`)).toBe("</script>");
  });
});

function attributeValues(markup: string, name: string): string[] {
  return [...markup.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value]) => value!);
}
