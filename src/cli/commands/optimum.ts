import type { Command } from "commander";
import type { ClosedForm } from "../../compare/closed-form.js";
import type { Matrix } from "../../numeric/matrix.js";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import {
  addCommonOptions,
  addLawOptions,
  bigIntegerOption,
  integerOption,
  type LawOptions,
} from "../options.js";
import { formatNumber, textTable } from "../text-table.js";

interface OptimumOptions extends CommonOptions, LawOptions {
  readonly dim: number;
  readonly context: bigint;
  readonly loops: number;
  readonly digits: number;
  readonly fields?: string;
}

/** `loopgd optimum`: the exact optimum of a prompt law, and what the paper's bound says there. */
export function addOptimumCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("optimum")
    .description("exact optimal step size and loss, with the paper's bound")
    .addHelpText(
      "before",
      "Example: loopgd optimum --dim 10 --context 20 --loops 5\n" +
        "         loopgd optimum --dim 10 --context 1e30 --loops 3 --json\n",
    )
    .requiredOption("--dim <d>", "covariate dimension", integerOption("optimum", "--dim"))
    .requiredOption(
      "--context <n>",
      "in-context examples, any size: 20, 1e30",
      bigIntegerOption("optimum", "--context"),
    )
    .requiredOption("--loops <L>", "loops of the one layer", integerOption("optimum", "--loops"))
    .option(
      "--digits <count>",
      "significant digits of the enclosures",
      integerOption("optimum", "--digits"),
      50,
    )
    .option(
      "--fields <list>",
      "of symmetric, best, untied, gdPlusPlus, family, saddle, saddleFrom; default with --json: all that are quick",
    );
  addCommonOptions(addLawOptions(command)).action(async (options: OptimumOptions) => {
    finish(await optimum(options, io));
  });
}

async function optimum(options: OptimumOptions, io: CliIo): Promise<number> {
  const { closedForm } = await import("../../compare/closed-form.js");
  const { HypothesisError } = await import("../../errors.js");
  const { promptLaw } = await import("../prompt-law.js");
  const { describeFields, noFields, optimumFields, parseFields } = await import(
    "../optimum-fields.js"
  );
  const { Rational } = await import("../../numeric/rational.js");
  const { paperBound } = await import("../../theory/paper-bound.js");
  const fields = parseFields(options.fields);
  const { dim, context: contextLength, loops, digits } = options;
  // The law's matrices do not depend on the context length, which may exceed any double.
  const law = { ...promptLaw(options, dim, 1), contextLength };
  const form = closedForm(law, loops, digits);
  if (form.kind === "none") throw new HypothesisError(`optimum: ${form.reason}`);
  // The paper's theorem is about the noise-free law with prior Σ⁻¹.
  const hasPaperBound = options.taskPrior === "inverse" && options.noise === 0;
  const bound = hasPaperBound ? paperBound({ dim, contextLength, loops }) : null;
  const document = {
    schema: "loopgd.optimum/1",
    dim,
    contextLength:
      contextLength <= Number.MAX_SAFE_INTEGER ? Number(contextLength) : String(contextLength),
    loops,
    covariance: options.covariance,
    taskPrior: options.taskPrior,
    noiseVariance: options.noise,
    isotropic: isotropicEntry(form, digits),
    oneLayer:
      form.kind === "one-layer"
        ? { preconditioner: form.preconditioner.to2DArray(), loss: form.loss }
        : null,
    paperBound:
      bound === null
        ? null
        : {
            delta: bound.delta,
            c: bound.c,
            vacuous: bound.vacuous,
            contextForNonVacuous: String(bound.contextForNonVacuous),
          },
  };
  const noiseVariance = Rational.fromNumber(options.noise);
  const isAsked = options.json || fields !== undefined;
  const setting = { dim, contextLength, loops, noiseVariance, seed: options.seed };
  const more = !isAsked
    ? {}
    : form.kind === "isotropic"
      ? optimumFields(setting, fields)
      : noFields(fields, "known for the task prior Σ⁻¹ only: --task-prior inverse");
  io.stdout(
    options.json
      ? `${JSON.stringify({ ...document, ...more }, null, 2)}\n`
      : `${textTable([...describe(document, form.preconditioner), ...describeFields(more)])}\n`,
  );
  return EXIT.ok;
}

function isotropicEntry(form: ClosedForm, digits: number) {
  if (form.kind !== "isotropic") return null;
  return {
    stepSize: form.stepSize.toNumber(),
    loss: form.loss,
    stepSizeEnclosure: form.stepSize.toDecimals(digits),
    lossEnclosure: form.lossEnclosure.toDecimals(digits),
  };
}

function describe(
  document: {
    dim: number;
    contextLength: number | string;
    loops: number;
    covariance: string;
    isotropic: ReturnType<typeof isotropicEntry>;
    oneLayer: { loss: number } | null;
    paperBound: { c: number; vacuous: boolean; contextForNonVacuous: string } | null;
  },
  preconditioner: Matrix,
): string[][] {
  const { isotropic, oneLayer, paperBound } = document;
  const rows: string[][] = [
    ["setting", `d = ${document.dim}, n = ${document.contextLength}, L = ${document.loops}`],
  ];
  if (isotropic !== null) {
    rows.push(
      ["b*", `${isotropic.stepSize}   (A* = b*Σ⁻¹)`],
      ["", `in [${isotropic.stepSizeEnclosure[0]},`],
      ["", `    ${isotropic.stepSizeEnclosure[1]}]`],
      ["loss", `${isotropic.loss}`],
      ["", `in [${isotropic.lossEnclosure[0]},`],
      ["", `    ${isotropic.lossEnclosure[1]}]`],
    );
  }
  if (oneLayer !== null) rows.push(["loss", `${oneLayer.loss}   (global optimum of one layer)`]);
  if (document.dim <= 10 && (oneLayer !== null || document.covariance !== "identity")) {
    preconditioner.to2DArray().forEach((row, i) => {
      rows.push([
        i === 0 ? "A*" : "",
        row.map((entry) => formatNumber(entry).padStart(12)).join(""),
      ]);
    });
  }
  if (paperBound !== null) {
    const regime = paperBound.vacuous
      ? `vacuous here: it says something from n = ${shortInteger(paperBound.contextForNonVacuous)} on`
      : "says something here";
    rows.push(["paper's c", `${formatNumber(paperBound.c)}   (${regime})`]);
  }
  return rows;
}

function shortInteger(digits: string): string {
  return digits.length <= 15 ? digits : `${digits[0]}.${digits.slice(1, 4)}e${digits.length - 1}`;
}
