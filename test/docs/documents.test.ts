import { describe, expect, it } from "vitest";
import { consoleCommands, missingLine } from "./console-session.js";
import { docstringExamples } from "./docstring-examples.js";
import { ROOT } from "./documents.js";
import { markdownBlocks } from "./markdown-blocks.js";
import { typeErrors } from "./type-check.js";

describe("docstringExamples", () => {
  it("finds one-line, many-line and member examples with their places", () => {
    const text = [
      "/**",
      " * A noun.",
      " *",
      " * @example double(2)  // → 4",
      " */",
      "export function double(x: number) { return 2 * x; }",
      "/** @example half(2) // → 1 */",
      "export const half = 1;",
      "class C {",
      "  /**",
      "   * @param x  a number",
      "   * @example",
      "   * const c = 1;",
      "   * c * 2",
      "   * // → 2",
      "   * @returns something",
      "   */",
      "  method() {}",
      "}",
    ].join("\n");
    expect(docstringExamples("a.ts", text)).toEqual([
      { path: "a.ts", line: 4, symbol: "double", source: "double(2)  // → 4" },
      { path: "a.ts", line: 7, symbol: "half", source: "half(2) // → 1" },
      { path: "a.ts", line: 12, symbol: "method", source: "const c = 1;\nc * 2\n// → 2" },
    ]);
  });
});

describe("markdownBlocks", () => {
  it("reads language, marks and indented fences", () => {
    const text =
      "a\n```ts file=b.ts compile\nx;\n```\n\n1. b\n   ```console\n   $ loopgd list\n   ```\n";
    expect(markdownBlocks("a.md", text)).toEqual([
      { path: "a.md", line: 2, language: "ts", marks: ["file=b.ts", "compile"], source: "x;\n" },
      { path: "a.md", line: 7, language: "console", marks: [], source: "$ loopgd list\n" },
    ]);
  });
});

describe("console sessions", () => {
  it("splits commands, continued lines and quoted words", () => {
    expect(consoleCommands('$ npx loopgd a "b c" \\\n  --d\nout\n\n$ loopgd e\n')).toEqual([
      { argv: ["a", "b c", "--d"], shown: ["out"] },
      { argv: ["e"], shown: [] },
    ]);
  });

  it("refuses what is no loopgd command, and shells", () => {
    expect(() => consoleCommands("$ npm ci")).toThrow("cannot run");
    expect(() => consoleCommands("$ loopgd list | head")).toThrow("no shell");
    expect(() => consoleCommands("output first")).toThrow("starts with a command");
  });

  const output = "loss  2.10527675 (exact, b* = 0.628077)\nseconds 0.12\nend";
  it("holds shown lines against the output, loosely", () => {
    const shown = ["loss 2.105 (exact, b* = 0.628…)", "…", "seconds …", "end"];
    expect(missingLine(shown, output)).toBeNull();
    expect(missingLine(["end"], output)).toBeNull();
  });

  it("names the line that is not there", () => {
    expect(missingLine(["loss 2.106 (exact, b* = 0.628…)"], output)).not.toBeNull();
    expect(missingLine(["end", "seconds …"], output)).toBe("seconds …");
    expect(missingLine(["loss"], output)).toBe("loss");
  });
});

describe("typeErrors", () => {
  it("reports errors by document and line, and none where there is none", () => {
    const module = (source: string) => ({ path: "docs/a.ts", source, title: "a.md", firstLine: 7 });
    expect(typeErrors(ROOT, [module("const a: number = 1;\na.toFixed();")])).toEqual([]);
    const [error] = typeErrors(ROOT, [module("const a = 1;\nconst b: string = a;")]);
    expect(error).toBe("a.md:8 Type 'number' is not assignable to type 'string'.");
  }, 60_000);
});
