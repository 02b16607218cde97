import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runClaim } from "../../src/claim/run-claim.js";
import { Stream } from "../../src/random/stream.js";
import { consoleCommands, missingLine } from "./console-session.js";
import { BLOCKS, importFrom, pathOfBlock } from "./documents.js";
import { runSnippet } from "./snippet.js";

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "loopgd-docs-"));

// Commands may write: they run in a folder of their own, shared so that one can read another's files.
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe("TypeScript blocks", () => {
  const blocks = BLOCKS.filter(({ language, marks }) => language === "ts" && marks.length === 0);
  for (const block of blocks) {
    it(`${block.path}:${block.line} shows what it gives`, async () => {
      const importModule = (specifier: string) => importFrom(pathOfBlock(block), specifier);
      expect(await runSnippet(block.source, { importModule })).toEqual([]);
    });
  }
});

describe("claims written in documents", () => {
  const blocks = BLOCKS.filter(({ marks }) => marks.some((mark) => mark.startsWith("file=")));
  for (const block of blocks) {
    it(`${block.path}:${block.line} holds and rejects its rivals`, async () => {
      const importModule = (specifier: string) => importFrom(pathOfBlock(block), specifier);
      const claims: Parameters<typeof runClaim>[0][] = [];
      const collect = (claim: Parameters<typeof runClaim>[0]) => claims.push(claim);
      const name = /export const (\w+) = defineClaim/.exec(block.source)?.[1];
      await runSnippet(`${block.source}\ncollect(${name});`, { importModule, scope: { collect } });
      const results = await runClaim(claims[0]!, "thorough", Stream.fromSeed(0));
      expect(results.map(({ verdict, detail }) => ({ verdict, detail }))).toEqual(
        results.map(({ expected }) => ({ verdict: expected, detail: null })),
      );
    });
  }
});

describe("console blocks", () => {
  const blocks = BLOCKS.filter(
    ({ language, marks }) => language === "console" && !marks.includes("no-run"),
  );
  for (const { path, line, source, marks } of blocks) {
    it(`${path}:${line} shows what it prints`, async () => {
      const { main } = await import("../../src/cli/main.js");
      const exitMark = marks.find((mark) => mark.startsWith("exit="));
      const expectedExit = Number(exitMark?.slice("exit=".length) ?? 0);
      for (const { argv, shown } of consoleCommands(source)) {
        let output = "";
        const write = (text: string) => {
          output += text;
        };
        const exitCode = await main(argv, {
          stdout: write,
          stderr: write,
          isTerminal: false,
          hasColour: false,
          signal: new AbortController().signal,
          now: () => new Date(),
        });
        const missing = missingLine(shown, output);
        expect({ exitCode, missing, output: missing === null ? "" : output }).toEqual({
          exitCode: expectedExit,
          missing: null,
          output: "",
        });
      }
    }, 180_000);
  }
});
