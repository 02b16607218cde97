import { type Command, Option } from "commander";
import { ArgumentError } from "../errors.js";
import { parseInteger } from "../numeric/integer.js";

/** Parses an option's text; refuses with the flag, the requirement and the text. */
type Parser<T> = (text: string) => T;

/** A decimal integer of at least `minimum` that a double holds exactly. */
export function integerOption(command: string, flag: string, minimum = 1): Parser<number> {
  const requirement = minimum === 1 ? "a positive integer" : `an integer of at least ${minimum}`;
  return (text) => {
    const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < minimum) {
      throw new ArgumentError(command, flag, requirement, text);
    }
    return value;
  };
}

/** A positive integer of any size, "20" or "1e30", exactly. */
export function bigIntegerOption(command: string, flag: string): Parser<bigint> {
  return (text) => {
    const value = parseInteger(text) ?? 0n;
    if (value < 1n) {
      throw new ArgumentError(command, flag, "a positive integer such as 20 or 1e30", text);
    }
    return value;
  };
}

/** A finite number above zero (or from zero on). */
export function numberOption(
  command: string,
  flag: string,
  { allowZero = false } = {},
): Parser<number> {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || (allowZero ? value < 0 : value <= 0)) {
      throw new ArgumentError(command, flag, `a finite number ${allowZero ? "≥" : ">"} 0`, text);
    }
    return value;
  };
}

/** `--json`, `--quiet` and `--seed`, which every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON document on stdout", false)
    .option("--quiet", "no progress and no messages on stderr", false)
    .option(
      "--seed <integer>",
      "seed of everything random",
      integerOption(command.name(), "--seed", 0),
      0,
    );
}

/** The options that name a prompt law: --covariance, --covariates, --task-prior, --task-pool, --noise. */
export function addLawOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--covariance <spec>",
        "identity, diag:1,1,0.25, ar1:0.5, condition:10 or file:PATH (.json, .csv, .npy)",
      ).default("identity"),
    )
    .option(
      "--covariates <law>",
      "their shape: gaussian, uniform, sphere, student:NU or mixture:K, scaled to --covariance; exact theory is about gaussian",
      "gaussian",
    )
    .addOption(
      new Option(
        "--task-prior <spec>",
        "inverse (of the covariance), or any covariance spec",
      ).default("inverse"),
    )
    .option(
      "--task-pool <count>",
      "draw tasks from a fixed pool of this many; default: a fresh task in every prompt",
      integerOption(command.name(), "--task-pool"),
    )
    .option(
      "--noise <variance>",
      "variance of the context labels' noise",
      numberOption(command.name(), "--noise", { allowZero: true }),
      0,
    );
}

/** The values of `addLawOptions`. */
export interface LawOptions {
  readonly covariance: string;
  readonly covariates: string;
  readonly taskPool?: number;
  readonly taskPrior: string;
  readonly noise: number;
}
