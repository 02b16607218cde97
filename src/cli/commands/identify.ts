import type { Command } from "commander";
import type { AskedModel } from "../../identify/model-answers.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import type { NamedModel } from "../model-file.js";
import {
  addCommonOptions,
  addLawOptions,
  integerOption,
  type LawOptions,
  numberOption,
} from "../options.js";

interface IdentifyOptions extends CommonOptions, LawOptions {
  readonly dim?: number;
  readonly context?: number;
  readonly loops?: number;
  readonly prompts: number;
  readonly strata: number;
  readonly tolerance: number;
  readonly confidence: number;
  readonly timeout: number;
  readonly expect?: string;
}

const LAW_OPTIONS = ["covariance", "covariates", "taskPrior", "taskPool", "noise"];

/** `loopgd identify`: which classic algorithm a model runs in context. */
export function addIdentifyCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string) => integerOption("identify", flag);
  const number = (flag: string) => numberOption("identify", flag);
  const command = program
    .command("identify")
    .description("say which classic algorithm a model runs in context")
    .argument(
      "<model...>",
      "weights (.safetensors), a module that exports a predictor (.js, .mjs, .cjs), or a program that speaks JSON lines, with its words after --",
    )
    .option("--dim <d>", "covariate dimension; needed unless the weights tell", integer("--dim"))
    .option("--context <n>", "in-context examples; default: the file's n", integer("--context"))
    .option("--loops <L>", "loops; default: the file's L", integer("--loops"))
    .option("--prompts <count>", "prompts that all candidates answer", integer("--prompts"), 240)
    .option("--strata <count>", "strata of condition numbers", integer("--strata"), 4)
    .option(
      "--tolerance <distance>",
      "root mean square difference, in standard deviations of the response, within which a model counts as an algorithm",
      number("--tolerance"),
      0.1,
    )
    .option("--confidence <level>", "of all intervals together", number("--confidence"), 0.95)
    .option("--timeout <ms>", "time for one prediction", integer("--timeout"), 10_000)
    .option("--expect <algorithm>", "exit 1 unless the model is identified as this one")
    .addHelpText(
      "before",
      "Example: loopgd identify runs/demo/weights.safetensors\n" +
        "         loopgd identify --dim 5 --context 20 --loops 3 -- python3 model.py\n",
    );
  addCommonOptions(addLawOptions(command)).action(
    async (model: readonly [string, ...string[]], options: IdentifyOptions) => {
      const names = ["context", "loops", ...LAW_OPTIONS];
      const given = names.filter((name) => command.getOptionValueSource(name) === "cli");
      finish(await identify(model, options, new Set(given), io));
    },
  );
}

async function identify(
  command: readonly [string, ...string[]],
  options: IdentifyOptions,
  given: ReadonlySet<string>,
  io: CliIo,
): Promise<number> {
  const { identifyAlgorithm } = await import("../../identify/identify.js");
  const { Stream } = await import("../../random/stream.js");
  const { openModel } = await import("../model-file.js");
  const { describeIdentification, identificationDocument } = await import(
    "../identification-document.js"
  );
  const { showProgress } = await import("../answer-progress.js");
  const { prompts, strata, tolerance, confidence, timeout, seed } = options;
  await requireExpectation(options.expect);
  const named = openModel(command, { timeout, where: "identify" });
  const progress = showProgress(io, options, prompts);
  try {
    const { model, distribution, loops } = await resolve(command[0], named, options, given);
    const found = await identifyAlgorithm(model, distribution, {
      ...{ loops, prompts, strata, tolerance, confidence, signal: io.signal },
      ...{ stream: Stream.fromSeed(seed).split("identify"), onAnswer: progress.update },
    });
    progress.stop();
    if (found === null) return exitCodeOf(io.signal);
    const { dim, contextLength } = distribution;
    const setting = {
      ...{ kind: named.kind, dim, contextLength, loops, prompts, tolerance, confidence, seed },
    };
    io.stdout(
      options.json
        ? `${JSON.stringify(identificationDocument(found, setting), null, 2)}\n`
        : describeIdentification(found, setting),
    );
    if (options.expect === undefined) return EXIT.ok;
    const { verdict } = found;
    const isExpected =
      verdict.kind === "identified" && verdict.algorithms.some((id) => id === options.expect);
    return isExpected ? EXIT.ok : EXIT.changed;
  } finally {
    progress.stop();
    await named.close();
  }
}

async function requireExpectation(expected: string | undefined): Promise<void> {
  const { ArgumentError } = await import("../../errors.js");
  const { BASELINE_IDS } = await import("../../identify/optimum/optimal-baselines.js");
  if (expected === undefined || BASELINE_IDS.some((id) => id === expected)) return;
  throw new ArgumentError("identify", "--expect", `one of ${BASELINE_IDS.join(", ")}`, expected);
}

/** The model with the law and depth that its file and the flags say. */
async function resolve(
  file: string,
  named: NamedModel,
  options: IdentifyOptions,
  given: ReadonlySet<string>,
): Promise<{ model: AskedModel; distribution: PromptDistribution; loops: number }> {
  const { ArgumentError } = await import("../../errors.js");
  const missing = (flag: string, what: string) =>
    new ArgumentError("identify", flag, `given, since ${what} does not tell`, undefined);
  if (named.kind !== "weights") {
    const { promptLaw } = await import("../prompt-law.js");
    const { dim, context, loops } = options;
    if (dim === undefined) throw missing("--dim", `a ${named.kind}`);
    if (context === undefined) throw missing("--context", `a ${named.kind}`);
    if (loops === undefined) throw missing("--loops", `a ${named.kind}`);
    return { model: named.model, distribution: promptLaw(options, dim, context), loops };
  }
  const { readWeights } = await import("../../model/weights-file.js");
  const { layersOf } = await import("../../model/weights.js");
  const { gramPredictor } = await import("../../model/gram-forward.js");
  const { gramForm } = await import("../../prompt/gram-prompt.js");
  const { resolveLaw } = await import("../stored-law.js");
  const stored = readWeights(file);
  const { dim } = named.model;
  if (options.dim !== undefined && options.dim !== dim) {
    throw new ArgumentError("identify", "--dim", `${dim}, as the weights say`, options.dim);
  }
  const hasDepth = stored.loops !== undefined || stored.weights.layers.length > 1;
  if ((options.context ?? stored.contextLength) === undefined) {
    throw missing("--context", "the file's metadata");
  }
  if (options.loops === undefined && !hasDepth) throw missing("--loops", "the file's metadata");
  const { distribution, loops } = resolveLaw(stored, options, given);
  // Every layer applied is one step: an untied model is compared with as many steps as it has layers.
  const layers = layersOf(stored.weights, loops);
  const predict = gramPredictor(layers);
  const model: AskedModel = { predict: (prompt) => predict(gramForm(prompt)) };
  return { model, distribution, loops: layers.length };
}
