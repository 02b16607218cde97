import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { restrictedWeights } from "../../src/model/weights.js";
import { writeWeights } from "../../src/model/weights-file.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

/** Gradient descent with A = 0.4 I, as a body that a module and a program share. */
const DESCENT = `
function descend({ dim, contextLength: n, tokens }, loops) {
  const at = (i, k) => (Array.isArray(tokens) ? tokens[i][k] : tokens[i * (n + 1) + k]);
  const w = new Array(dim).fill(0);
  return Array.from({ length: loops }, () => {
    const slope = new Array(dim).fill(0);
    for (let k = 0; k < n; k++) {
      const residual = at(dim, k) - w.reduce((sum, v, i) => sum + v * at(i, k), 0);
      slope.forEach((_, i) => { slope[i] += (residual * at(i, k)) / n; });
    }
    slope.forEach((value, i) => { w[i] += 0.4 * value; });
    return w.reduce((sum, v, i) => sum + v * at(i, n), 0);
  });
}`;

const PROGRAM = `
import { createInterface } from "node:readline";
${DESCENT}
let asked = 0;
createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  asked += 1;
  const mode = process.argv.at(-1);
  if (mode === "dies" && asked > 5) { console.error("CUDA out of memory"); process.exit(7); }
  if (mode === "hangs" && asked > 5) return;
  if (mode === "babbles") { console.log("loading weights…"); return; }
  const answer = mode === "fails" ? { error: "no such depth" } : { predictions: descend(question, question.loops) };
  console.log(JSON.stringify({ id: question.id, ...answer }));
});`;

const COMMON = ["test-model", "--json", "--runs", "10"];

function write(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

async function verdicts(args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli([...COMMON, ...args]);
  const { results, kind, schema } = JSON.parse(stdout);
  expect(schema).toBe("loopgd.test-model/1");
  const of = (verdict: string) =>
    results
      .filter((result: { verdict: string }) => result.verdict === verdict)
      .map(({ id }: { id: string }) => id);
  return { exitCode, stderr, kind, results, violated: of("violated"), holds: of("holds") };
}

describe("loopgd test-model", () => {
  it("takes weights", async () => {
    const path = join(temporaryFolder(), "weights.safetensors");
    writeWeights(path, { weights: restrictedWeights(Matrix.eye(2).mul(0.5)), loops: 2 });
    const found = await verdicts([path]);
    expect(found).toMatchObject({ exitCode: 0, kind: "weights", violated: [] });
    expect(found.holds).toHaveLength(10);
  });

  it("takes a module, and tells it which law it breaks", async () => {
    const descent = ["--dim", "2", "--preconditioner", "0.4"];
    const sound = write("sound.mjs", `${DESCENT}\nexport default descend;`);
    expect(await verdicts([...descent, sound])).toMatchObject({
      ...{ exitCode: 0, kind: "module", violated: [] },
    });
    const biased = write(
      "biased.mjs",
      `${DESCENT}\nexport const predict = (prompt, loops) => descend(prompt, loops).map((v) => v + 1);`,
    );
    const found = await verdicts([...descent, biased]);
    expect(found.exitCode).toBe(1);
    expect(found.violated).toContain("gradient-descent-steps");
    expect(found.violated).not.toContain("example-permutation");
  });

  it("takes a program that speaks JSON lines, and writes JUnit", async () => {
    const program = write("model.program.mts", PROGRAM).replace(/mts$/, "mts");
    const junit = join(temporaryFolder(), "laws.xml");
    const found = await verdicts([
      ...["--dim", "2", "--preconditioner", "0.4", "--junit", junit, "--"],
      ...[process.execPath, "--input-type=module", "-e", readFileSync(program, "utf8"), "sound"],
    ]);
    expect(found).toMatchObject({ exitCode: 0, kind: "process", violated: [] });
    const xml = readFileSync(junit, "utf8");
    expect(xml).toContain('<testsuite name="loopgd laws" tests="10" failures="0"');
  });

  it.each([
    ["dies", [], /ended with code 7[\s\S]*stderr: CUDA out of memory/],
    // Long enough or not on a busy machine, what this model comes to is no answer.
    ["hangs", ["--timeout", "300"], /gave no answer in 300 ms/],
    ["fails", [], /the predictor threw .*no such depth/],
  ])(
    "says what happened to a program that %s, with the input that led to it",
    async (mode, timeout, text) => {
      const skip =
        "gradient-descent-steps,example-duplication,covariate-rotation,covariate-scaling,label-linearity,query-mask";
      const found = await verdicts([
        ...["--dim", "2", ...timeout, "--skip", skip, "--"],
        ...[process.execPath, "--input-type=module", "-e", PROGRAM, mode],
      ]);
      expect(found.exitCode).toBe(1);
      expect(found.violated).toEqual(["example-permutation"]);
      const { detail } = found.results.find(
        (result: { verdict: string }) => result.verdict === "violated",
      );
      expect(detail).toMatch(text);
      expect(detail).toMatch(/input: .*seed 0, path/s);
    },
  );

  it.each([
    [["-e", PROGRAM, "babbles"], /answered what is no JSON: loading weights/],
    [["-e", "throw new Error('no torch')"], /ended with code 1[\s\S]*no torch/],
  ])("ends at once where a program cannot be asked at all", async (words, message) => {
    const program = [process.execPath, "--input-type=module", ...words];
    const { exitCode, stderr } = await runCli([...COMMON, "--dim", "2", "--", ...program]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
    const nowhere = await runCli([...COMMON, "--dim", "2", "--", "/no/such/program"]);
    expect(nowhere.exitCode).toBe(3);
    expect(nowhere.stderr).toMatch(/could not be started: .*ENOENT/);
    const empty = await runCli([
      ...COMMON,
      "--dim",
      "2",
      write("empty.mjs", "export const x = 1;"),
    ]);
    expect(empty.exitCode).toBe(3);
    expect(empty.stderr).toMatch(/exports no predictor/);
  });

  it("stops a module that never returns", async () => {
    const module = write(
      "hangs.mjs",
      "export default (p) => { for (; p.tokens.some(Boolean); ); return 0; };",
    );
    const skip =
      "example-duplication,covariate-rotation,covariate-scaling,label-linearity,query-mask";
    const found = await verdicts(["--dim", "1", "--timeout", "200", "--skip", skip, module]);
    expect(found.results[1].detail).toMatch(/the model gave no answer in 200 ms/);
  });

  it("prints a line per law and a summary", async () => {
    const module = write("zero.mjs", "export default () => 0;");
    const { stdout, exitCode } = await runCli([
      ...["test-model", "--dim", "1", "--runs", "5", "--preconditioner", "1", module],
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^gradient-descent-steps: violated\n {4}The prediction after t loops is/,
    );
    expect(stdout).toMatch(/example-permutation: holds on 5 inputs/);
    expect(stdout).toMatch(/\n10 laws: .*2 violated|\n10 laws: 2 violated/);
  });

  it.each([
    [["--dim", "2", "no-such.mjs"], /model must be a file or a program, got "no-such.mjs"/],
    [["no-such.safetensors"], /no-such.safetensors/],
    [["echo"], /--dim must be given for a module or program/],
    [["--dim", "2", "--skip", "nope", "echo"], /skip must be ids of laws/],
    [["--dim", "2", "--preconditioner", "nope.csv", "echo"], /nope.csv/],
    [["--dim", "0", "echo"], /--dim must be/],
    [["--dim", "2", "--tolerance", "-1", "echo"], /tolerance/],
    [["--dim", "2", "--junit", "/proc/no/x.xml", "echo"], /--junit must be/],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await runCli([...COMMON, ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});
