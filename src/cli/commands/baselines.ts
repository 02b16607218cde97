import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, addLawOptions, integerOption, type LawOptions } from "../options.js";
import { textTable } from "../text-table.js";

interface BaselinesOptions extends CommonOptions, LawOptions {
  readonly dim: number;
  readonly context: number;
  readonly loops: number;
  readonly draws: number;
}

/** `loopgd baselines`: every classic algorithm at its own optimum for a prompt law. */
export function addBaselinesCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string, minimum = 1) => integerOption("baselines", flag, minimum);
  const command = program
    .command("baselines")
    .description("classic algorithms at their own optimum: parameters and expected loss")
    .addHelpText(
      "before",
      "Example: loopgd baselines --dim 10 --context 20 --loops 3\n" +
        "         loopgd baselines --dim 5 --context 20 --loops 3 --noise 0.5 --json\n",
    )
    .requiredOption("--dim <d>", "covariate dimension", integer("--dim"))
    .requiredOption("--context <n>", "in-context examples", integer("--context"))
    .requiredOption("--loops <L>", "steps that each iteration may take", integer("--loops"))
    .option("--draws <count>", "prompts behind a sampled loss", integer("--draws", 2), 4000);
  addCommonOptions(addLawOptions(command)).action(async (options: BaselinesOptions) => {
    finish(await baselines(options, io));
  });
}

async function baselines(options: BaselinesOptions, io: CliIo): Promise<number> {
  const { optimalBaselines } = await import("../../identify/optimum/optimal-baselines.js");
  const { Stream } = await import("../../random/stream.js");
  const { baselineEntry, baselineRows } = await import("../baseline-table.js");
  const { promptLaw } = await import("../prompt-law.js");
  const { dim, context: contextLength, loops, draws, seed } = options;
  const found = optimalBaselines(promptLaw(options, dim, contextLength), {
    ...{ loops, draws, stream: Stream.fromSeed(seed).split("baselines") },
  });
  if (!options.json) {
    io.stdout(`${textTable(baselineRows(found), [1])}\n`);
    return EXIT.ok;
  }
  const document = {
    schema: "loopgd.baselines/1",
    ...{ dim, contextLength, loops, covariance: options.covariance, taskPrior: options.taskPrior },
    ...{ noiseVariance: options.noise, draws, seed, baselines: found.map(baselineEntry) },
  };
  io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  return EXIT.ok;
}
