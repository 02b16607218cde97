import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FLOORS, MEETING_FLOOR } from "./architecture/floors.js";
import { moduleGraph, readModules } from "./architecture/module-graph.js";
import {
  badNames,
  earlyMeetings,
  entryViolations,
  foldersWithoutFloor,
  forbiddenReach,
  importCycles,
  isNodeOrTensorFlow,
  longFiles,
  unreadableImports,
  upwardImports,
} from "./architecture/rules.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const shipped = moduleGraph(readModules(root, ["src", "proofs-checks"]));
const all = moduleGraph(readModules(root, ["src", "proofs-checks", "test", "bench", "notebooks"]));

const inside =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

describe("architecture", () => {
  it("has one floor table, in the test and in CONTRIBUTING.md", () => {
    const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const rows = [...text.matchAll(/^\| `([^`]+?)\/?` \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, folder, floor]) => [folder, Number(floor)]))).toEqual(
      FLOORS,
    );
  });

  it("gives every folder a floor", () => {
    expect(foldersWithoutFloor(shipped, FLOORS)).toEqual([]);
  });

  it("imports downwards only, so that model, theory and baseline never meet", () => {
    expect(upwardImports(shipped, FLOORS)).toEqual([]);
  });

  it("keeps the mechanism and the mathematics apart until they are compared", () => {
    expect(earlyMeetings(shipped, FLOORS, MEETING_FLOOR)).toEqual([]);
    expect(forbiddenReach(shipped, inside("src/training"), inside("src/theory"))).toEqual([]);
  });

  it("keeps theory, numeric and the explorer's page fit for a browser", () => {
    const browser = inside("src/theory", "src/numeric", "src/explorer");
    const isBuild = (path: string) => path === "src/explorer/build.mjs";
    const inBrowser = (path: string) => browser(path) && !isBuild(path);
    expect(forbiddenReach(shipped, inBrowser, isNodeOrTensorFlow)).toEqual([]);
  });

  it("lets nothing shipped see tests, notebooks, benchmarks or docs", () => {
    const unshipped = inside("test", "notebooks", "bench", "docs");
    expect(forbiddenReach(all, inside("src", "proofs-checks"), unshipped)).toEqual([]);
  });

  it("lets the certificate checker see nothing but itself and Node", () => {
    const checker = inside("proofs-checks/checker");
    const isForeign = (name: string) => !checker(name) && !isBuiltin(name);
    expect(forbiddenReach(shipped, checker, isForeign)).toEqual([]);
  });

  it("keeps the certificate checker readable in one sitting", () => {
    const checker = inside("proofs-checks/checker");
    const files = [...shipped.values()].filter(({ path }) => checker(path));
    expect(files.filter(({ lines }) => lines >= 250)).toEqual([]);
    const lines = files.flatMap(({ path }) => readFileSync(join(root, path), "utf8").split("\n"));
    // Neither blank nor comment.
    expect(lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length).toBeLessThan(600);
  });

  it("has entries of named re-exports that nobody inside goes through", () => {
    expect(entryViolations(shipped, FLOORS)).toEqual([]);
  });

  it("has no import cycle", () => {
    expect(importCycles(all)).toEqual([]);
  });

  it("has only imports that this test can follow, but for the one that loads a user's module", () => {
    const isFile = (importer: string, specifier: string) =>
      existsSync(join(root, dirname(importer), specifier));
    const ofUsersModule = /^src\/predictor\/predictor-thread\.ts:\d+ imports a computed specifier$/;
    const [loaded, ...others] = unreadableImports(shipped, isFile);
    expect(loaded).toMatch(ofUsersModule);
    expect(others).toEqual([]);
  });

  it("names folders and files for what is inside, in kebab-case", () => {
    expect(badNames(all.keys())).toEqual([]);
  });

  it("has no file above 400 lines", () => {
    expect(longFiles(all, 400)).toEqual([]);
  });
});
