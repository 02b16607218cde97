import type { Command } from "commander";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, Finish } from "../io.js";
import { announceRun, reproduceCommand } from "../reproduce.js";
import {
  addTrainOptions,
  recordedOptions,
  type TrainOptions,
  trainArguments,
} from "../train-options.js";

/** `loopgd train`: trains a model at token level and holds it against the closed form. */
export function addTrainCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("train")
    .description("train an in-context model, compare it with the closed form, write a run folder")
    .addHelpText(
      "before",
      "Example: loopgd train --dim 10 --context 20 --loops 2 --covariance condition:10 --out runs/demo\n" +
        "         loopgd train --dim 10 --context 20 --loops 2 --covariance condition:10 --out runs/demo --resume\n",
    );
  addTrainOptions(command);
  command.action(async (options: TrainOptions) => {
    finish(await trainCommand(options, io));
  });
}

async function trainCommand(options: TrainOptions, io: CliIo): Promise<number> {
  const { Stream } = await import("../../random/stream.js");
  const { trainInContext } = await import("../../training/train-in-context.js");
  const { concludeRun } = await import("../conclude-run.js");
  const { promptLaw } = await import("../prompt-law.js");
  const { openRunFolder } = await import("../run-folder.js");
  const { trainingPlan } = await import("../training-plan.js");
  const { trainingProgress } = await import("../training-progress.js");
  const { dim, context: contextLength, layers, loops, family, seed, resume } = options;
  const distribution = promptLaw(options, dim, contextLength);
  const plan = trainingPlan(options, { family, dim, layers, loops }, distribution);
  const out =
    options.out ??
    `runs/${family}-d${dim}-n${contextLength}-${layers === 1 ? "" : `k${layers}-`}L${loops}-seed${seed}`;
  const reproduce = reproduceCommand("train", trainArguments(options, out), seed);
  const record = { options: recordedOptions(options), seed, reproduce, now: io.now };
  const folder = openRunFolder(out, record, resume);

  announceRun(io, options, reproduce);
  const progress = trainingProgress(io, options.quiet);
  const run = await trainInContext({
    ...plan,
    stream: Stream.fromSeed(seed).split("train"),
    folder: out,
    signal: io.signal,
    onEngine: (name) => {
      // Only now: a run that is refused must not leave a folder that refuses the next one.
      folder.begin();
      progress.engine(name);
    },
    onStep: progress.step,
  }).finally(progress.stop);
  folder.finish(run);
  if (run.status === "interrupted" || run.status === "diverged") {
    io.stderr(`loopgd: ${run.message}\n`);
    if (run.status === "interrupted") io.stderr(`resume with: ${reproduce} --resume\n`);
    return run.status === "diverged" ? EXIT.failure : exitCodeOf(io.signal);
  }
  if (run.message !== undefined && !options.quiet) io.stderr(`${run.message}\n`);
  concludeRun(run, options, out, reproduce, io);
  return EXIT.ok;
}
