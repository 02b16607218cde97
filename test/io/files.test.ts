import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { writeFileAtomically } from "../../src/io/atomic-file.js";
import { findDuplicateKey } from "../../src/io/duplicate-key.js";
import { refuseFileError } from "../../src/io/file-error.js";
import { JsonLinesWriter, readJsonLines, rewriteJsonLines } from "../../src/io/json-lines.js";
import { requireWritableFolder } from "../../src/io/writable-folder.js";
import { temporaryFolder } from "./temporary-folder.js";

describe("writeFileAtomically", () => {
  it("replaces a file and leaves nothing else behind", () => {
    const folder = temporaryFolder();
    const path = join(folder, "run.json");
    writeFileAtomically("train", path, "one");
    writeFileAtomically("train", path, new TextEncoder().encode("two"));
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["run.json"]);
  });

  it("keeps the old contents and cleans up when it fails", () => {
    const folder = temporaryFolder();
    const path = join(folder, "taken");
    mkdirSync(join(path, "inside"), { recursive: true });
    const write = () => writeFileAtomically("train", path, "text", "--out");
    expect(write).toThrow(ArgumentError);
    expect(write).toThrow(/^train: --out must be a writable file, got ".*taken" \(E[A-Z]+\)$/);
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(existsSync(join(path, "inside"))).toBe(true);
  });

  it("names a folder that is absent", () => {
    expect(() => writeFileAtomically("train", "/nowhere/at/all", "")).toThrow(
      'train: path must be a writable file, got "/nowhere/at/all" (ENOENT)',
    );
  });
});

describe("refuseFileError", () => {
  it("translates a full disk, and rethrows what is no system error", () => {
    const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });
    const refuse = (error: unknown) => () =>
      refuseFileError(error, "train", "--out", "a writable folder", "/full");
    expect(refuse(full)).toThrow('train: --out must be a writable folder, got "/full" (ENOSPC)');
    const bug = new TypeError("a bug");
    expect(refuse(bug)).toThrow(bug);
  });
});

describe("requireWritableFolder", () => {
  it("creates a folder, also inside folders that are absent, and leaves it empty", () => {
    const folder = join(temporaryFolder(), "a", "b");
    requireWritableFolder("train", "--out", folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a file, a path through a file and a folder nobody may write", () => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    writeFileSync(path, "");
    const require = (where: string) => () => requireWritableFolder("train", "--out", where);
    expect(require(path)).toThrow(
      `train: --out must be a writable folder, got "${path}" (ENOTDIR)`,
    );
    expect(require(join(path, "x"))).toThrow(/\(ENOTDIR\)$/);
    if (process.platform === "linux") expect(require("/proc/loopgd")).toThrow(ArgumentError);
  });
});

describe("JSON lines", () => {
  it("appends across sessions", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    for (const step of [1, 2]) {
      const writer = new JsonLinesWriter("train", path);
      writer.write({ step, loss: 0.1, note: "β\n" });
      writer.close();
    }
    const expected = [1, 2].map((step) => ({ step, loss: 0.1, note: "β\n" }));
    expect(readJsonLines(path)).toEqual(expected);
  });

  it("drops a torn last line when reading, and when appending after it", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    writeFileSync(path, '{"step":1}\n{"step":2}\n{"st');
    expect(readJsonLines(path)).toEqual([{ step: 1 }, { step: 2 }]);
    const writer = new JsonLinesWriter("train", path);
    writer.write({ step: 3 });
    writer.close();
    expect(readFileSync(path, "utf8")).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
  });

  it("drops a whole record whose end of line was torn off: it may be half a number", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    writeFileSync(path, '{"step":1}\n7');
    expect(readJsonLines(path)).toEqual([{ step: 1 }]);
  });

  it("refuses a damaged line in the middle, by number", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    writeFileSync(path, '{"step":1}\n[]\n{"step":3}\n');
    expect(() => readJsonLines(path)).toThrow(/line 2 of ".*" must be a JSON object, got "\[\]"/);
  });

  it("refuses numbers JSON would turn into null", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    const writer = new JsonLinesWriter("train", path);
    expect(() => writer.write({ loss: Number.NaN })).toThrow("loss must be a finite number");
    writer.close();
    expect(readFileSync(path, "utf8")).toBe("");
  });

  it("rewrites as a whole", () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    rewriteJsonLines(path, [{ step: 1 }]);
    rewriteJsonLines(path, [{ step: 4 }, { step: 5 }]);
    appendFileSync(path, '{"step":6}\n');
    expect(readJsonLines(path).map(({ step }) => step)).toEqual([4, 5, 6]);
  });
});

describe("findDuplicateKey", () => {
  it.each([
    ['{"a": 1, "b": {"a": 2}, "c": ["a", "a"]}', undefined],
    ['{"a": "b", "b": "a"}', undefined],
    ['{"a": 1, "\\u0061": 2}', "a"],
    ['[{"x": {"y": 1, "y": 2}}]', "y"],
    ['{"a": "}{,:", "q\\"": 1, "q\\"": 2}', 'q"'],
    ['{"": 1, "": 2}', ""],
  ])("of %s is %j", (json, expected) => {
    expect(findDuplicateKey(json)).toBe(expected);
  });
});
