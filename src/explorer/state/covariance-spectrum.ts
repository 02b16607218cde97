import { ArgumentError, Description } from "../../errors.js";
import { symmetricEigen } from "../../numeric/matrix.js";
import {
  autoregressiveCovariance,
  conditionedSpectrum,
  diagonalCovariance,
} from "../../prompt/covariance-family.js";

const FORMS = "identity, condition:10, ar1:0.5 or diag:1,1,0.25";

/**
 * The eigenvalues of the covariance that a specification of the command line names.
 *
 * Statement.    identity; condition:κ, log-spaced from κ^{−1/2} to κ^{1/2}; ar1:ρ, rising;
 *               diag:λ₁,…,λ_d as listed. The orientation is left out: no loss depends on it
 * Throws.       ArgumentError for any other text, and where the list has not dim entries
 */
export function covarianceSpectrum(spec: string, dim: number): number[] {
  const [family = "", parameter, ...rest] = spec.split(":");
  if (rest.length > 0) refuse(spec);
  if (family === "identity" && parameter === undefined) return new Array<number>(dim).fill(1);
  if (parameter === undefined || parameter.trim() === "") return refuse(spec);
  const numbers = parameter.split(",").map((text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : refuse(spec);
  });
  if (family === "diag") {
    const spectrum = diagonalCovariance(numbers).diagonal();
    if (spectrum.length === dim) return spectrum;
    const got = new Description(String(spectrum.length));
    throw new ArgumentError("covarianceSpectrum", "eigenvalues", `d = ${dim} in number`, got);
  }
  if (numbers.length > 1) refuse(spec);
  if (family === "condition") return conditionedSpectrum(dim, numbers[0]!);
  if (family === "ar1") return symmetricEigen(autoregressiveCovariance(dim, numbers[0]!)).values;
  return refuse(spec);
}

function refuse(spec: string): never {
  throw new ArgumentError("covarianceSpectrum", "covariance", `one of ${FORMS}`, spec);
}
