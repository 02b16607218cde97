import { ArgumentError } from "../../errors.js";
import { Matrix } from "../../numeric/matrix.js";
import type { AttentionLayer } from "../weights.js";

/**
 * How a file's (P, Q) become a model: what papers and programs choose differently.
 *
 * Statement.    Z ← Z ± s P Z M (Zᵀ Q Z), ŷ = ∓ Z[d+1, n+1]
 * Conventions.  loopgd's own: attention +, scale 1/n, Q as it is, ŷ negated, the query no key
 */
export interface Convention {
  /** Sign of the attention; −1 stands for Q → −Q. */
  readonly attention: 1 | -1;
  /** Sign of the label entry in ŷ. */
  readonly output: 1 | -1;
  readonly scale: "1/n" | "1/(n+1)" | "1";
  /** "transposed": the file's Q is the transpose, as where attention is written z_queryᵀ Q z_key. */
  readonly orientation: "plain" | "transposed";
  /** "visible": the query token is a key too. */
  readonly query: "masked" | "visible";
}

export const LOOPGD_CONVENTION: Convention = {
  attention: 1,
  output: -1,
  scale: "1/n",
  orientation: "plain",
  query: "masked",
};

const CHOICES = {
  attention: [1, -1],
  output: [-1, 1],
  scale: ["1/n", "1/(n+1)", "1"],
  orientation: ["plain", "transposed"],
  query: ["masked", "visible"],
} as const;

const WORDS: Readonly<Record<string, Partial<Convention>>> = {
  "attention+": { attention: 1 },
  "attention-": { attention: -1 },
  "output-": { output: -1 },
  "output+": { output: 1 },
  "1/n": { scale: "1/n" },
  "1/(n+1)": { scale: "1/(n+1)" },
  "1": { scale: "1" },
  plain: { orientation: "plain" },
  transposed: { orientation: "transposed" },
  masked: { query: "masked" },
  visible: { query: "visible" },
  loopgd: LOOPGD_CONVENTION,
};

/** The words of --convention, for messages and help. */
const CONVENTION_WORDS = Object.keys(WORDS).join(", ");

/**
 * What a comma-separated list of words fixes of a convention.
 *
 * Throws.       ArgumentError for another word, or words that contradict each other
 * @example parseConvention("1/(n+1),output+")  // → { scale: "1/(n+1)", output: 1 }
 */
export function parseConvention(text: string): Partial<Convention> {
  let fixed: Partial<Convention> = {};
  for (const part of text.split(",")) {
    const word = part.trim();
    const meaning = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (meaning === undefined) {
      const requirement = `a list of ${CONVENTION_WORDS}`;
      throw new ArgumentError("parseConvention", "--convention", requirement, word);
    }
    for (const key of Object.keys(meaning) as (keyof Convention)[]) {
      if (fixed[key] !== undefined && fixed[key] !== meaning[key]) {
        const requirement = "free of contradictions";
        throw new ArgumentError("parseConvention", "--convention", requirement, text);
      }
    }
    fixed = { ...fixed, ...meaning };
  }
  return fixed;
}

/** A convention in the words of --convention. */
export function describeConvention({ attention, output, ...rest }: Convention): string {
  const sign = (value: 1 | -1) => (value === 1 ? "+" : "-");
  const { scale, orientation, query } = rest;
  return [`attention${sign(attention)}`, `output${sign(output)}`, scale, orientation, query].join(
    ",",
  );
}

/** Every convention that has what is fixed, loopgd's own choices first. */
export function conventionsWith(fixed: Partial<Convention>): Convention[] {
  let found: Partial<Convention>[] = [fixed];
  for (const [key, choices] of Object.entries(CHOICES)) {
    if (fixed[key as keyof Convention] !== undefined) continue;
    found = found.flatMap((partial) =>
      choices.map((choice) => ({ ...partial, [key]: choice }) as Partial<Convention>),
    );
  }
  return found as Convention[];
}

/**
 * A file's layers as loopgd applies them; the output sign and the query's visibility are not of (P, Q).
 *
 * Accuracy.     exact for the scale 1/n; one rounding an entry for the others
 */
export function toLayers(
  layers: readonly AttentionLayer[],
  convention: Convention,
  contextLength: number,
): AttentionLayer[] {
  const { attention, scale, orientation } = convention;
  const n = contextLength;
  const ratio = { "1/n": 1, "1/(n+1)": n / (n + 1), "1": n }[scale] * attention;
  return layers.map(({ value, keyQuery }) => ({
    value,
    keyQuery: Matrix.mul(orientation === "plain" ? keyQuery : keyQuery.transpose(), ratio),
  }));
}
