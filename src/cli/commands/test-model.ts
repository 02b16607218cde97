import type { Command } from "commander";
import type { LawResult } from "../../law/check-law.js";
import type { ModelUnderTest } from "../../law/model-under-test.js";
import type { Matrix } from "../../numeric/matrix.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, integerOption, numberOption } from "../options.js";

interface TestModelOptions extends CommonOptions {
  readonly dim?: number;
  readonly context?: number;
  readonly loops?: number;
  readonly preconditioner?: string;
  readonly tolerance?: number;
  readonly timeout: number;
  readonly runs: number;
  readonly skip: readonly string[];
  readonly loopable: boolean;
  readonly junit?: string;
}

/** `loopgd test-model`: holds any model against the laws an in-context learner must obey. */
export function addTestModelCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string) => integerOption("test-model", flag);
  const command = program
    .command("test-model")
    .description("hold a model against the laws of in-context gradient descent")
    .argument(
      "<model...>",
      "weights (.safetensors), a module that exports a predictor (.js, .mjs, .cjs), or a program that speaks JSON lines, with its words after --",
    )
    .option("--dim <d>", "covariate dimension; needed unless the weights tell", integer("--dim"))
    .option("--context <n>", "the one context length the model takes", integer("--context"))
    .option("--loops <L>", "depth at which it is tested; default: 3", integer("--loops"))
    .option("--no-loopable", "the model cannot be looped beyond --loops")
    .option(
      "--preconditioner <spec>",
      "the model is meant to be gradient descent with this A: a number b (A = bI) or a matrix file",
    )
    .option(
      "--tolerance <relative>",
      "largest difference; default: 1e-9, for doubles (single precision: 1e-4)",
      numberOption("test-model", "--tolerance"),
    )
    .option(
      "--timeout <ms>",
      "time for one prediction; the first one, for which a program starts and loads, has a minute more",
      integer("--timeout"),
      10_000,
    )
    .option("--runs <count>", "inputs per law", integer("--runs"), 100)
    .option("--skip <ids>", "laws not to ask, separated by commas", splitIds, [])
    .option("--junit <file>", "write the results as JUnit XML too")
    .addHelpText(
      "before",
      "Example: loopgd test-model runs/demo/weights.safetensors\n" +
        "         loopgd test-model --dim 5 --preconditioner 0.4 -- python3 model.py\n",
    );
  addCommonOptions(command).action(
    async (model: readonly [string, ...string[]], options: TestModelOptions) => {
      finish(await testModel(model, options, io));
    },
  );
}

async function testModel(
  command: readonly [string, ...string[]],
  options: TestModelOptions,
  io: CliIo,
): Promise<number> {
  const { checkLaws, requireLaws } = await import("../../law/laws.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { dirname } = await import("node:path");
  const { openModel } = await import("../model-file.js");
  if (options.junit !== undefined) {
    requireWritableFolder("test-model", "--junit", dirname(options.junit));
  }
  const named = openModel(command, {
    timeout: options.timeout,
    ...(options.loops === undefined ? {} : { loops: options.loops }),
  });
  const results: LawResult[] = [];
  try {
    const model = await completeModel(named.model, options);
    requireLaws(options.skip);
    await requireAnswer(model);
    await checkLaws(model, {
      ...{ skip: options.skip, seed: options.seed, runs: options.runs, signal: io.signal },
      onResult: (result) => {
        results.push(result);
        if (!options.json) io.stdout(describeResult(result));
      },
    });
  } finally {
    await named.close();
  }
  if (io.signal.aborted) return exitCodeOf(io.signal);
  const document = { schema: "loopgd.test-model/1", kind: named.kind, seed: options.seed, results };
  if (options.json) io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  else io.stdout(`\n${summary(results)}\n`);
  if (options.junit !== undefined) {
    const { lawJunit } = await import("../../report/law-junit.js");
    writeFileAtomically("test-model", options.junit, lawJunit(results), "--junit");
  }
  return results.some(({ verdict }) => verdict === "violated") ? EXIT.changed : EXIT.ok;
}

/** A model that cannot be asked at all breaks no law: its failure is thrown as it is. */
async function requireAnswer({ predict, dim, contextLength = 1 }: ModelUnderTest): Promise<void> {
  const { PredictorFailure } = await import("../../predictor/predictor.js");
  const tokens = new Float64Array((dim + 1) * (contextLength + 1));
  try {
    await predict({ dim, contextLength, tokens }, 1);
  } catch (error) {
    if (error instanceof PredictorFailure) throw error;
  }
}

/** What the file says of the model, and what the flags add. */
async function completeModel(
  named: Omit<ModelUnderTest, "dim"> & { readonly dim?: number },
  options: TestModelOptions,
): Promise<ModelUnderTest> {
  const { ArgumentError } = await import("../../errors.js");
  const { context, tolerance, preconditioner, loopable } = options;
  if (named.dim !== undefined && options.dim !== undefined && named.dim !== options.dim) {
    throw new ArgumentError("test-model", "--dim", `${named.dim}, as the weights say`, options.dim);
  }
  const dim = named.dim ?? options.dim;
  if (dim === undefined) {
    throw new ArgumentError("test-model", "--dim", "given for a module or program", undefined);
  }
  return {
    ...named,
    dim,
    isLoopable: loopable,
    ...(context === undefined ? {} : { contextLength: context }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(preconditioner === undefined
      ? {}
      : { preconditioner: await readPreconditioner(preconditioner, dim) }),
  };
}

/** A number b for bI, or a matrix from a file. */
async function readPreconditioner(spec: string, dim: number): Promise<Matrix> {
  const { ArgumentError, Description } = await import("../../errors.js");
  const { readMatrixFile } = await import("../../io/matrix-file.js");
  const { Matrix } = await import("../../numeric/matrix.js");
  const number = spec.trim() === "" ? Number.NaN : Number(spec);
  if (Number.isFinite(number)) return Matrix.eye(dim).mul(number);
  const matrix = readMatrixFile(spec);
  if (matrix.rows !== dim || matrix.columns !== dim) {
    const got = new Description(`${matrix.rows}×${matrix.columns} in "${spec}"`);
    throw new ArgumentError("test-model", "--preconditioner", `a ${dim}×${dim} matrix`, got);
  }
  return matrix;
}

function describeResult({ id, verdict, detail, statement, runs }: LawResult): string {
  const ran = verdict === "holds" ? ` on ${runs} inputs` : "";
  const lines = [`${id}: ${verdict}${ran}`];
  if (verdict === "violated") lines.push(statement);
  if (detail !== null) lines.push(...detail.split("\n"));
  return `${lines.join("\n    ")}\n`;
}

function summary(results: readonly LawResult[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return `${results.length} laws: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ")}`;
}

function splitIds(text: string): string[] {
  return text.split(",").map((id) => id.trim());
}
