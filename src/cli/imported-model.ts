import { ArgumentError, Description } from "../errors.js";
import {
  type Convention,
  describeConvention,
  parseConvention,
} from "../model/layout/convention.js";
import {
  applyConvention,
  type ConventionCandidate,
  type DetectedConvention,
  detectConvention,
} from "../model/layout/detect-convention.js";
import { importWeights, type Layout } from "../model/layout/import-weights.js";
import { narrowWeights } from "../model/layout/narrow-weights.js";
import { fullBlock, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { Stream } from "../random/stream.js";
import type { CommonOptions } from "./io.js";
import type { LawOptions } from "./options.js";
import { type Override, resolveLaw } from "./stored-law.js";

/** How a weight file is to be read. */
export interface ImportOptions {
  readonly layout?: Layout;
  readonly mapping?: string;
  readonly convention?: string;
}

/** Weights from a file with the law they are judged on, and how the file was understood. */
export interface ImportedModel {
  readonly weights: Weights;
  readonly distribution: PromptDistribution;
  readonly loops: number;
  readonly overrides: readonly Override[];
  readonly understood: {
    readonly layout: string;
    readonly convention: string;
    /** P's corner in each layer as the file has it: what the gauge P → cP hides. */
    readonly corners: readonly number[];
    /** What was tried, when prompts decided; null when the file, its layout or flags did. */
    readonly candidates: readonly { convention: string; loss: number }[] | null;
  };
}

/**
 * Reads a model to be judged: layers by layout or mapping, law by file and flags, convention by flags,
 * layout or prompts.
 *
 * Throws.       ArgumentError for whatever is wrong with file or flags, and for a convention that prompts
 *               leave open, with the candidates and their losses
 */
export function importedModel(
  file: string,
  options: ImportOptions &
    LawOptions &
    CommonOptions & { readonly context?: number; readonly loops?: number },
  given: ReadonlySet<string>,
): ImportedModel {
  const { layout, mapping, convention: words } = options;
  const imported = importWeights(file, {
    ...(layout !== undefined && { layout }),
    ...(mapping !== undefined && { mapping }),
  });
  const { layers, native, law } = imported;
  const stored = { weights: native ?? fullBlock(layers), ...law };
  const { distribution, loops, overrides } = resolveLaw(stored, options, given);
  const fixed = { ...imported.convention, ...(words !== undefined && parseConvention(words)) };
  const detected = detectConvention(layers, fixed, distribution, {
    loops,
    stream: Stream.fromSeed(options.seed).split("convention"),
  });
  if (detected.convention === null) throw ambiguous(file, detected);
  const { convention } = detected;
  const depth = layers.length * loops;
  const isOwn = native !== undefined && isLoopgd(convention);
  const applied = applyConvention(layers, convention, distribution.contextLength, depth);
  return {
    weights: isOwn && native.family !== "full" ? native : narrowWeights(applied),
    distribution,
    loops,
    overrides,
    understood: {
      layout: imported.layout,
      convention: describeConvention(convention),
      corners: layers.map(({ value }) => value.get(value.rows - 1, value.rows - 1)),
      candidates: detected.candidates.length === 1 ? null : detected.candidates.map(describe),
    },
  };
}

function isLoopgd(convention: Convention): boolean {
  return describeConvention(convention) === "attention+,output-,1/n,plain,masked";
}

function describe({ convention, loss }: ConventionCandidate) {
  return { convention: describeConvention(convention), loss };
}

const MOST_LISTED = 8;

function ambiguous(file: string, { candidates, zeroLoss }: DetectedConvention): ArgumentError {
  const [best] = candidates;
  const listed = candidates
    .slice(0, MOST_LISTED)
    .map(describe)
    .map(({ convention, loss }) => `\n  ${convention.padEnd(46)} loss ${loss.toPrecision(5)}`);
  const more = candidates.length - listed.length;
  const rest = more > 0 ? `\n  and ${more} worse ones` : "";
  const hint = `\nname what is known, for instance --convention "${describeConvention(best!.convention)}", or a part of it`;
  return new ArgumentError(
    "compare",
    "--convention",
    `given, since prompts leave open which convention "${file}" has (one is taken when its loss is below 3/4 of the prediction 0's and every other's is at least twice its own)`,
    new Description(
      `several that make sense; 0 has loss ${zeroLoss.toPrecision(5)}:${listed.join("")}${rest}${hint}`,
    ),
  );
}
