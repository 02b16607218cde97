import { ArgumentError, requireInteger } from "../errors.js";
import type { Stream } from "../random/stream.js";

/**
 * The shape of the covariates' law, apart from its covariance: x = C z, C the Cholesky factor of Σ.
 *
 * Statement.    z has mean 0 and covariance I:
 *               gaussian  z ~ N(0, I)
 *               uniform   z_i independent, uniform on [−√3, √3]
 *               sphere    z uniform on the sphere of radius √d
 *               student   z = √((ν − 2)/χ²_ν) g, one χ²_ν for the whole vector: multivariate t
 *               mixture   z = √¾ μ_k + ½ g in the first K − 1 coordinates, k uniform among K centres on
 *                         the regular simplex μ_{k,i} = √2 cos(π i (2k + 1)/(2K)), i = 1 … K − 1 (as
 *                         many as there are coordinates); z = g in the others
 * Conventions.  uniform and mixture are not invariant under rotation: they depend on C, not on Σ alone
 * Hypotheses.   student: ν > 4, so that E|x|⁴ and with it the loss of one loop is finite
 */
export type CovariateLaw =
  | { readonly kind: "gaussian" }
  | { readonly kind: "uniform" }
  | { readonly kind: "sphere" }
  | { readonly kind: "student"; readonly degreesOfFreedom: number }
  | { readonly kind: "mixture"; readonly components: number };

/** Share of the variance that lies between a mixture's components. */
const BETWEEN_SHARE = 0.75;

/** What a law of covariates may be written as. */
const COVARIATE_FORMS =
  "gaussian, uniform, sphere, student:NU (more than 4 degrees of freedom) or mixture:K (at least 2 " +
  "components)";

/** The text `parseCovariateLaw` reads a law from. */
export function describeCovariateLaw(law: CovariateLaw): string {
  if (law.kind === "student") return `student:${law.degreesOfFreedom}`;
  return law.kind === "mixture" ? `mixture:${law.components}` : law.kind;
}

/**
 * The law of covariates a specification names.
 *
 * Throws.       ArgumentError (naming `argument`) when the text has none of COVARIATE_FORMS
 * @example parseCovariateLaw("student:9")  // → { kind: "student", degreesOfFreedom: 9 }
 */
export function parseCovariateLaw(spec: string, argument = "covariates"): CovariateLaw {
  const [kind, text, ...rest] = spec.split(":");
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (text === undefined && (kind === "gaussian" || kind === "uniform" || kind === "sphere")) {
    return { kind };
  }
  if (rest.length === 0 && kind === "student" && value > 4 && Number.isFinite(value)) {
    return { kind, degreesOfFreedom: value };
  }
  if (rest.length === 0 && kind === "mixture" && Number.isSafeInteger(value) && value >= 2) {
    return { kind, components: value };
  }
  throw new ArgumentError("parseCovariateLaw", argument, `one of ${COVARIATE_FORMS}`, spec);
}

/** Throws an ArgumentError unless the law's parameter is in its range. */
export function requireCovariateLaw(where: string, law: CovariateLaw): void {
  if (law.kind === "mixture") requireInteger(where, "components", law.components, 2);
  if (law.kind === "student" && !(law.degreesOfFreedom > 4 && law.degreesOfFreedom < Infinity)) {
    const requirement = "finite and above 4";
    throw new ArgumentError(where, "degreesOfFreedom", requirement, law.degreesOfFreedom);
  }
}

/** Draws z into an array of the given dimension, call after call. */
export function standardCovariateSampler(
  law: CovariateLaw,
  dim: number,
): (stream: Stream, result: Float64Array) => void {
  const drawNormals = (stream: Stream, result: Float64Array): void => {
    for (let i = 0; i < dim; i++) result[i] = stream.normal();
  };
  switch (law.kind) {
    case "gaussian":
      return drawNormals;
    case "uniform":
      return (stream, result) => {
        for (let i = 0; i < dim; i++) result[i] = Math.sqrt(3) * (2 * stream.uniform() - 1);
      };
    case "sphere":
      return (stream, result) => {
        drawNormals(stream, result);
        scale(result, Math.sqrt(dim / result.reduce((sum, value) => sum + value * value, 0)));
      };
    case "student":
      return (stream, result) => {
        drawNormals(stream, result);
        const { degreesOfFreedom } = law;
        scale(result, Math.sqrt(degreesOfFreedom - 2) / stream.chi(degreesOfFreedom));
      };
    case "mixture": {
      const { components } = law;
      const centred = Math.min(components - 1, dim);
      const between = Math.sqrt(2 * BETWEEN_SHARE);
      const within = Math.sqrt(1 - BETWEEN_SHARE);
      return (stream, result) => {
        const angle = (Math.PI * (2 * stream.integer(components) + 1)) / (2 * components);
        drawNormals(stream, result);
        for (let i = 0; i < centred; i++) {
          result[i] = between * Math.cos((i + 1) * angle) + within * result[i]!;
        }
      };
    }
  }
}

function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i]! *= factor;
}
