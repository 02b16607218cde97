import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { readMapped } from "../../../src/model/layout/mapping.js";
import { temporaryFolder } from "../../io/temporary-folder.js";

const tensors = new Map([
  ["w", { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) }],
  ["v", { shape: [2], data: Float64Array.of(5, 6) }],
  ["wide", { shape: [1, 2], data: Float64Array.of(7, 8) }],
]);

function read(text: string) {
  const path = join(temporaryFolder(), "mapping.yaml");
  writeFileSync(path, text);
  return readMapped(path, tensors, "file.npz");
}

describe("readMapped", () => {
  it("transposes and scales: Q's block is −A, P's row u", () => {
    const { layers, convention } = read(
      "layers:\n- A: {tensor: w, transpose: true, scale: -2}\n  u: v\nconvention: 1/n,output-\n",
    );
    expect(convention).toEqual({ scale: "1/n", output: -1 });
    expect(layers[0]!.keyQuery.to2DArray()).toEqual(
      [
        [2, 6, 0],
        [4, 8, 0],
        [0, 0, 0],
      ].map((row) => row.map((entry) => entry + 0)),
    );
    expect(layers[0]!.value.to2DArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [5, 6, 1],
    ]);
  });

  it("multiplies keys with queries, and projections with values: W_KᵀW_Q, W_P W_V", () => {
    const { layers } = read("layers:\n- {key: w, query: w, value: w, projection: w}\n");
    expect(layers[0]!.keyQuery.to2DArray()).toEqual([
      [10, 14],
      [14, 20],
    ]);
    expect(layers[0]!.value.to2DArray()).toEqual([
      [7, 10],
      [15, 22],
    ]);
  });

  it.each([
    ["[", /"[^"]*mapping.yaml" must be JSON or YAML/],
    ["layers: []", /layers of .*mapping.yaml must be a list of at least one layer/],
    ["layers: [{A: w, B: w}]", /layers\[0\] of .*mapping.yaml must be P and Q; or A/],
    ["layers: [{A: absent}]", /layers\[0\].A of .* must be a tensor of file.npz \(w, v, wide\)/],
    ["layers: [{A: {tensor: w, scale: 0}}]", /layers\[0\].A.scale of .* other than 0, got 0/],
    ["layers: [{A: {tensor: w, transpose: 1}}]", /layers\[0\].A.transpose/],
    ["layers: [{A: {tensor: w, flip: true}}]", /of the fields tensor, transpose, scale/],
    ["layers: [{A: wide}]", /"A" of file.npz must be square/],
    ["layers: [{A: w, u: w}]", /"u" of file.npz must be of 2 entries/],
    ["layers: [{A: w}]\nextra: 1", /must be layers and convention/],
    ["layers: [{A: w}]\nconvention: 7", /convention of .* must be a text/],
  ])("refuses %j by file and field", (text, message) => {
    expect(() => read(text)).toThrow(ArgumentError);
    expect(() => read(text)).toThrow(message);
  });
});
