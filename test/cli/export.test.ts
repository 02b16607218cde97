import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

const PYTHON = "/usr/bin/python3";
const hasTorch = spawnSync(PYTHON, ["-c", "import torch, numpy"]).status === 0;

const SETTING = ["--dim", "3", "--context", "20", "--loops", "2", "--covariance", "diag:1,0.5,2"];

async function exportTo(folder: string, layout: string, format: string) {
  const out = join(folder, `weights.${format}`);
  const snippet = join(folder, "evaluate.py");
  const args = ["export", "--closed-form", "untied", ...SETTING, "--layout", layout];
  const run = await runCli([...args, "--format", format, "--out", out, "--snippet", snippet]);
  expect(run.stderr).not.toMatch(/loopgd:/);
  expect(run.exitCode).toBe(0);
  return { out, snippet };
}

describe("loopgd export", () => {
  it.each([
    ["restricted", "safetensors"],
    ["full", "npz"],
    ["ahn", "npz"],
    ["ahn-full", "json"],
    ["von-oswald", "safetensors"],
  ])("%s as %s: compare finds the untied optimum again", async (layout, format) => {
    const { out } = await exportTo(temporaryFolder(), layout, format);
    const named = layout === "ahn-full" ? ["--layout", layout] : [];
    const run = await runCli(["compare", out, ...named, "--prompts", "500", "--json"]);
    expect(run.stderr).toBe("");
    const document = JSON.parse(run.stdout);
    expect(document.excessLoss.untied).toBeCloseTo(0, 10);
    expect(document.symmetricDistance).toBeLessThan(1e-12);
  });

  // CI has no PyTorch where python3-torch is not installed.
  it.skipIf(!hasTorch).each([
    ["restricted", "npz"],
    ["ahn", "safetensors"],
    ["von-oswald", "json"],
  ])("%s as %s has its exact loss in PyTorch, within 5 standard errors", async (layout, format) => {
    const { out, snippet } = await exportTo(temporaryFolder(), layout, format);
    const compared = await runCli(["compare", out, "--prompts", "500", "--json"]);
    const exact = JSON.parse(compared.stdout).loss.exact.perLoop.at(-1);
    const { stdout } = spawnSync(PYTHON, [snippet], { encoding: "utf8" });
    const [, mean, error] = /loss (\S+) ± (\S+)/.exec(stdout)!.map(Number);
    expect(Math.abs(mean! - exact)).toBeLessThan(5 * error!);
  });

  it("asks for a convention that prompts leave open, and takes it from a flag", async () => {
    const file = join(temporaryFolder(), "weights.json");
    writeFileSync(
      file,
      JSON.stringify({
        A: [
          [0.8, 0.1],
          [0, 0.8],
        ],
        n: 20,
        L: 2,
      }),
    );
    const open = await runCli(["compare", file, "--prompts", "500"]);
    expect(open.exitCode).toBe(2);
    expect(open.stderr).toMatch(
      /--convention must be given.*\n {2}attention\+,output-,1\/n.* loss /,
    );
    const named = await runCli(["compare", file, "--prompts", "500", "--convention", "loopgd"]);
    expect(named.exitCode).toBe(0);
    expect(named.stdout).toMatch(/verdict .*above the best symmetric optimum/);
  });
});
