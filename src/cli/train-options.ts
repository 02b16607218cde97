import { type Command, Option } from "commander";
import type { LayerFamily } from "../model/weights.js";
import { TRAINING_DEFAULTS } from "../training/training-defaults.js";
import type { CommonOptions } from "./io.js";
import {
  addCommonOptions,
  addLawOptions,
  integerOption,
  type LawOptions,
  numberOption,
} from "./options.js";

/** The options of `loopgd train`. */
export interface TrainOptions extends CommonOptions, LawOptions {
  readonly dim: number;
  readonly context: number;
  readonly layers: number;
  readonly loops: number;
  readonly family: LayerFamily;
  readonly engine?: "kernel" | "tfjs" | "population";
  readonly estimator?: "plain" | "conditional";
  readonly positions?: "last" | "all";
  readonly lossWeights?: string;
  readonly precision?: "float64" | "float32";
  readonly workers?: number;
  readonly backend?: string;
  readonly steps: number;
  readonly batch: number;
  readonly lr?: number;
  readonly optimizer: string;
  readonly schedule: string;
  readonly clip?: number;
  readonly average?: string;
  readonly similarity?: string;
  readonly curriculumContext?: string;
  readonly curriculumLoops?: string;
  readonly stack?: string;
  readonly stop?: readonly string[];
  readonly prompts: number;
  readonly checkpointEvery?: number;
  readonly resume: boolean;
  readonly out?: string;
}

/** Declares the options of `loopgd train`, grouped by what they are about. */
export function addTrainOptions(command: Command): void {
  const integer = (flag: string, minimum = 1) => integerOption("train", flag, minimum);
  const number = (flag: string) => numberOption("train", flag);
  const choice = (flags: string, text: string, choices: string[]) =>
    new Option(flags, text).choices(choices);
  command
    .optionsGroup("Model:")
    .requiredOption("--dim <d>", "covariate dimension", integer("--dim"))
    .requiredOption("--loops <L>", "how often the layers are applied", integer("--loops"))
    .option(
      "--layers <k>",
      "layers with weights of their own (untied: --loops 1)",
      integer("--layers"),
      1,
    )
    .addOption(
      choice("--family <name>", "which entries of the layers' (P, Q) are trained", [
        ...["restricted", "gd++", "full"],
      ]).default("restricted"),
    )
    .optionsGroup("Prompts:")
    .requiredOption("--context <n>", "in-context examples", integer("--context"));
  addLawOptions(command)
    .optionsGroup("What is minimised:")
    .addOption(
      choice(
        "--engine <name>",
        "kernel: fused, cost without n; tfjs: TensorFlow.js; population: the exact loss, no noise (default: kernel, or tfjs with --backend)",
        ["kernel", "tfjs", "population"],
      ),
    )
    .option("--batch <count>", "prompts a step", integer("--batch"), TRAINING_DEFAULTS.batch)
    .addOption(
      choice(
        "--estimator <name>",
        "plain: errors of prompts; conditional: task and query integrated out, less noise, restricted layers only (default: plain)",
        ["plain", "conditional"],
      ),
    )
    .option(
      "--loss-weights <list>",
      "weights of the errors after each loop, 0.2,0.3,0.5, or uniform (default: the last loop alone)",
    )
    .addOption(
      choice(
        "--positions <name>",
        "last: one query after the context; all: a query after every example (default: last)",
        ["last", "all"],
      ),
    )
    .option(
      "--similarity <strength>",
      "draw the blocks of an untied model together: STRENGTH or STRENGTH:LAYERS of a block",
    )
    .addOption(
      choice("--precision <type>", "of the kernel's arithmetic (default: float64)", [
        ...["float64", "float32"],
      ]),
    )
    .option(
      "--workers <count>",
      "threads of the kernel; the result is the same for any number (default: as many as help)",
      integer("--workers"),
    )
    .option(
      "--backend <name>",
      "of TensorFlow.js: tfjs-node-gpu, tfjs-node, wasm or cpu (default: first that works)",
    )
    .optionsGroup("How it is minimised:")
    .option("--steps <count>", "training steps", integer("--steps"), TRAINING_DEFAULTS.steps)
    .option("--lr <rate>", `peak learning rate (default: ${describeRates()})`, number("--lr"))
    .option(
      "--optimizer <spec>",
      "adam, adam:BETA1:BETA2, adamw:DECAY, sgd:MOMENTUM, nesterov:MOMENTUM",
      "adam",
    )
    .option("--schedule <spec>", "constant, cosine, cosine:WARMUP, step:EVERY:FACTOR", "cosine")
    .option("--clip <norm>", "clip the gradient to this norm", number("--clip"))
    .option(
      "--average <spec>",
      "keep an average of the weights: ema:DECAY, tail:FRACTION of the run, or polynomial:POWER",
    )
    .option(
      "--stop <rule>",
      "end early, may be repeated: within:SHARE[:WINDOW] of the closed form's loss; plateau:WINDOW[:LEVEL] once the loss falls by less than LEVEL standard errors from window to window",
      (rule: string, rules: readonly string[] | undefined) => [...(rules ?? []), rule],
    )
    .optionsGroup("In the course of the run:")
    .option(
      "--curriculum-context <spec>",
      "context length by step, up to --context: FROM:TO:STEPS (a ramp, 5:20:2000) or VALUE@STEP,… (5@0,20@500)",
    )
    .option("--curriculum-loops <spec>", "loops by step, up to --loops; the same forms")
    .option(
      "--stack <spec>",
      "grow an untied model block by block: last or middle (the block copied), then :LAYERS of a block, :ALPHA (stage i gets a share i^ALPHA of the steps), :reset (the optimiser's memory)",
    )
    .optionsGroup("Run folder:")
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
    .option("--out <folder>", "run folder; default: runs/ and the setting")
    .optionsGroup("Options:");
  addCommonOptions(command);
}

/** What run.json keeps of the options: all that decide the result, so not the number of threads. */
export function recordedOptions(options: TrainOptions): Record<string, unknown> {
  const {
    json: _json,
    quiet: _quiet,
    resume: _resume,
    out: _out,
    workers: _workers,
    ...kept
  } = options;
  return kept;
}

/** The arguments that repeat a run into a folder. */
export function trainArguments(options: TrainOptions, out: string): string[] {
  const { json: _json, quiet: _quiet, resume: _resume, seed: _seed, ...all } = options;
  const { dim, context, layers, loops, ...kept } = all;
  return Object.entries({ dim, context, layers, loops, ...kept, out }).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return [value].flat().flatMap((text) => (text === undefined ? [] : [flag, String(text)]));
  });
}

/** The default learning rates in words: they depend on the family. */
function describeRates(): string {
  return Object.entries(TRAINING_DEFAULTS.learningRate)
    .map(([family, rate]) => `${rate} for ${family}`)
    .join(", ");
}
