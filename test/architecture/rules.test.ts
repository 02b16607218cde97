import { describe, expect, it } from "vitest";
import { moduleGraph } from "./module-graph.js";
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
} from "./rules.js";

const floors = {
  "src/errors.ts": 0,
  "src/numeric": 1,
  "src/io": 1,
  "src/model": 3,
  "src/theory": 3,
  "src/training": 4,
  "src/compare": 5,
  "proofs-checks": 7,
  "src/cli": 9,
};

/** A small package: path → source. */
function graphOf(sources: Record<string, string>) {
  return moduleGraph(new Map(Object.entries(sources)));
}

const sound = graphOf({
  "src/errors.ts": "export class LoopgdError extends Error {}",
  "src/index.ts": 'export { a } from "./numeric/a.js"; export type { A } from "./numeric/a.js";',
  "src/numeric/a.ts": 'import "../errors.js"; import { b } from "./b.js";',
  "src/numeric/b.ts": 'import { Matrix } from "ml-matrix";',
  "src/io/file.ts": 'import { readFileSync } from "node:fs";',
  "src/model/layer.ts": 'import { a } from "../numeric/a.js"; import "@tensorflow/tfjs-core";',
  "src/theory/moments.ts": 'import type { A } from "../numeric/a.js";',
  "src/training/train.ts": 'import "../model/layer.js"; import "../io/file.js";',
  "src/compare/compare.ts": 'import "../model/layer.js"; import "../theory/moments.js";',
  "proofs-checks/looped-gd/i1.ts": 'import "../../src/compare/compare.js";',
  "src/cli/main.ts": 'await import("../../proofs-checks/looped-gd/i1.js");',
});

describe("a sound package", () => {
  it("violates no rule", () => {
    expect([
      ...foldersWithoutFloor(sound, floors),
      ...upwardImports(sound, floors),
      ...entryViolations(sound, floors),
      ...earlyMeetings(sound, floors, 5),
      ...importCycles(sound),
      ...unreadableImports(sound, () => false),
      ...badNames(sound.keys()),
      ...longFiles(sound, 1),
      ...forbiddenReach(sound, (path) => path.startsWith("src/theory/"), isNodeOrTensorFlow),
    ]).toEqual([]);
  });
});

describe("moduleGraph", () => {
  const forms: Record<string, string> = {
    "a static import": 'import { b } from "./b.js";',
    "a bare import": 'import "./b.js";',
    "a namespace import": 'import * as b from "./b.js";',
    "a type import": 'import type { B } from "./b.js";',
    "an import type": 'export type C = import("./b.js").B;',
    "a re-export": 'export { b } from "./b.js";',
    "a star re-export": 'export * from "./b.js";',
    "a dynamic import": 'export const b = () => import("./b.js");',
    "a dynamic import of a template without holes": "const b = await import(`./b.js`);",
    "a require": 'const b = require("./b.js");',
    "an import assignment": 'import b = require("./b.js");',
    "a resolved path": 'const b = import.meta.resolve("./b.js");',
    "a worker": 'new Worker(new URL("./b.js", import.meta.url));',
    "a reference": '/// <reference path="b.ts" />',
  };
  for (const [form, source] of Object.entries(forms)) {
    it(`sees ${form}`, () => {
      const graph = graphOf({ "src/model/a.ts": source, "src/model/b.ts": "" });
      expect(graph.get("src/model/a.ts")?.imports.map(({ target }) => target)).toEqual([
        "src/model/b.ts",
      ]);
    });
  }

  it("ignores what only looks like an import", () => {
    const source = 'const text = "import \'./b.js\'"; // import "./b.js"\n';
    expect(graphOf({ "src/model/a.ts": source }).get("src/model/a.ts")?.imports).toEqual([]);
  });

  it("tells the line and resolves the package's own name", () => {
    const graph = graphOf({ "src/cli/a.ts": '\n\nimport "loopgd";' });
    expect(graph.get("src/cli/a.ts")?.imports).toEqual([
      { specifier: "loopgd", target: "src/index.ts", line: 3 },
    ]);
  });
});

describe("each rule bites", () => {
  it("foldersWithoutFloor: a folder without a floor, in src/ or below proofs-checks' roof", () => {
    const graph = graphOf({ "src/novel/a.ts": "" });
    expect(foldersWithoutFloor(graph, {})).toEqual(["src/novel has no floor"]);
  });

  it("foldersWithoutFloor: a floor whose folder is gone", () => {
    expect(foldersWithoutFloor(graphOf({}), { "src/model": 3 })).toEqual([
      "src/model has a floor but no modules",
    ]);
  });

  it("upwardImports: from below, also by a type", () => {
    const graph = graphOf({
      "src/numeric/a.ts": 'import type { W } from "../model/layer.js";',
      "src/model/layer.ts": "",
    });
    expect(upwardImports(graph, floors)).toEqual([
      "src/numeric/a.ts:1 imports src/model/layer.ts: floor 1 must not see floor 3",
    ]);
  });

  it("upwardImports: between folders of one floor, both ways", () => {
    const graph = graphOf({
      "src/model/layer.ts": 'const t = await import("../theory/moments.js");',
      "src/theory/moments.ts": 'import type { W } from "../model/layer.js";',
    });
    expect(upwardImports(graph, floors)).toHaveLength(2);
  });

  it("upwardImports: claims from below the command line", () => {
    const graph = graphOf({
      "src/compare/compare.ts": 'import "../../proofs-checks/registry.js";',
      "proofs-checks/registry.ts": "",
    });
    expect(upwardImports(graph, floors)).toHaveLength(1);
  });

  it("entryViolations: an entry with code of its own, a star, or used from inside", () => {
    const graph = graphOf({
      "src/index.ts": 'export * from "./numeric/a.js";',
      "src/laws.ts": "export const law = 1;",
      "src/numeric/a.ts": 'import "../index.js";',
      "src/numeric/b.ts": 'import "loopgd";',
    });
    expect(entryViolations(graph, floors)).toEqual([
      "src/index.ts must hold named re-exports only",
      "src/laws.ts must hold named re-exports only",
      "src/numeric/a.ts:1 imports the entry src/index.ts",
      "src/numeric/b.ts:1 imports the entry src/index.ts",
    ]);
  });

  it("forbiddenReach: node: from theory, through another folder, with the route", () => {
    const graph = graphOf({
      "src/theory/moments.ts": 'import "../numeric/a.js";',
      "src/numeric/a.ts": 'import "../io/file.js";',
      "src/io/file.ts": 'import { readFileSync } from "fs";',
    });
    const from = (path: string) => path.startsWith("src/theory/");
    expect(forbiddenReach(graph, from, isNodeOrTensorFlow)).toEqual([
      "src/theory/moments.ts → src/numeric/a.ts → src/io/file.ts → fs",
    ]);
    expect(["node:fs", "fs/promises", "@tensorflow/tfjs-core"].every(isNodeOrTensorFlow)).toBe(
      true,
    );
    expect(["ml-matrix", "src/io/fs.ts", "mathjs"].some(isNodeOrTensorFlow)).toBe(false);
  });

  it("earlyMeetings: training that sees theory beside the model", () => {
    const graph = graphOf({
      "src/training/train.ts": 'import "../model/layer.js"; import "../theory/moments.js";',
      "src/model/layer.ts": "",
      "src/theory/moments.ts": "",
    });
    expect(earlyMeetings(graph, floors, 5)).toEqual([
      "src/training/train.ts → src/model/layer.ts and src/training/train.ts → src/theory/moments.ts",
    ]);
  });

  it("importCycles: through three modules, told once; and a module that imports itself", () => {
    const graph = graphOf({
      "src/model/a.ts": 'import "./b.js";',
      "src/model/b.ts": 'import type { C } from "./c.js";',
      "src/model/c.ts": 'import "./a.js";',
      "src/theory/alone.ts": 'import "./alone.js";',
    });
    expect(importCycles(graph)).toEqual([
      "src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts",
      "src/theory/alone.ts → src/theory/alone.ts",
    ]);
  });

  it("importCycles: every circle that shares a module", () => {
    const graph = graphOf({
      "src/model/a.ts": 'import "./b.js"; import "./c.js";',
      "src/model/b.ts": 'import "./a.js";',
      "src/model/c.ts": 'import "./a.js";',
    });
    expect(importCycles(graph)).toHaveLength(2);
  });

  it("unreadableImports: computed specifiers and files that are not there", () => {
    const graph = graphOf({
      "src/model/a.ts": 'await import("./" + name);\nimport "./gone.js";\nimport "./kernel.wasm";',
    });
    expect(unreadableImports(graph, (_, specifier) => specifier === "./kernel.wasm")).toEqual([
      "src/model/a.ts:1 imports a computed specifier",
      "src/model/a.ts:2 imports ./gone.js, which is not there",
    ]);
  });

  it("badNames: vague words and anything but kebab-case, in folders and files", () => {
    expect(
      badNames(["src/utils/a.ts", "src/model/helpers.ts", "src/model/gramForward.ts"]),
    ).toEqual([
      'src/utils/a.ts: "utils" does not say what is inside',
      'src/model/helpers.ts: "helpers" does not say what is inside',
      'src/model/gramForward.ts: "gramForward" is not kebab-case',
    ]);
  });

  it("longFiles: one line too many", () => {
    const graph = graphOf({ "src/model/a.ts": "1\n2\n3\n", "src/model/b.ts": "1\n2\n3\n4" });
    expect(longFiles(graph, 3)).toEqual(["src/model/b.ts has 4 lines, more than 3"]);
  });
});
