import type { Rational } from "../numeric/rational.js";
import type { Stream } from "../random/stream.js";
import type { TrainingRun } from "../training/training-run.js";
import type { CertificateReference } from "./certificate-reference.js";

/** A number the runner compares: a double, or an exact rational. */
export type Quantity = number | Rational;

/**
 * How the runner reads (measured, predicted), componentwise.
 *
 * - `identity`, `equality`: |measured − predicted| ≤ errorBudget
 * - `upper-bound`: measured ≤ predicted; `lower-bound`: measured ≥ predicted
 * - `existence`: measured < predicted strictly: the witness beats the value to be beaten
 */
export type ClaimKind = "identity" | "equality" | "upper-bound" | "lower-bound" | "existence";

/** How a value was obtained: in exact arithmetic, in floating point with a bound, or by sampling. */
export type Method = "exact" | "certified" | "sampled";

/** What a claim came to at one setting; docs/verdicts.md says what each means. */
export type Verdict =
  | "holds"
  | "vacuous"
  | "refuted"
  | "inconclusive"
  | "not-applicable"
  | "broken";

/** What the trust in a sampled mean rests on. */
export interface Sample {
  readonly draws: number;
  /**
   * Largest share of a component's sample variance that a single draw carries. Where it is not small
   * the tails are heavy and the standard error itself may be far too small.
   */
  readonly largestShare: number;
}

/** What the measuring side of a claim found. */
export interface Measurement {
  readonly value: Quantity | readonly Quantity[];
  /** Largest admissible |measured − truth|: 0 when exact, 5 standard errors when sampled. */
  readonly errorBudget: Quantity | readonly Quantity[];
  readonly method: Method;
  /** How a sampled value was drawn; `errorBudget` is then five standard errors. */
  readonly sample?: Sample;
  /** Where an extreme value is attained, in words, for the reader of an inequality. */
  readonly attained?: string;
  /** The training run that was measured, for the report. */
  readonly training?: TrainingRun;
}

/**
 * The constant of an inequality, so that verdicts can say how tight it is.
 *
 * Conventions.  the bound is proportional to constant^power
 */
export interface StatedConstant<Setting> {
  /** "1/16", "c" */
  readonly name: string;
  stated(setting: Setting): number;
  /** 1 when absent. */
  power?(setting: Setting): number;
}

/** One named point of a claim's grid, with the verdict on record. */
export interface ClaimCase<Setting> {
  readonly name: string;
  readonly setting: Setting;
  /** Default: "holds". */
  readonly expected?: Verdict;
  /** What would decide a case that is on record as inconclusive: draws, boxes, digits. */
  readonly needs?: string;
}

/**
 * A theorem as a record: what is said, where it applies, what theory predicts, what is measured, and
 * the wrong formulas it must reject.
 *
 * `rivals` are plausible slips (a dropped +1, 1/(n+1) for 1/n). The measurement must contradict each
 * of them at some setting where it agrees with the statement, or the claim's budget is too large to
 * mean anything.
 *
 * `predicted`, `measured` and every rival are handed equal streams at one setting: what one side
 * draws from `stream.split("prompts")`, the other draws again.
 */
export interface Claim<Setting = unknown> {
  readonly id: string;
  readonly title: string;
  /** TeX, conclusion first. */
  readonly statement: string;
  readonly source: string;
  readonly kind: ClaimKind;
  readonly hypotheses: Readonly<Record<string, (setting: Setting) => boolean>>;
  readonly grid: {
    readonly quick: readonly ClaimCase<Setting>[];
    /** Run with --thorough, after the quick ones. */
    readonly thorough: readonly ClaimCase<Setting>[];
  };
  predicted(setting: Setting, stream: Stream): Quantity | readonly Quantity[];
  measured(setting: Setting, stream: Stream): Measurement | Promise<Measurement>;
  readonly rivals: Readonly<
    Record<string, (setting: Setting, stream: Stream) => Quantity | readonly Quantity[]>
  >;
  /** The constant of a bound; without it the bound counts as 1 times itself. */
  readonly constant?: StatedConstant<Setting>;
  /** True where the statement holds for every possible measurement and so says nothing. */
  isVacuous?(setting: Setting): boolean;
  /** The committed certificates that prove the verdict at a setting; none when absent. */
  certificates?(setting: Setting): readonly CertificateReference[];
  /** The regime a setting lies in, in words and numbers, for the reader of the verdict. */
  regime?(setting: Setting): string;
}

/**
 * Declares a claim. Its setting type stays inside: a registry holds claims of every setting, and a
 * claim is only ever asked about the points of its own grid.
 */
export function defineClaim<Setting>(claim: Claim<Setting>): Claim {
  return claim as Claim;
}
