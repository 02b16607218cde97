import { type Command, Option } from "commander";
import type { LayerFamily } from "../../model/weights.js";
import { TRAINING_DEFAULTS } from "../../training/training-defaults.js";
import type { TrainingRun } from "../../training/training-run.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import {
  addCommonOptions,
  addLawOptions,
  integerOption,
  type LawOptions,
  numberOption,
} from "../options.js";
import { announceRun, reproduceCommand } from "../reproduce.js";

interface TrainOptions extends CommonOptions, LawOptions {
  readonly dim: number;
  readonly context: number;
  readonly layers: number;
  readonly loops: number;
  readonly family: LayerFamily;
  readonly engine: "tfjs" | "population";
  readonly steps: number;
  readonly batch: number;
  readonly lr?: number;
  readonly optimizer: string;
  readonly schedule: string;
  readonly clip?: number;
  readonly backend?: string;
  readonly prompts: number;
  readonly checkpointEvery?: number;
  readonly resume: boolean;
  readonly out?: string;
}

/** `loopgd train`: trains a model at token level and holds it against the closed form. */
export function addTrainCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string, minimum = 1) => integerOption("train", flag, minimum);
  const command = program
    .command("train")
    .description("train an in-context model, compare it with the closed form, write a run folder")
    .addHelpText(
      "before",
      "Example: loopgd train --dim 10 --context 20 --loops 2 --covariance condition:10 --out runs/demo\n" +
        "         loopgd train --dim 10 --context 20 --loops 2 --covariance condition:10 --out runs/demo --resume\n",
    )
    .requiredOption("--dim <d>", "covariate dimension", integer("--dim"))
    .requiredOption("--context <n>", "in-context examples", integer("--context"))
    .requiredOption("--loops <L>", "how often the layers are applied", integer("--loops"))
    .option(
      "--layers <k>",
      "layers with weights of their own (untied: --loops 1)",
      integer("--layers"),
      1,
    )
    .addOption(
      new Option("--family <name>", "which entries of the layers' (P, Q) are trained")
        .choices(["restricted", "gd++", "full"])
        .default("restricted"),
    )
    .addOption(
      new Option("--engine <name>", "tfjs: fresh prompts; population: the exact loss, no noise")
        .choices(["tfjs", "population"])
        .default("tfjs"),
    )
    .option("--steps <count>", "training steps", integer("--steps"), TRAINING_DEFAULTS.steps)
    .option("--batch <count>", "fresh prompts a step", integer("--batch"), TRAINING_DEFAULTS.batch)
    .option(
      "--lr <rate>",
      `peak learning rate (default: ${describeRates()})`,
      numberOption("train", "--lr"),
    )
    .option("--optimizer <spec>", "adam, adamw:DECAY, sgd:MOMENTUM, nesterov:MOMENTUM", "adam")
    .option("--schedule <spec>", "constant, cosine, cosine:WARMUP, step:EVERY:FACTOR", "cosine")
    .option("--clip <norm>", "clip the gradient to this norm", numberOption("train", "--clip"))
    .option("--backend <name>", "tfjs-node-gpu, tfjs-node, wasm or cpu; default: first that works")
    .option(
      "--prompts <count>",
      "fresh prompts for the final loss",
      integer("--prompts", 2),
      100_000,
    )
    .option(
      "--checkpoint-every <steps>",
      "default: a tenth of the run",
      integer("--checkpoint-every"),
    )
    .option("--resume", "continue the run in --out from its newest checkpoint", false)
    .option("--out <folder>", "run folder; default: runs/ and the setting");
  addCommonOptions(addLawOptions(command)).action(async (options: TrainOptions) => {
    finish(await trainCommand(options, io));
  });
}

async function trainCommand(options: TrainOptions, io: CliIo): Promise<number> {
  const { parseOptimizer } = await import("../../training/parse-optimizer.js");
  const { parseSchedule } = await import("../../training/schedule.js");
  const { closedForm } = await import("../../compare/closed-form.js");
  const { populationEngine } = await import("../../compare/population-objective.js");
  const { Stream } = await import("../../random/stream.js");
  const { openRunFolder } = await import("../run-folder.js");
  const { promptLaw } = await import("../prompt-law.js");
  const { dim, context: contextLength, layers, loops, family, seed } = options;
  const distribution = promptLaw(options, dim, contextLength);
  const optimizer = parseOptimizer(options.optimizer);
  const schedule = parseSchedule(options.schedule);
  const reference = closedForm(distribution, layers * loops);
  const shape = { family, dim, layers, loops };
  const stream = Stream.fromSeed(seed).split("train");
  const exact =
    options.engine === "population" ? populationEngine(shape, distribution, stream) : {};
  const out =
    options.out ??
    `runs/${family}-d${dim}-n${contextLength}-${layers === 1 ? "" : `k${layers}-`}L${loops}-seed${seed}`;
  const reproduce = reproduceCommand("train", argumentsOf(options, out), seed);
  const folder = openRunFolder(
    out,
    { options: recorded(options), seed, reproduce, now: io.now },
    options.resume,
  );

  const { trainInContext } = await import("../../training/train-in-context.js");
  const { trainingProgress } = await import("../training-progress.js");
  announceRun(io, options, reproduce);
  const progress = trainingProgress(io, options.quiet);
  const run = await trainInContext({
    distribution,
    shape,
    ...exact,
    optimizer,
    schedule,
    stream,
    folder: out,
    resume: options.resume,
    signal: io.signal,
    onEngine: (name) => {
      // Only now: a run that is refused must not leave a folder that refuses the next one.
      folder.begin();
      progress.engine(name);
    },
    onStep: progress.step,
    ...(reference.kind === "none" ? {} : { referenceLoss: reference.loss }),
    steps: options.steps,
    batch: options.batch,
    ...(options.lr === undefined ? {} : { learningRate: options.lr }),
    ...(options.clip === undefined ? {} : { clipNorm: options.clip }),
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
  }).finally(progress.stop);
  folder.finish(run);
  if (run.status === "interrupted" || run.status === "diverged") {
    io.stderr(`loopgd: ${run.message}\n`);
    if (run.status === "interrupted") io.stderr(`resume with: ${reproduce} --resume\n`);
    return run.status === "diverged" ? EXIT.failure : exitCodeOf(io.signal);
  }
  await concludeRun(run, options, out, reproduce, io);
  return EXIT.ok;
}

/** The default learning rates in words: they depend on the family. */
function describeRates(): string {
  return Object.entries(TRAINING_DEFAULTS.learningRate)
    .map(([family, rate]) => `${rate} for ${family}`)
    .join(", ");
}

/** Compares the finished run with the closed form; prints and reports it. */
async function concludeRun(
  run: TrainingRun,
  options: TrainOptions,
  out: string,
  reproduce: string,
  io: CliIo,
): Promise<void> {
  const { join } = await import("node:path");
  const { compareWeights } = await import("../../compare/compare-weights.js");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { Stream } = await import("../../random/stream.js");
  const { renderTrainingReport } = await import("../../report/training-report.js");
  const { comparisonDocument, describeComparison } = await import("../comparison-document.js");
  const { reportHeader } = await import("../report-header.js");
  const comparison = compareWeights(run.weights, run.distribution, {
    loops: options.loops,
    prompts: options.prompts,
    stream: Stream.fromSeed(options.seed).split("compare"),
  });
  const document = {
    ...comparisonDocument(comparison),
    seed: options.seed,
    out,
    training: {
      status: run.status,
      engine: run.engine,
      steps: run.history.at(-1)?.step ?? 0,
      seconds: run.seconds,
    },
  };
  const header = reportHeader("Training run", options.seed, reproduce, io.now());
  const report = join(out, "report.html");
  writeFileAtomically(
    "train",
    join(out, "comparison.json"),
    `${JSON.stringify(document, null, 2)}\n`,
  );
  writeFileAtomically("train", report, renderTrainingReport({ run, comparison, header }));
  io.stdout(
    options.json ? `${JSON.stringify(document, null, 2)}\n` : describeComparison(comparison),
  );
  if (!options.quiet) io.stderr(`report: ${report}\n`);
}

/** What run.json keeps of the options: all that decide the result. */
function recorded(options: TrainOptions): Record<string, unknown> {
  const { json: _json, quiet: _quiet, resume: _resume, out: _out, ...kept } = options;
  return kept;
}

function argumentsOf(options: TrainOptions, out: string): string[] {
  const flags: [string, string | number | undefined][] = [
    ["--dim", options.dim],
    ["--context", options.context],
    ["--layers", options.layers],
    ["--loops", options.loops],
    ["--covariance", options.covariance],
    ["--task-prior", options.taskPrior],
    ["--noise", options.noise],
    ["--family", options.family],
    ["--engine", options.engine],
    ["--steps", options.steps],
    ["--batch", options.batch],
    ["--lr", options.lr],
    ["--optimizer", options.optimizer],
    ["--schedule", options.schedule],
    ["--clip", options.clip],
    ["--backend", options.backend],
    ["--prompts", options.prompts],
    ["--checkpoint-every", options.checkpointEvery],
    ["--out", out],
  ];
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}
