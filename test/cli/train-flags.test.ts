import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMetrics } from "../../src/training/metrics.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

const SMALL = [
  ...["train", "--dim", "2", "--context", "6", "--loops", "2", "--steps", "12"],
  ...["--batch", "32", "--prompts", "500", "--json"],
];
const optionsOf = (out: string) => JSON.parse(readFileSync(join(out, "run.json"), "utf8")).options;

describe("flags of loopgd train", () => {
  it("train on the fused kernel unless told otherwise", async () => {
    const out = join(temporaryFolder(), "run");
    const { exitCode, stdout, stderr } = await runCli([...SMALL, "--out", out]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/engine: fused kernel, float64/);
    expect(JSON.parse(stdout).training).toMatchObject({
      ...{ engine: "fused kernel, float64", averaged: false, message: null },
    });
  });

  it("go through to the run, and into the command that repeats it", async () => {
    const out = join(temporaryFolder(), "run");
    const flags = [
      ...["--layers", "4", "--stack", "middle:2", "--similarity", "0.1:2"],
      ...["--curriculum-context", "3:6:6", "--curriculum-loops", "1@0,2@5"],
      ...["--average", "ema:0.9", "--stop", "plateau:20", "--stop", "within:0.5"],
      ...["--estimator", "conditional", "--precision", "float32", "--workers", "1"],
    ];
    const { exitCode, stdout, stderr } = await runCli([...SMALL, ...flags, "--out", out]);
    expect(stderr).toContain("--stop plateau:20 --stop within:0.5");
    expect(stderr).toContain("--curriculum-loops 1@0,2@5");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).training).toMatchObject({
      ...{ engine: "fused kernel, float32, conditional estimator", averaged: true },
    });
    expect(JSON.parse(stdout).blockLayers).toBe(4);
    expect(existsSync(join(out, "weights.last.safetensors"))).toBe(true);
    expect((await readMetrics(out)).length).toBe(12);
    expect(optionsOf(out)).toMatchObject({ stop: ["plateau:20", "within:0.5"], stack: "middle:2" });
    // The number of threads does not decide the result.
    expect(optionsOf(out)).not.toHaveProperty("workers");
    const again = [...SMALL, ...flags.slice(0, -1), "2", "--out", out, "--resume"];
    expect((await runCli(again)).exitCode).toBe(0);
  });

  it("end a run early and say why", async () => {
    const out = join(temporaryFolder(), "run");
    const run = await runCli([
      ...[...SMALL, "--steps", "400", "--lr", "1e-9", "--schedule", "constant", "--out", out],
      ...["--stop", "plateau:40"],
    ]);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/training stopped after step \d+: a plateau: over the last two/);
    const { training } = JSON.parse(run.stdout);
    expect(training.status).toBe("converged");
    expect(training.message).toMatch(/standard errors/);
    expect(training.steps % 40).toBe(0);
  });

  it("name laws beyond the reach of exact theory, and say where it ends", async () => {
    const out = join(temporaryFolder(), "run");
    const flags = ["--covariates", "mixture:3", "--task-pool", "5"];
    const { exitCode, stdout } = await runCli([...SMALL, ...flags, "--out", out]);
    expect(exitCode).toBe(0);
    const { covariates, taskPool, reference, excessLoss, loss } = JSON.parse(stdout);
    expect({ covariates, taskPool }).toEqual({ covariates: "mixture:3", taskPool: 5 });
    expect(reference.unavailable).toMatch(/not mixture:3 covariates and a pool of 5 tasks/);
    expect([reference.loss, excessLoss.isotropic, loss.exact]).toEqual([null, null, null]);
    expect(loss.sampled.mean).toBeGreaterThan(0);
    // The file says what it was trained on, down to the tasks; flags may ask for another law.
    const compare = ["compare", join(out, "weights.safetensors"), "--json", "--prompts", "500"];
    const compared = JSON.parse((await runCli(compare)).stdout);
    expect(compared).toMatchObject({ covariates: "mixture:3", taskPool: 5 });
    expect(compared.loss.sampled).toEqual(loss.sampled);
    const other = await runCli([...compare, "--covariates", "gaussian", "--task-pool", "7"]);
    expect(JSON.parse(other.stdout)).toMatchObject({ covariates: "gaussian", taskPool: 7 });
    expect(other.stderr).toContain(
      "covariates is mixture:3 in the file; the flag's gaussian is used",
    );
    expect(other.stderr).toContain("Tasks is a pool of 5 tasks in the file");
    const optimum = ["optimum", "--dim", "2", "--context", "6", "--loops", "2", ...flags];
    expect(await runCli(optimum)).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringContaining("exact theory is about Gaussian") },
    });
  });

  it.each([
    ["--average", "mean", /one of ema:DECAY/],
    ["--stop", "later", /one of within:SHARE/],
    ["--stack", "first", /one of last or middle, then/],
    ["--stack", "last", /layers must be a multiple of 1, at least 2/],
    ["--similarity", "-1", /--similarity must be a number > 0/],
    ["--similarity", "0.1", /at least twice/],
    ["--curriculum-context", "6", /one of FROM:TO:STEPS/],
    ["--curriculum-context", "2:5:3", /ends at the run's 6/],
    ["--loss-weights", "1", /--loss-weights must be uniform, or 2 numbers/],
    ["--covariates", "student:3", /--covariates must be one of gaussian/],
    ["--covariates", "student:8", /takes moments of order 8/],
    ["--task-pool", "0", /--task-pool must be a positive integer/],
    ["--engine", "torch", /Allowed choices are kernel, tfjs, population/],
    ["--engine=population", "--estimator=plain", /estimator must be absent with engine "the exact/],
    ["--engine=tfjs", "--workers=2", /workers must be absent with engine tfjs/],
  ])("refuse %s %s, with nothing written", async (flag, value, message) => {
    const out = join(temporaryFolder(), "run");
    const { exitCode, stderr } = await runCli([...SMALL, flag, value, "--out", out]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(out, "run.json"))).toBe(false);
  });

  it("hold weighted losses against no reference", async () => {
    const weighted = ["--loss-weights", "uniform", "--stop", "within:0.1"];
    const { exitCode, stderr } = await runCli([...SMALL, ...weighted]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("where no reference loss is known");
  });

  it("are explained in groups", async () => {
    const { stdout } = await runCli(["train", "--help"]);
    const groups = ["Model:", "Prompts:", "What is minimised:", "How it is minimised:"];
    for (const group of [...groups, "In the course of the run:", "Run folder:", "Options:"]) {
      expect(stdout).toContain(`\n${group}\n`);
    }
  });
});
