import { describe, expect, it } from "vitest";
import { Stream } from "../../src/random/stream.js";
import { scopeOf } from "./docstring-examples.js";
import { EXAMPLES, importFrom, SOURCES } from "./documents.js";
import { runSnippet } from "./snippet.js";

describe("docstring examples", () => {
  for (const { path, line, symbol, source } of EXAMPLES) {
    it(`${path}:${line} ${symbol}`, async () => {
      const importModule = (specifier: string) => importFrom(path, specifier);
      const scope = await scopeOf(path, SOURCES.get(path)!, importModule);
      // The one name an example may use unexplained.
      const stream = Stream.fromSeed(0);
      expect(await runSnippet(source, { importModule, scope: { stream, ...scope } })).toEqual([]);
    });
  }
});
