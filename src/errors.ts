/** Root of every error loopgd throws on purpose; anything else that escapes is a bug. */
export class LoopgdError extends Error {
  override name = "LoopgdError";
}

/**
 * An argument that cannot be used, refused before any work.
 *
 * @example new ArgumentError("drawPrompt", "dim", "a positive integer", 0).message
 * // → "drawPrompt: dim must be a positive integer, got 0"
 */
export class ArgumentError extends LoopgdError {
  override name = "ArgumentError";
  readonly argument: string;

  constructor(where: string, argument: string, requirement: string, value: unknown) {
    super(`${where}: ${argument} must be ${requirement}, got ${describeValue(value)}`);
    this.argument = argument;
  }
}

/** A well-formed question outside the hypotheses, or the reach, of the method asked. */
export class HypothesisError extends LoopgdError {
  override name = "HypothesisError";
}

/** A computation that left the finite numbers or did not converge. */
export class NumericalError extends LoopgdError {
  override name = "NumericalError";
}

/** Throws an ArgumentError unless `value` is a safe integer of at least `minimum`. */
export function requireInteger(where: string, argument: string, value: number, minimum = 1): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    const requirement = minimum === 1 ? "a positive integer" : `an integer of at least ${minimum}`;
    throw new ArgumentError(where, argument, requirement, value);
  }
}

/** Throws an ArgumentError unless `value` is a finite number above zero (or zero, when allowed). */
export function requirePositive(
  where: string,
  argument: string,
  value: number,
  options: { allowZero?: boolean } = {},
): void {
  const admissible = options.allowZero ? value >= 0 : value > 0;
  if (!Number.isFinite(value) || !admissible) {
    const requirement = options.allowZero ? "a finite number ≥ 0" : "a finite number > 0";
    throw new ArgumentError(where, argument, requirement, value);
  }
}

/** Text that an ArgumentError shows as it is, for values better described than printed. */
export class Description {
  constructor(readonly text: string) {}
}

function describeValue(value: unknown): string {
  if (value instanceof Description) return value.text;
  if (typeof value === "string")
    return value.length > 80 ? `"${value.slice(0, 77)}…"` : `"${value}"`;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "object" && value !== null) {
    const text =
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? `[${String(value)}]`
        : value.constructor.name;
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
  }
  return String(value);
}
