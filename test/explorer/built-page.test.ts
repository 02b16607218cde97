import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../dist/explorer/explorer.html", import.meta.url), "utf8");
const { files } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

describe("dist/explorer/explorer.html", () => {
  it("is shipped, and below 6 MB", () => {
    expect(files).toContain("dist");
    expect(page.length).toBeGreaterThan(4e6);
    expect(Buffer.byteLength(page)).toBeLessThan(6e6);
  });

  it("names nothing to load: no script, style, image, font or frame from elsewhere", () => {
    const markup = page.replace(/(<script[^>]*>)[\s\S]*?(<\/script>)/g, "$1$2");
    expect(markup.length).toBeLessThan(100_000);
    expect(markup).not.toMatch(/\bsrc=|@import|url\(|<iframe|<link(?! rel="icon" href="data:,")/);
    expect(markup).toContain("default-src &#39;none&#39;");
  });

  it("closes every script element that it opens", () => {
    expect(page.match(/<script[ >]/g)).toHaveLength(4);
    expect(page.match(/<\/script>/g)).toHaveLength(4);
  });

  it("labels every input, and has one heading of the first rank", () => {
    const ids = [...page.matchAll(/<(?:input|select)[^>]* id="([^"]+)"([^>]*)/g)];
    for (const [tag, id] of ids) {
      expect(tag.includes("aria-label=") || page.includes(`<label for="${id}"`), id!).toBe(true);
    }
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });
});
