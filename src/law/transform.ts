import type { Matrix } from "../numeric/matrix.js";
import type { PromptTokens } from "../prompt/token-prompt.js";

/** The prompt with entry (row, column) of its tokens replaced by `entry(row, column)`. */
export function mapTokens(
  { dim, contextLength, tokens }: PromptTokens,
  entry: (value: number, row: number, column: number) => number,
): PromptTokens {
  const columns = contextLength + 1;
  return {
    dim,
    contextLength,
    tokens: tokens.map((value, k) => entry(value, Math.floor(k / columns), k % columns)),
  };
}

/** The prompt whose context examples are those at `indices`, in that order; the query stays. */
export function pickExamples(prompt: PromptTokens, indices: readonly number[]): PromptTokens {
  const { dim, contextLength, tokens } = prompt;
  const columns = indices.length + 1;
  const picked = new Float64Array((dim + 1) * columns);
  for (let row = 0; row <= dim; row++) {
    [...indices, contextLength].forEach((source, column) => {
      picked[row * columns + column] = tokens[row * (contextLength + 1) + source]!;
    });
  }
  return { dim, contextLength: indices.length, tokens: picked };
}

/** The prompt with every covariate x, the query's too, replaced by Mx. */
export function mapCovariates(prompt: PromptTokens, matrix: Matrix): PromptTokens {
  const { dim, contextLength, tokens } = prompt;
  const columns = contextLength + 1;
  return mapTokens(prompt, (value, row, column) => {
    if (row === dim) return value;
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += matrix.get(row, i) * tokens[i * columns + column]!;
    return sum;
  });
}

/** The prompt with its query covariate replaced. */
export function withQuery(prompt: PromptTokens, query: ArrayLike<number>): PromptTokens {
  return mapTokens(prompt, (value, row, column) =>
    column === prompt.contextLength && row < prompt.dim ? query[row]! : value,
  );
}

/** The prompt with its context labels replaced. */
export function withLabels(prompt: PromptTokens, labels: ArrayLike<number>): PromptTokens {
  return mapTokens(prompt, (value, row, column) =>
    row === prompt.dim && column < prompt.contextLength ? labels[column]! : value,
  );
}
