import type { Command } from "commander";
import type { StoredWeights } from "../../model/weights-file.js";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, addLawOptions, integerOption, type LawOptions } from "../options.js";

interface CompareOptions extends CommonOptions, LawOptions {
  readonly context?: number;
  readonly loops?: number;
  readonly prompts: number;
}

/** `loopgd compare FILE`: holds weights against the closed form. */
export function addCompareCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("compare")
    .description("hold learned weights (.safetensors) against the closed form")
    .argument("<file>", "tensors A (d×d) and optional u, or P and Q, or layers.0.A, …")
    .addHelpText(
      "before",
      "Example: loopgd compare runs/train/weights.safetensors --context 20 --loops 2\n",
    )
    .option(
      "--context <n>",
      "in-context examples; default: the file's n",
      integerOption("compare", "--context"),
    )
    .option("--loops <L>", "loops; default: the file's L", integerOption("compare", "--loops"))
    .option(
      "--prompts <count>",
      "fresh prompts for the sampled loss",
      integerOption("compare", "--prompts", 2),
      100_000,
    );
  addCommonOptions(addLawOptions(command)).action(async (file: string, options: CompareOptions) => {
    const given = new Set(
      ["context", "loops", "covariance", "covariates", "taskPrior", "taskPool", "noise"].filter(
        (name) => command.getOptionValueSource(name) === "cli",
      ),
    );
    finish(await compare(file, options, given, io));
  });
}

async function compare(
  file: string,
  options: CompareOptions,
  given: ReadonlySet<string>,
  io: CliIo,
): Promise<number> {
  const { readWeights } = await import("../../model/weights-file.js");
  const { compareWeights } = await import("../../compare/compare-weights.js");
  const { Stream } = await import("../../random/stream.js");
  const { comparisonDocument, describeComparison } = await import("../comparison-document.js");
  const { resolveLaw } = await import("../stored-law.js");
  const stored: StoredWeights = readWeights(file);
  const { distribution, loops, overrides } = resolveLaw(stored, options, given);
  if (!options.quiet) {
    for (const { field, file: stated, flag } of overrides) {
      io.stderr(`compare: ${field} is ${stated} in the file; the flag's ${flag} is used\n`);
    }
  }
  const comparison = compareWeights(stored.weights, distribution, {
    loops,
    prompts: options.prompts,
    stream: Stream.fromSeed(options.seed).split("compare"),
  });
  io.stdout(
    options.json
      ? `${JSON.stringify({ ...comparisonDocument(comparison), file, seed: options.seed, overrides }, null, 2)}\n`
      : describeComparison(comparison),
  );
  return EXIT.ok;
}
