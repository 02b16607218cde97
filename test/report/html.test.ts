import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html, scriptJson, trustedHtml } from "../../src/report/html.js";
import { checkProperty } from "../seed.js";
import { HOSTILE } from "./report-fixtures.js";

const anyText = fc.oneof(fc.string(), fc.constant(HOSTILE));

describe("html", () => {
  it("leaves no character that could end a text or an attribute, and loses none", () => {
    checkProperty(
      fc.property(anyText, (text) => {
        const escaped = html`${text}`.text;
        expect(escaped).not.toMatch(/[<>"']/);
        expect(unescaped(escaped)).toBe(text);
      }),
    );
  });

  it("keeps markup that html made, in lists too, and drops null", () => {
    const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${null}</ul>${2}`.text).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>2");
  });

  it("keeps what is declared trusted", () => {
    expect(html`${trustedHtml("<br>")}`.text).toBe("<br>");
  });
});

describe("scriptJson", () => {
  it("gives the value back and holds no markup", () => {
    checkProperty(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const { text } = scriptJson(value);
        expect(text).not.toContain("<");
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

function unescaped(text: string): string {
  return text
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
