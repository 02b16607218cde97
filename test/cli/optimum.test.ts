import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

async function optimum(...args: string[]) {
  const { exitCode, stdout } = await runCli(["optimum", ...args, "--json"]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
}

describe("loopgd optimum", () => {
  it("keeps the contract of schema loopgd.optimum/1", async () => {
    const document = await optimum("--dim", "10", "--context", "20", "--loops", "5");
    expect(document).toMatchObject({
      schema: "loopgd.optimum/1",
      dim: 10,
      contextLength: 20,
      loops: 5,
      paperBound: { vacuous: true },
    });
    // The table of theory.md §3.
    expect(document.isotropic.stepSize).toBeCloseTo(0.577214, 6);
    expect(document.isotropic.loss).toBeCloseTo(0.86568071, 8);
    expect(document.isotropic.stepSizeEnclosure).toHaveLength(2);
    expect(document.isotropic.stepSizeEnclosure[0]).toMatch(/^0\.5772144408506295\d{34}/);
    expect(document.paperBound.contextForNonVacuous).toMatch(/^184\d{23}$/);
  });

  it("takes contexts of any size exactly", async () => {
    const document = await optimum("--dim", "10", "--context", "1e30", "--loops", "3");
    expect(document.contextLength).toBe(`1${"0".repeat(30)}`);
    expect(document.paperBound.vacuous).toBe(false);
    expect(Number(document.isotropic.stepSizeEnclosure[0])).toBeLessThanOrEqual(1);
  });

  it("honours --digits", async () => {
    const document = await optimum("--dim", "2", "--context", "3", "--loops", "2", "--digits", "8");
    expect(document.isotropic.stepSizeEnclosure[0].length).toBeLessThanOrEqual(11);
  });

  it("gives the one-layer optimum for another prior, and no paper bound", async () => {
    const document = await optimum(
      ...["--dim", "2", "--context", "10", "--loops", "1"],
      ...["--covariance", "diag:1,4", "--task-prior", "identity"],
    );
    expect(document.isotropic).toBeNull();
    expect(document.paperBound).toBeNull();
    // A* = ((1 + 1/n)Σ + (tr Σ/n) I)⁻¹ = diag(1/(1.1 + 0.5), 1/(4.4 + 0.5)).
    expect(document.oneLayer.preconditioner[0][0]).toBeCloseTo(1 / 1.6, 12);
    expect(document.oneLayer.preconditioner[1][1]).toBeCloseTo(1 / 4.9, 12);
  });

  it("with noise at one loop is n/(n + d + 1 + σ²)", async () => {
    const document = await optimum(
      ...["--dim", "3", "--context", "10", "--loops", "1", "--noise", "0.5"],
    );
    expect(document.isotropic.stepSize).toBeCloseTo(10 / 14.5, 14);
    expect(document.paperBound).toBeNull();
  });

  it("prints a table for people", async () => {
    const { stdout } = await runCli(["optimum", "--dim", "10", "--context", "20", "--loops", "1"]);
    expect(stdout).toMatch(/b\*\s+0\.6451612903225806/);
    // 64 L² d⁴ 8^{4L} + 1 = 64 · 10⁴ · 4096 + 1.
    expect(stdout).toContain("vacuous here: it says something from n = 2621440001 on");
  });

  it("gives the optima of other families and the saddle verdict, exactly", async () => {
    const document = await optimum(
      ...["--dim", "10", "--context", "1000", "--loops", "3"],
      ...["--fields", "untied,gdPlusPlus,family,saddle,saddleFrom"],
    );
    // theory.md §3: best cI + εJ and n₀(10, 3).
    expect(document.gdPlusPlus.loss).toBeLessThan(document.untied.loss);
    expect(document.family.stepSize).toBeCloseTo(0.98821, 5);
    expect(document.family.antisymmetric).toBeCloseTo(0.07613, 5);
    expect(document.family.loss).toBeCloseTo(6.695599e-5, 11);
    expect(document.saddle.sign).toBe(-1);
    expect(document.saddleFrom).toBe(48);
    expect(document.checkedTo).toBeGreaterThanOrEqual(48);
    expect(document.untied.loss).toBeLessThan(document.family.loss);
    expect(document.unavailable).toEqual({});
  });

  it("has every field of the contract, by name", async () => {
    const document = await optimum("--dim", "2", "--context", "20", "--loops", "2");
    const fields = (value: object) => Object.keys(value).sort();
    expect(fields(document.symmetric)).toEqual(["foundBy", "loss", "preconditioner", "starts"]);
    expect(fields(document.best)).toEqual([
      "antisymmetricNorm",
      "eigenvalues",
      "foundBy",
      "loss",
      "lossExact",
      "preconditioner",
      "starts",
      "symmetricPart",
      "weightsDenominator",
    ]);
    expect(fields(document.family)).toEqual(["antisymmetric", "loss", "stepSize"]);
    expect(fields(document.untied)).toEqual(["loss", "stepSizes"]);
    expect(fields(document.saddle)).toEqual(["curvature", "sign"]);
    expect(document.saddleFrom).toBe(15);
    expect(document.unavailable).toEqual({});
    // theory.md §3, and its last digit from the exact fraction.
    const [numerator, denominator] = document.best.lossExact.split("/").map(BigInt);
    const ratio = Number((numerator * 10n ** 12n) / denominator) / 1e12;
    expect(ratio).toBeCloseTo(0.07580377, 8);
    expect(document.best.loss).toBeCloseTo(ratio, 11);
    expect(document.symmetric.loss).toBeCloseTo(0.07601737, 8);
  });

  it("gives a reason for every field where the prior is not Σ⁻¹", async () => {
    const document = await optimum(
      ...["--dim", "2", "--context", "20", "--loops", "1"],
      ...["--covariance", "diag:1,4", "--task-prior", "identity"],
    );
    expect(document.best).toBeNull();
    expect(document.unavailable.best).toMatch(/task prior/);
  });

  it("says why a field is null", async () => {
    const document = await optimum("--dim", "1", "--context", "5", "--loops", "1");
    expect(document).toMatchObject({ family: null, saddle: null, saddleFrom: null });
    expect(document.unavailable.saddle).toMatch(/no antisymmetric direction/);
    const noisy = await optimum(
      ...["--dim", "2", "--context", "5", "--loops", "2", "--noise", "0.5"],
    );
    expect(noisy.unavailable.family).toMatch(/noise-free/);
    expect(noisy.untied.loss).toBeGreaterThan(0);
  });
});
