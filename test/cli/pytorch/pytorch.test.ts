import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { importedModel } from "../../../src/cli/imported-model.js";
import { tokenPredictions } from "../../../src/model/token-forward.js";
import { layersOf } from "../../../src/model/weights.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../../src/prompt/token-prompt.js";
import { temporaryFolder } from "../../io/temporary-folder.js";
import { TEST_SEED, testStream } from "../../seed.js";
import { runCli } from "../run-cli.js";

const PYTHON = "/usr/bin/python3";
const hasTorch = spawnSync(PYTHON, ["-c", "import torch, numpy"]).status === 0;
if (!hasTorch) console.warn(`${PYTHON} has no torch: skipped what both programs must agree on`);

const DIM = 2;
const CONTEXT = 6;
const draw = tokenPromptSampler(promptDistribution({ dim: DIM, contextLength: CONTEXT }));
const PROMPTS = Array.from({ length: 20 }, (_, i) => draw(testStream("torch prompts").split(i)));

function python(program: string, input: object) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout, stderr } = spawnSync(PYTHON, [path], {
    input: JSON.stringify({ ...input, prompts: PROMPTS.map(rowsOf) }),
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

function rowsOf({ tokens }: TokenPrompt): number[][] {
  const columns = CONTEXT + 1;
  return Array.from({ length: DIM + 1 }, (_, i) => [
    ...tokens.subarray(i * columns, (i + 1) * columns),
  ]);
}

/** What loopgd reads from a file, and what that predicts. */
function read(file: string, options: object, given: readonly string[]) {
  const law = { covariance: "identity", covariates: "gaussian", taskPrior: "inverse", noise: 0 };
  const common = { seed: 0, json: false, quiet: true };
  const { weights, loops } = importedModel(file, { ...law, ...common, ...options }, new Set(given));
  const layers = layersOf(weights, loops);
  return PROMPTS.map((prompt) => tokenPredictions(layers, prompt).at(-1)!);
}

function expectSame(ours: readonly number[], theirs: readonly number[], tolerance = 1e-12) {
  expect(theirs).toHaveLength(ours.length);
  for (const [i, value] of ours.entries()) {
    expect(Math.abs(value - theirs[i]!)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
}

it.skipIf(!hasTorch)(
  "weights made in torch predict here what they predict there, and have their loss",
  { timeout: 60_000 },
  async () => {
    const folder = temporaryFolder();
    const theirs = python("torch-models.py", { folder, n: CONTEXT, seed: TEST_SEED });
    const looped = { context: CONTEXT, loops: 2, convention: "loopgd" };
    const layers = { context: CONTEXT };
    for (const suffix of ["", ".npz"]) {
      const at = (name: string) => join(folder, `${name}${suffix}`);
      expectSame(read(at("restricted.pt"), looped, ["context", "loops"]), theirs["restricted.pt"]);
      expectSame(
        read(at("restricted-float32.pt"), looped, ["context", "loops"]),
        theirs["restricted-float32.pt"],
      );
      expectSame(read(at("ahn.pt"), layers, ["context"]), theirs["ahn.pt"]);
      const whole = { ...layers, layout: "ahn-full" };
      expectSame(read(at("ahn-full.pth"), whole, ["context"]), theirs["ahn-full.pth"]);
      expectSame(read(at("von-oswald.pt"), layers, ["context"]), theirs["von-oswald.pt"]);
    }
    const setting = ["--context", `${CONTEXT}`, "--loops", "2", "--convention", "loopgd"];
    const args = ["compare", join(folder, "restricted.pt"), ...setting, "--prompts", "500"];
    const { stdout } = await runCli([...args, "--json"]);
    const [mean, error] = theirs.loss;
    const { exact } = JSON.parse(stdout).loss;
    expect(Math.abs(exact.perLoop.at(-1) - mean)).toBeLessThan(5 * error);
  },
);

const LAW = ["--dim", `${DIM}`, "--context", `${CONTEXT}`];

it.skipIf(!hasTorch)(
  "exports of a run and of closed forms predict in torch what they predict here",
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const out = join(folder, "run");
    const training = ["--steps", "20", "--batch", "50", "--prompts", "500", "--out", out];
    const run = await runCli(["train", ...LAW, "--loops", "2", ...training, "--quiet"]);
    expect(run.exitCode).toBe(0);
    const closed = (name: string) => ["--closed-form", name, ...LAW, "--loops", "2"];
    const cases = [
      [[out], "restricted", "safetensors"],
      [[out], "von-oswald", "npz"],
      [closed("untied"), "restricted", "json"],
      [closed("untied"), "ahn", "safetensors"],
      [closed("best"), "full", "npz"],
      [closed("isotropic"), "ahn-full", "json"],
      [closed("gd++"), "restricted", "npz"],
      [closed("gd++"), "ahn-full", "safetensors"],
    ] as const;
    const written: { file: string; snippet: string }[] = [];
    for (const [i, [source, layout, format]] of cases.entries()) {
      const file = join(folder, `${i}.${format}`);
      const snippet = join(folder, `${i}.py`);
      const to = ["--layout", layout, "--format", format, "--out", file, "--snippet", snippet];
      const exported = await runCli(["export", ...source, ...to, "--quiet"]);
      expect(exported.stderr).toBe("");
      written.push({ file, snippet });
    }
    const snippets = written.map(({ snippet }) => snippet);
    const theirs: number[][] = python("evaluate-snippets.py", { snippets });
    for (const [i, { file }] of written.entries()) {
      const layout = cases[i]![1];
      const options = layout === "ahn-full" ? { layout } : {};
      expectSame(read(file, options, []), theirs[i]!);
    }
    const trained = read(join(out, "weights.safetensors"), {}, []);
    expectSame(trained, theirs[0]!);
    expectSame(trained, theirs[1]!);
  },
);
