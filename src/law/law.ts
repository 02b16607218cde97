import type fc from "fast-check";
import { LawViolation } from "./law-violation.js";
import type { ModelUnderTest } from "./predictor.js";

/** Two lists of numbers that a law holds against each other, with what they are. */
export interface Comparison {
  readonly relation: "equal" | "at-most";
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** What stands on either side, e.g. ["predictions", "gradient descent"]. */
  readonly names: readonly [string, string];
}

/** A property that a kind of in-context model must have, over inputs of its own. */
export interface Law {
  readonly id: string;
  /** What holds, in one sentence. */
  readonly statement: string;
  /** Why it holds, and for which models. */
  readonly why: string;
  /** Why the law says nothing about a model; null where it applies. */
  exclusion(model: ModelUnderTest): string | null;
  /** Inputs that fast-check draws and shrinks. */
  cases(model: ModelUnderTest): fc.Arbitrary<unknown>;
  /** Throws LawViolation when the model breaks the law on one input. */
  check(model: ModelUnderTest, input: unknown): Promise<void>;
}

const DEFAULT_TOLERANCE = 1e-9;

/** Declares a law; the type of its inputs stays inside. */
export function defineLaw<Input>(law: {
  readonly id: string;
  readonly statement: string;
  readonly why: string;
  readonly exclusion?: (model: ModelUnderTest) => string | null;
  readonly cases: (model: ModelUnderTest) => fc.Arbitrary<Input>;
  readonly compare: (model: ModelUnderTest, input: Input) => Promise<Comparison>;
}): Law {
  const { id, statement, why, exclusion = () => null, cases, compare } = law;
  return {
    ...{ id, statement, why, exclusion, cases },
    async check(model, input) {
      judge(await compare(model, input as Input), model.tolerance ?? DEFAULT_TOLERANCE);
    },
  };
}

/** Throws LawViolation unless the relation holds within `tolerance` of the largest number or 1. */
function judge({ relation, left, right, names }: Comparison, tolerance: number): void {
  const [a, b] = [Array.from(left), Array.from(right)];
  const scale = Math.max(1, ...a.map(Math.abs), ...b.map(Math.abs));
  const excess = a.map((value, i) =>
    relation === "equal" ? Math.abs(value - b[i]!) : value - b[i]!,
  );
  // Written so that NaN is the worst.
  const worst = excess.reduce((best, value, i) => (value <= excess[best]! ? best : i), 0);
  if (excess[worst]! <= tolerance * scale) return;
  const difference = excess[worst]!.toExponential(3);
  const sign = relation === "equal" ? "≠" : ">";
  throw new LawViolation(
    [
      `${names[0]} ${sign} ${names[1]}: difference ${difference} at entry ${worst + 1} of ${a.length}, tolerance ${(tolerance * scale).toExponential(1)}`,
      `  ${names[0]}: ${a.map(show).join(", ")}`,
      `  ${names[1]}: ${b.map(show).join(", ")}`,
    ].join("\n"),
  );
}

function show(value: number): string {
  return value.toPrecision(12).replace(/\.?0+($|e)/, "$1");
}
