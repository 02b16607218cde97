import { ArgumentError, requirePositive } from "../errors.js";

/** An interval that holds the eigenvalues of the sample covariance Ŝ; 0 < lower < upper. */
export interface SpectralInterval {
  readonly lower: number;
  readonly upper: number;
}

/** Throws ArgumentError unless 0 < lower < upper, both finite. */
export function requireSpectralInterval(where: string, { lower, upper }: SpectralInterval): void {
  requirePositive(where, "lower", lower);
  requirePositive(where, "upper", upper);
  if (!(lower < upper)) throw new ArgumentError(where, "upper", `above ${lower}`, upper);
}
