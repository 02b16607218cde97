import { type Command, Option } from "commander";
import { EXIT } from "../exit-code.js";
import type { ImportOptions } from "../imported-model.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, addLawOptions, integerOption, type LawOptions } from "../options.js";

interface CompareOptions extends CommonOptions, LawOptions, ImportOptions {
  readonly context?: number;
  readonly loops?: number;
  readonly prompts?: number;
  readonly exact: boolean;
  readonly thorough: boolean;
}

/** `loopgd compare FILE`: holds weights against the closed form. */
export function addCompareCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("compare")
    .description(
      "hold learned weights, from here or elsewhere, against the closed form and the optima",
    )
    .argument(
      "<file>",
      ".safetensors, .pt, .pth, .npz, .npy or .json: A (and u), P and Q, or a published layout",
    )
    .addHelpText(
      "before",
      "Example: loopgd compare runs/train/weights.safetensors --context 20 --loops 2\n" +
        "         loopgd compare state.pt --layout ahn --context 20 --covariance diag:1,1,0.25,0.0625,1\n" +
        "         loopgd compare model.npz --mapping names.yaml --convention 1/n,output-\n",
    )
    .addOption(
      new Option("--layout <name>", "of the file; default: by its tensors").choices([
        ...["loopgd", "ahn", "ahn-full", "von-oswald"],
      ]),
    )
    .option("--mapping <file>", "JSON or YAML that says what the tensors of another layout are")
    .option(
      "--convention <list>",
      "of attention+, attention-, output-, output+, 1/n, 1/(n+1), 1, plain, transposed, masked, visible, or loopgd; default: what layout or prompts tell",
    )
    .option("--exact", "also the exact loss as a fraction", false)
    .option(
      "--context <n>",
      "in-context examples; default: the file's n",
      integerOption("compare", "--context"),
    )
    .option("--loops <L>", "loops; default: the file's L", integerOption("compare", "--loops"))
    .option(
      "--prompts <count>",
      "fresh prompts for the sampled loss; default: 20000 beside an exact loss, else 100000",
      integerOption("compare", "--prompts", 2),
    )
    .option(
      "--thorough",
      "also what takes more than seconds: searches beyond 5 layers, large Hessians, exact losses of two full layers",
      false,
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
  const { compareWeights } = await import("../../compare/compare-weights.js");
  const { exactLossFraction } = await import("../../compare/exact-loss.js");
  const { Stream } = await import("../../random/stream.js");
  const { comparisonDocument, describeComparison } = await import("../comparison-document.js");
  const { importedModel } = await import("../imported-model.js");
  const model = importedModel(file, options, given);
  const { weights, distribution, loops, overrides, understood } = model;
  if (!options.quiet) {
    for (const { field, file: stated, flag } of overrides) {
      io.stderr(`compare: ${field} is ${stated} in the file; the flag's ${flag} is used\n`);
    }
  }
  const comparison = compareWeights(weights, distribution, {
    loops,
    ...(options.prompts !== undefined && { prompts: options.prompts }),
    effort: options.thorough ? "thorough" : "quick",
    stream: Stream.fromSeed(options.seed).split("compare"),
  });
  const fraction = options.exact
    ? exactLossFraction(weights, distribution, loops).toString()
    : null;
  const { layout, convention } = understood;
  io.stdout(
    options.json
      ? `${JSON.stringify({ ...comparisonDocument(comparison), lossExact: fraction, file, understood, seed: options.seed, overrides }, null, 2)}\n`
      : `${describeComparison(comparison)}file       ${file}, layout ${layout}, convention ${convention}\n${
          fraction === null ? "" : `lossExact  ${fraction}\n`
        }`,
  );
  return EXIT.ok;
}
