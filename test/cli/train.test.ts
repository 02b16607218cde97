import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-train-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SMALL = [
  ...["train", "--dim", "2", "--context", "6", "--loops", "1", "--backend", "cpu"],
  ...["--batch", "64", "--prompts", "2000", "--checkpoint-every", "5"],
];
const read = (out: string, name: string) => readFileSync(join(out, name));

describe("loopgd train", () => {
  it("writes a run folder and prints the comparison", async () => {
    const out = join(folder, "run");
    const { exitCode, stdout, stderr } = await runCli([
      ...SMALL,
      ...["--steps", "20", "--out", out, "--json"],
    ]);
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "loopgd.compare/1", training: { steps: 20 } });
    expect(JSON.parse(read(out, "run.json").toString())).toMatchObject({
      schema: "loopgd.run/1",
      seed: 0,
      status: "max-steps",
    });
    for (const name of ["weights.safetensors", "metrics.parquet", "report.html"]) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
    expect(stderr).toMatch(/reproduce with: loopgd train --dim 2/);
    expect(stderr).toMatch(/engine: cpu/);
    const compared = await runCli(["compare", join(out, "weights.safetensors"), "--json"]);
    expect(JSON.parse(compared.stdout).contextLength).toBe(6);
  });

  it("refuses to overwrite a run", async () => {
    const out = join(folder, "run");
    await runCli([...SMALL, "--steps", "2", "--out", out]);
    const before = read(out, "weights.safetensors");
    const again = await runCli([...SMALL, "--steps", "2", "--out", out]);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/which holds a run already/);
    expect(read(out, "weights.safetensors")).toEqual(before);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])(
    "after %s exits %i; resumed, equals an uninterrupted run bit for bit",
    async (signal, code) => {
      const whole = join(folder, "whole");
      const parts = join(folder, "parts");
      await runCli([...SMALL, "--steps", "20", "--out", whole]);

      const controller = new AbortController();
      const interrupted = await runCli([...SMALL, "--steps", "20", "--out", parts], {
        signal: controller.signal,
        stderr: (text) => {
          if (text.startsWith("step 8/")) controller.abort(signal);
        },
      });
      expect(interrupted.exitCode).toBe(code);
      expect(JSON.parse(read(parts, "run.json").toString()).status).toBe("interrupted");
      const resumed = await runCli([...SMALL, "--steps", "20", "--out", parts, "--resume"]);
      expect(resumed.exitCode).toBe(0);
      for (const name of ["weights.safetensors", "metrics.parquet"]) {
        expect(read(parts, name).equals(read(whole, name)), name).toBe(true);
      }
    },
  );

  it("refuses to resume with other options, or where nothing was begun", async () => {
    const out = join(folder, "run");
    const nothing = await runCli([...SMALL, "--steps", "4", "--out", out, "--resume"]);
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toMatch(/without run\.json/);
    await runCli([...SMALL, "--steps", "4", "--out", out]);
    const other = await runCli([...SMALL, "--steps", "4", "--lr", "0.5", "--out", out, "--resume"]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/option lr must be/);
  });

  it("stops a diverging run with exit 3, keeps its checkpoint and says what to try", async () => {
    const out = join(folder, "run");
    const { exitCode, stderr } = await runCli([
      ...SMALL,
      ...["--steps", "50", "--optimizer", "sgd", "--schedule", "constant", "--lr", "1e6"],
      ...["--out", out],
    ]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/training diverged at step \d+.*smaller learning rate/);
    expect(existsSync(join(out, "checkpoint.safetensors"))).toBe(true);
    expect(JSON.parse(read(out, "run.json").toString()).status).toBe("diverged");
  });

  it("descends the exact loss with --engine population, and refuses it for full layers", async () => {
    const out = join(folder, "exact");
    const population = ["--engine", "population", "--steps", "300", "--prompts", "100"];
    const setting = ["train", "--dim", "2", "--context", "6", "--loops", "1", "--json"];
    const { exitCode, stdout } = await runCli([...setting, ...population, "--out", out]);
    expect(exitCode).toBe(0);
    const { excessLoss, training } = JSON.parse(stdout);
    expect(training.engine).toMatch(/exact population loss/);
    expect(excessLoss.isotropic).toBeLessThan(1e-6);
    expect(excessLoss.best).toBeLessThan(1e-6);
    const full = ["--family", "full", "--out", join(folder, "full")];
    const refused = await runCli([...setting, ...population, ...full]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/no exact loss is known for full/);
    expect(existsSync(join(folder, "full"))).toBe(false);
  });

  it.each([
    ["an unusable backend", ["--backend", "tfjs-node-gpu"], /tfjs-node-gpu/],
    [
      "a depth out of reach",
      ["--engine", "population", "--loops", "30"],
      /populationGradient: exact los/,
    ],
  ])("leaves a folder that the next run may use after refusing %s", async (_, refused, message) => {
    const out = join(folder, "again");
    const setting = ["train", "--dim", "2", "--context", "6", "--loops", "1", "--prompts", "100"];
    const first = await runCli([...setting, ...refused, "--out", out]);
    expect(first.exitCode).toBe(2);
    expect(first.stderr).toMatch(message);
    const second = await runCli([
      ...setting,
      ...["--engine", "population", "--steps", "5", "--out", out],
    ]);
    expect(second.exitCode).toBe(0);
    expect(second.stderr).toMatch(/engine: the exact population loss/);
  });
});
