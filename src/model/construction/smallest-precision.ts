import { NumericalError } from "../../errors.js";

/** Beyond this, fixed-point sums of products no longer fit a double's 53 bits. */
const MOST_BITS = 24;

/**
 * The least number of bits at which something works.
 *
 * Throws.       NumericalError where it does not up to 24 bits
 */
export function smallestPrecision(what: string, works: (bits: number) => boolean): number {
  for (let bits = 1; bits <= MOST_BITS; bits++) if (works(bits)) return bits;
  throw new NumericalError(
    `smallestPrecision: ${what} does not work in ${MOST_BITS} bits or fewer`,
  );
}
