import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { readMatrixFile } from "../../src/io/matrix-file.js";
import { writeNpy } from "../../src/io/npy.js";
import { temporaryFolder } from "./temporary-folder.js";

function read(name: string, contents: string | Uint8Array): number[][] {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, contents);
  return readMatrixFile(path).to2DArray();
}

describe("readMatrixFile", () => {
  it.each([
    ["a.json", "[[1, 0.25], [0.25, 2e0]]"],
    ["a.csv", "1,0.25\n0.25,2\n"],
    ["a.csv", "# covariance\r\n\r\n 1 ; 0.25\r\n+.25; 2.\r\n"],
    ["a.CSV", "1  0.25\n0.25\t2"],
    ["a.csv", "\uFEFF1,0.25\r0.25,2"],
  ])("reads %s: %j", (name, text) => {
    expect(read(name, text)).toEqual([
      [1, 0.25],
      [0.25, 2],
    ]);
  });

  it("reads npy, which need not be square", () => {
    const path = join(temporaryFolder(), "a.npy");
    writeNpy(path, { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(readMatrixFile(path).to2DArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it.each([
    ["a.txt", "1", /path must be a \.json, \.csv or \.npy file/],
    ["a.json", "[1, 2", /the text of ".*a\.json" must be JSON/],
    ["a.json", "[1, 2]", /row 1 of ".*" must be a list of numbers, got 1/],
    ["a.json", "[]", /the value of .* a list of rows/],
    ["a.json", "[[]]", /row 1 of/],
    ["a.json", "{}", /the value of/],
    ["a.json", "[[1, 2], [3]]", /row 2 of .* as long as row 1 \(2\), got 1 entries/],
    ["a.json", '[[1, "2"]]', /row 1, entry 2 of .* a finite number, got "2"/],
    ["a.json", "[[1, null]]", /row 1, entry 2/],
    ["a.json", "[[1e999]]", /row 1, entry 1 .* got Infinity/],
    ["a.csv", "", /a matrix, one row a line/],
    ["a.csv", "# nothing\n", /a matrix, one row a line/],
    ["a.csv", "1,2\n\n3\n", /line 3 of ".*a\.csv" must be 2 numbers, as on the first line, got 1/],
    ["a.csv", "1,2,\n", /line 1, cell 3 of .* got ""/],
    ["a.csv", "1,5;2\n", /line 1, cell 1 of .* got "1,5"/],
    ["a.csv", "a,b\n1,2\n", /line 1, cell 1 of .* got "a"/],
    ["a.csv", "1,0x10\n", /cell 2 .* got "0x10"/],
    ["a.csv", "1,nan\n", /cell 2/],
    ["a.csv", "1,1e999\n", /cell 2/],
    ["a.csv", Uint8Array.of(0x31, 0xff), /a text in UTF-8/],
    ["a.npy", "not npy at all", /signature/],
  ])("refuses %s: %j", (name, contents, message) => {
    expect(() => read(name, contents)).toThrow(ArgumentError);
    expect(() => read(name, contents)).toThrow(message);
  });

  it("refuses npy arrays that are no matrix", () => {
    const path = join(temporaryFolder(), "a.npy");
    for (const shape of [[4], [0, 2], [1, 2, 2], []]) {
      const length = shape.reduce((product, size) => product * size, 1);
      writeNpy(path, { shape, data: new Float64Array(length) });
      expect(() => readMatrixFile(path)).toThrow(/a non-empty matrix of two axes, got shape/);
    }
  });

  it("names an absent file", () => {
    expect(() => readMatrixFile("/nowhere/s.csv")).toThrow('got "/nowhere/s.csv" (ENOENT)');
  });
});
