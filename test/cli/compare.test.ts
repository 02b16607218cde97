import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeGauge } from "../../src/model/gauge.js";
import {
  attentionLayer,
  fullBlock,
  restrictedLayer,
  restrictedWeights,
} from "../../src/model/weights.js";
import { writeWeights } from "../../src/model/weights-file.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { runCli } from "./run-cli.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-compare-"));
  file = join(folder, "weights.safetensors");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function compare(...args: string[]) {
  const run = await runCli(["compare", file, "--prompts", "20000", ...args, "--json"]);
  expect(run.stderr).not.toMatch(/loopgd:/);
  expect(run.exitCode).toBe(0);
  return { ...run, document: JSON.parse(run.stdout) };
}

describe("loopgd compare", () => {
  it("finds the closed form at distance zero, with the exact loss inside 5 standard errors", async () => {
    const covariance = new Matrix([
      [2, 0.5],
      [0.5, 1],
    ]);
    const printed = await runCli([
      "optimum",
      "--dim",
      "2",
      "--context",
      "20",
      "--loops",
      "2",
      "--json",
    ]);
    const optimum = JSON.parse(printed.stdout);
    const inverse = new Matrix([
      [1 / 1.75, -0.5 / 1.75],
      [-0.5 / 1.75, 2 / 1.75],
    ]);
    writeWeights(file, {
      weights: restrictedWeights(inverse.mul(optimum.isotropic.stepSize)),
      contextLength: 20,
      loops: 2,
      covariance,
    });
    const { document } = await compare();
    expect(document.schema).toBe("loopgd.compare/1");
    expect(document.symmetricDistance).toBeLessThan(1e-12);
    expect(document.antisymmetricNorm).toBeLessThan(1e-12);
    expect(document.readInNorm).toBe(0);
    expect(document.agreement).toHaveLength(2);
    expect(document.agreement[1].predictionDistance).toBeLessThan(1e-12);
    expect(document.agreement[1].sensitivityCosine).toBeCloseTo(1, 10);
    const { mean, standardError } = document.loss.sampled;
    expect(Math.abs(mean - optimum.isotropic.loss)).toBeLessThan(5 * standardError);
    expect(document.overrides).toEqual([]);
  });

  it("tells the symmetric from the antisymmetric part", async () => {
    const preconditioner = new Matrix([
      [0.8, 0.1],
      [-0.1, 0.8],
    ]);
    writeWeights(file, { weights: restrictedWeights(preconditioner) });
    const { document } = await compare("--context", "20", "--loops", "2");
    // ‖anti‖/‖B‖ = √(0.02)/√(1.3).
    expect(document.antisymmetricNorm).toBeCloseTo(Math.sqrt(0.02 / 1.3), 12);
    expect(document.symmetricDistance).toBeLessThan(0.05);
  });

  it("undoes the gauge of full weights", async () => {
    const layer = attentionLayer(restrictedLayer(Matrix.eye(2).mul(0.8)));
    const weights = fullBlock([changeGauge(layer, -3)]);
    writeWeights(file, { weights, contextLength: 20, loops: 2 });
    const { document } = await compare();
    expect(document.family).toBe("restricted");
    expect(document.offFamily).toBeLessThan(1e-15);
    expect(document.layers[0].whitenedPreconditioner[0][0]).toBeCloseTo(0.8, 12);
  });

  it("lets flags win over the file and names every difference", async () => {
    const weights = restrictedWeights(Matrix.eye(2).mul(0.8));
    writeWeights(file, { weights, contextLength: 20, loops: 2, covariance: Matrix.diag([1, 2]) });
    const { document, stderr } = await compare(...["--context", "30", "--covariance", "identity"]);
    expect(document.contextLength).toBe(30);
    expect(document.loops).toBe(2);
    expect(document.overrides.map(({ field }: { field: string }) => field)).toEqual(["n", "Sigma"]);
    expect(stderr).toMatch(/n is 20 in the file; the flag's 30 is used/);
  });

  it.each([
    ["an empty file", Buffer.alloc(0)],
    ["a truncated header", Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123])],
    ["a foreign file", Buffer.from("PK\x03\x04 this is a zip, not safetensors, and long enough")],
  ])("refuses %s by name", async (_, bytes) => {
    writeFileSync(file, bytes);
    const { exitCode, stderr } = await runCli(["compare", file, "--context", "2", "--loops", "1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(file);
  });

  it("asks for the context when the file does not state it", async () => {
    writeWeights(file, { weights: restrictedWeights(Matrix.eye(2)) });
    const { exitCode, stderr } = await runCli(["compare", file, "--loops", "1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--context must be given, since the file's metadata has no n/);
  });
});
