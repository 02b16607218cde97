import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  gdPlusPlusBlock,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
} from "../../src/model/weights.js";
import { type StoredWeights, writeWeights } from "../../src/model/weights-file.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

const setting = { dim: 3, contextLength: 10, loops: 2 };
const SIZES = ["--dim", "3", "--context", "10", "--loops", "2"];
const QUICK = ["identify", "--prompts", "80", "--strata", "2", "--quiet"];

function stored(weights: StoredWeights["weights"], more: Partial<StoredWeights> = {}): string {
  const path = join(temporaryFolder(), "weights.safetensors");
  writeWeights(path, { weights, contextLength: 10, loops: 2, ...more });
  return path;
}

function module(text: string): string {
  const path = join(temporaryFolder(), "model.mjs");
  writeFileSync(path, text);
  return path;
}

async function identified(args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli([...QUICK, "--json", ...args]);
  return { exitCode, stderr, document: stdout === "" ? undefined : JSON.parse(stdout) };
}

describe("loopgd identify", () => {
  it("takes weights at the isotropic optimum, with trained-like errors, for gradient descent", async () => {
    const step = isotropicOptimum(setting).stepSize.toNumber();
    const preconditioner = new Matrix([
      [step + 0.006, 0.004, -0.003],
      [-0.002, step - 0.005, 0.006],
      [0.003, -0.005, step + 0.002],
    ]);
    const path = stored(restrictedWeights(preconditioner));
    const { exitCode, document } = await identified(["--expect", "gradient-descent", path]);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      ...{ schema: "loopgd.identify/1", kind: "weights", ...setting, prompts: 80, seed: 0 },
      verdict: {
        ...{
          kind: "identified",
          algorithms: ["gradient-descent", "preconditioned-gradient-descent"],
        },
        sentence: expect.stringMatching(/^identified: gradient-descent \(here the same as/),
      },
    });
    expect(document.strata).toHaveLength(2);
    expect(document.baselines).toHaveLength(11);
    expect(document.baselines[0].trajectory.perLoop).toHaveLength(2);
  });

  it("takes restricted weights that were trained for gradient descent", async () => {
    const out = temporaryFolder();
    const sizes = ["--dim", "2", "--context", "10", "--loops", "2"];
    await runCli([
      "train",
      ...sizes,
      "--engine",
      "population",
      "--steps",
      "150",
      "--out",
      out,
      "--quiet",
    ]);
    const { document } = await identified([join(out, "weights.safetensors")]);
    expect(document.verdict).toMatchObject({
      ...{
        kind: "identified",
        algorithms: ["gradient-descent", "preconditioned-gradient-descent"],
      },
    });
  });

  it("takes GD++ weights for GD++", async () => {
    const { stepSize, covariateValue } = gdPlusPlusOptimum(setting).layers[0]!;
    const layer = {
      ...{ preconditioner: Matrix.eye(3).mul(stepSize), readIn: new Float64Array(3) },
      covariateValue: Matrix.eye(3).mul(covariateValue),
    };
    const { document } = await identified([stored(gdPlusPlusBlock([layer]))]);
    expect(document.verdict).toMatchObject({ kind: "identified", algorithms: ["gd++"] });
  });

  it("compares untied layers with as many steps, and preconditions by a covariance in the file", async () => {
    const covariance = Matrix.diag([1, 0.25, 2]);
    const inverse = Matrix.diag([1, 4, 0.5]);
    const steps = untiedOptimum({ ...setting, loops: 3 }).stepSizes!;
    const layers = steps.map((step) => restrictedLayer(Matrix.mul(inverse, step.toNumber())));
    const { loops: _, ...law } = { covariance, taskCovariance: inverse, loops: 1 };
    const path = stored(restrictedBlock(layers), { ...law, loops: 1 });
    const { document } = await identified([path]);
    expect(document.loops).toBe(3);
    expect(document.verdict).toMatchObject({
      ...{ kind: "identified", algorithms: ["untied-gradient-descent"] },
    });
  });

  it("prints the verdict and a table", async () => {
    const { stdout, stderr, exitCode } = await runCli([
      ...QUICK,
      ...[...SIZES, module("export default (p) => 3 * Math.sin(1e3 * p.tokens[0]);")],
    ]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^none of these: the nearest, [a-z+-]+, is at distance \d\.\d+ \(/);
    expect(stdout).toMatch(
      /\nalgorithm +distance +interval +κ ≤ [\d.]+ +κ ≤ [\d.]+ +cosine +trajectory\n/,
    );
    expect(stdout).toMatch(/\nleast-squares +\d/);
  });

  it("puts prompts that separate into the document, in the form a program is asked in", async () => {
    const between = module(`
      export default (p, loops) => {
        const { dim: d, contextLength: n, tokens } = p;
        const at = (i, k) => tokens[i * (n + 1) + k];
        const steps = Math.sin(1e6 * at(0, 0)) > 0 ? loops : 300;
        const w = new Array(d).fill(0);
        for (let t = 0; t < steps; t++) {
          const r = Array.from({ length: n }, (_, k) => at(d, k) - w.reduce((s, v, i) => s + v * at(i, k), 0));
          w.forEach((_, i) => { w[i] += (0.6 / n) * r.reduce((s, v, k) => s + v * at(i, k), 0); });
        }
        return w.reduce((s, v, i) => s + v * at(i, n), 0);
      };`);
    const { document } = await identified([...SIZES, "--tolerance", "0.9", between]);
    expect(document.verdict.kind).toBe("not identifiable");
    const [first] = document.separatingPrompts;
    expect(first.between).toContain(first.favours);
    expect(first.prompt.tokens).toHaveLength(4);
    expect(first.prompt.tokens[0]).toHaveLength(11);
    expect(first.prompt.tokens[3][10]).toBe(0);
  });

  it("speaks to a program, and repeats itself by the seed", async () => {
    const program = `
      process.stdin.setEncoding("utf8");
      let text = "";
      process.stdin.on("data", (chunk) => {
        text += chunk;
        for (let end; (end = text.indexOf("\\n")) >= 0; text = text.slice(end + 1)) {
          const { id } = JSON.parse(text.slice(0, end));
          console.log(JSON.stringify({ id, prediction: 0 }));
        }
      });`;
    const args = [...SIZES, "--seed", "4", "--", process.execPath, "-e", program];
    const first = await identified(args);
    expect(first.document).toMatchObject({ kind: "process", seed: 4 });
    expect(first.document.verdict.kind).toBe("none of these");
    expect(await identified(args)).toEqual(first);
  });

  it("exits 1 when another algorithm was expected", async () => {
    const zero = module("export default () => 0;");
    expect((await identified([...SIZES, "--expect", "ridge", zero])).exitCode).toBe(1);
  });

  it.each([
    ["export default () => { throw new Error('no cuda'); };", /the predictor threw .*no cuda/],
    ["export default () => NaN;", /prediction 1 of 1 is NaN/],
    ["export default (p) => { for (; p.tokens.some(Boolean); ); };", /no answer in 300 ms/],
    ["export const x = 1;", /exports no predictor/],
  ])("a model that cannot be asked ends it with exit 3: %s", async (text, message) => {
    const { exitCode, stderr } = await identified([...SIZES, "--timeout", "300", module(text)]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  it("is interrupted between prompts", async () => {
    const { exitCode, stdout } = await runCli(
      [...QUICK, ...SIZES, module("export default () => 0;")],
      { signal: AbortSignal.abort("SIGINT") },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  });

  it.each([
    [[...SIZES, "no-such.mjs"], /identify: model must be a file or a program/],
    [[...SIZES, "no-such.safetensors"], /no-such.safetensors/],
    [["echo"], /--dim must be given/],
    [["--dim", "2", "echo"], /--context must be given/],
    [["--dim", "2", "--context", "5", "echo"], /--loops must be given/],
    [[...SIZES, "--expect", "sgd", "echo"], /--expect must be one of gradient-descent/],
    [[...SIZES, "--covariates", "uniform", "echo"], /exact theory is about Gaussian/],
    [
      [...SIZES, "--strata", "5", "echo"],
      /prompts must be at least 20 for each of 5 strata, got 80/,
    ],
    [[...SIZES, "--confidence", "1.5", "echo"], /confidence must be between/],
    [[...SIZES, "--tolerance", "0", "echo"], /--tolerance must be/],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await identified(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("refuses weights whose file does not tell context or loops, or of another dim", async () => {
    const path = join(temporaryFolder(), "weights.safetensors");
    writeWeights(path, { weights: restrictedWeights(Matrix.eye(3)) });
    expect((await identified([path])).stderr).toMatch(/identify: --context must be given/);
    expect((await identified(["--context", "5", path])).stderr).toMatch(/--loops must be given/);
    expect((await identified(["--dim", "4", path])).stderr).toMatch(/--dim must be 3/);
  });
});

describe("loopgd baselines", () => {
  it("prints a table, and a document", async () => {
    const table = await runCli(["baselines", ...SIZES, "--draws", "50"]);
    expect(table.exitCode).toBe(0);
    expect(table.stdout).toMatch(/\nbayes-optimal +0 +exact/);
    expect(table.stdout).toMatch(
      /\nconjugate-gradient +[\d.]+ +± [\d.]+ \(sampled\) +none to tune/,
    );
    const { stdout } = await runCli(["baselines", ...SIZES, "--draws", "50", "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "loopgd.baselines/1", ...setting, noiseVariance: 0 });
    expect(document.baselines[0]).toMatchObject({
      ...{ id: "gradient-descent", tuning: "proved" },
      loss: { value: isotropicOptimum(setting).loss.toNumber(), method: "exact" },
    });
  });

  it("says that a loss is infinite, and what is out of reach", async () => {
    const args = ["--dim", "3", "--context", "3", "--loops", "9", "--noise", "1", "--draws", "20"];
    const { stdout } = await runCli(["baselines", ...args]);
    expect(stdout).toMatch(/\nleast-squares +infinite +exact/);
    expect(stdout).toMatch(/\nnewton-schulz +– +out of reach: .*up to 7 loops, got 9/);
    const { stdout: json } = await runCli(["baselines", ...args, "--json"]);
    expect(JSON.parse(json).baselines.at(-1).loss).toEqual({ value: null, method: "exact" });
  });

  it("needs its sizes", async () => {
    expect((await runCli(["baselines", "--dim", "3"])).exitCode).toBe(2);
  });
});
