import { statSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { ClosedFormName } from "../../compare/closed-form-weights.js";
import type { TensorFormat } from "../../io/tensor-file.js";
import type { ExportLayout } from "../../model/layout/export-weights.js";
import { EXIT } from "../exit-code.js";
import type { ImportOptions } from "../imported-model.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, addLawOptions, integerOption, type LawOptions } from "../options.js";

interface ExportOptions extends CommonOptions, LawOptions {
  readonly closedForm?: ClosedFormName;
  readonly dim?: number;
  readonly context?: number;
  readonly loops?: number;
  readonly layout: ExportLayout;
  readonly fromLayout?: NonNullable<ImportOptions["layout"]>;
  readonly mapping?: string;
  readonly convention?: string;
  readonly format: TensorFormat;
  readonly out: string;
  readonly snippet?: string;
}

/** `loopgd export`: weights of a run, a file or a closed form for other programs. */
export function addExportCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string) => integerOption("export", flag);
  const command = program
    .command("export")
    .description("write trained or closed-form weights for other programs, with PyTorch code")
    .argument("[source]", "a run folder or a weight file (not with --closed-form)")
    .addHelpText(
      "before",
      "Example: loopgd export runs/demo --layout ahn --format npz --out demo.npz --snippet demo.py\n" +
        "         loopgd export --closed-form untied --dim 5 --context 20 --loops 3 --out untied.json --format json\n",
    )
    .addOption(
      new Option("--closed-form <name>", "an optimum instead of a file").choices([
        ...["isotropic", "one-layer", "untied", "best", "gd++"],
      ]),
    )
    .option("--dim <d>", "with --closed-form: covariate dimension", integer("--dim"))
    .option("--context <n>", "in-context examples; default: the source's", integer("--context"))
    .option("--loops <L>", "loops (layers of untied); default: the source's", integer("--loops"))
    .addOption(
      new Option("--layout <name>", "of what is written")
        .choices(["restricted", "full", "ahn", "ahn-full", "von-oswald"])
        .default("restricted"),
    )
    .addOption(
      new Option("--format <name>", "of the file")
        .choices(["safetensors", "npz", "json"])
        .default("safetensors"),
    )
    .requiredOption("--out <file>", "file to write")
    .option("--snippet <file>", "also write PyTorch code that loads and evaluates the weights")
    .addOption(
      new Option("--from-layout <name>", "of the source, as --layout of compare").choices([
        ...["loopgd", "ahn", "ahn-full", "von-oswald"],
      ]),
    )
    .option("--mapping <file>", "of the source, as compare takes it")
    .option("--convention <list>", "of the source, as compare takes it");
  addCommonOptions(addLawOptions(command)).action(
    async (source: string | undefined, options: ExportOptions) => {
      const given = new Set(
        ["context", "loops", "covariance", "covariates", "taskPrior", "taskPool", "noise"].filter(
          (name) => command.getOptionValueSource(name) === "cli",
        ),
      );
      finish(await exportCommand(source, options, given, io));
    },
  );
}

async function exportCommand(
  source: string | undefined,
  options: ExportOptions,
  given: ReadonlySet<string>,
  io: CliIo,
): Promise<number> {
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { writeTensorFile } = await import("../../io/tensor-file.js");
  const { exportWeights } = await import("../../model/layout/export-weights.js");
  const { pytorchSnippet } = await import("../../model/layout/pytorch-snippet.js");
  const { layout, format, out, snippet } = options;
  const { weights, loops, distribution } = await exported(source, options, given);
  const { contextLength, covariance, taskCovariance, noiseVariance } = distribution;
  const law = { contextLength, loops, noiseVariance, covariance, taskCovariance };
  writeTensorFile(out, format, exportWeights(weights, layout, law));
  const code = pytorchSnippet(out, format, layout);
  if (snippet !== undefined) writeFileAtomically("export", snippet, code, "--snippet");
  if (options.json) {
    const { family, layers } = weights;
    const document = {
      schema: "loopgd.export/1",
      out,
      layout,
      format,
      family,
      layers: layers.length,
    };
    io.stdout(`${JSON.stringify({ ...document, loops, snippet: snippet ?? code }, null, 2)}\n`);
  } else {
    io.stdout(snippet === undefined ? code : "");
    if (!options.quiet)
      io.stderr(`wrote ${out}${snippet === undefined ? "" : ` and ${snippet}`}\n`);
  }
  return EXIT.ok;
}

async function exported(
  source: string | undefined,
  options: ExportOptions,
  given: ReadonlySet<string>,
) {
  const { ArgumentError, Description } = await import("../../errors.js");
  const { closedFormWeights } = await import("../../compare/closed-form-weights.js");
  const { Stream } = await import("../../random/stream.js");
  const { importedModel } = await import("../imported-model.js");
  const { promptLaw } = await import("../prompt-law.js");
  const { closedForm, dim, context, loops } = options;
  const refuse = (argument: string, requirement: string, got: string): never => {
    throw new ArgumentError("export", argument, requirement, new Description(got));
  };
  if (closedForm === undefined) {
    if (source === undefined) return refuse("source", "given, or --closed-form", "neither");
    const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
    const { layout: _written, fromLayout, ...rest } = options;
    const reading = { ...rest, ...(fromLayout !== undefined && { layout: fromLayout }) };
    return importedModel(isFolder ? join(source, "weights.safetensors") : source, reading, given);
  }
  if (source !== undefined) return refuse("source", "absent with --closed-form", `"${source}"`);
  if (dim === undefined) return refuse("--dim", "given with --closed-form", "nothing");
  if (context === undefined) return refuse("--context", "given with --closed-form", "nothing");
  if (loops === undefined) return refuse("--loops", "given with --closed-form", "nothing");
  const distribution = promptLaw(options, dim, context);
  const stream = Stream.fromSeed(options.seed).split("export");
  return { ...closedFormWeights(closedForm, distribution, loops, stream), distribution };
}
