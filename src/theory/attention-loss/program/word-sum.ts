/**
 * A polynomial with integer coefficients in matrices that do not commute.
 *
 * Conventions.  A word is the names of its factors, separated by blanks; "" is the identity. A name
 *               that ends in "'" is a transpose; G, Σ and Ω are symmetric.
 */
export class WordSum {
  static readonly ZERO = new WordSum(new Map());
  static readonly ONE = WordSum.of("");

  private constructor(readonly coefficients: ReadonlyMap<string, number>) {}

  static of(word: string, coefficient = 1): WordSum {
    return new WordSum(new Map([[word, coefficient]]));
  }

  plus(other: WordSum): WordSum {
    const sum = new Map(this.coefficients);
    for (const [word, coefficient] of other.coefficients) add(sum, word, coefficient);
    return new WordSum(sum);
  }

  minus(other: WordSum): WordSum {
    return this.plus(WordSum.of("", -1).times(other));
  }

  times(...others: readonly WordSum[]): WordSum {
    return others.reduce<WordSum>((left, right) => new WordSum(productOf(left, right)), this);
  }

  transposed(): WordSum {
    const result = new Map<string, number>();
    for (const [word, coefficient] of this.coefficients)
      add(result, transposeWord(word), coefficient);
    return new WordSum(result);
  }
}

/** The random sample covariance, (1/n) Σ of the tokens' outer products. */
export const SAMPLE_NAME = "G";

const SYMMETRIC = new Set([SAMPLE_NAME, "Σ", "Ω"]);

/** The word of the transposed product. */
export function transposeWord(word: string): string {
  if (word === "") return word;
  const flipped = word.split(" ").map((name) => {
    if (SYMMETRIC.has(name)) return name;
    return name.endsWith("'") ? name.slice(0, -1) : `${name}'`;
  });
  return flipped.reverse().join(" ");
}

function add(sum: Map<string, number>, word: string, coefficient: number): void {
  const total = (sum.get(word) ?? 0) + coefficient;
  if (total === 0) sum.delete(word);
  else sum.set(word, total);
}

function productOf(left: WordSum, right: WordSum): Map<string, number> {
  const product = new Map<string, number>();
  for (const [before, a] of left.coefficients) {
    for (const [after, b] of right.coefficients) {
      add(product, before === "" ? after : after === "" ? before : `${before} ${after}`, a * b);
    }
  }
  return product;
}
