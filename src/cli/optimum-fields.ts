import { ArgumentError, HypothesisError } from "../errors.js";
import type { Rational } from "../numeric/rational.js";
import { Stream } from "../random/stream.js";
import { gdPlusPlusOptimum } from "../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { untiedOptimum } from "../theory/polynomial-family/untied-optimum.js";
import { antisymmetricCurvatureAtOptimum } from "../theory/population/antisymmetric-curvature.js";
import { rotationOptimum } from "../theory/population/rotation-optimum.js";
import { saddleOnset } from "../theory/population/saddle-onset.js";
import { bestPreconditioner } from "../theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../theory/preconditioner-search/best-symmetric.js";
import type { NoisyLoopedSetting } from "../theory/setting.js";
import { formatNumber } from "./text-table.js";

/** A law whose prior is Σ⁻¹: its optima, whitened, do not depend on Σ. */
export interface WhitenedLaw extends NoisyLoopedSetting {
  readonly noiseVariance: Rational;
  /** Of the searches' random starts. */
  readonly seed: number;
}

function searchStream({ seed }: WhitenedLaw, field: string): Stream {
  return Stream.fromSeed(seed).split("optimum").split(field);
}

/** What `optimum` can say beyond the isotropic optimum, by the names --fields takes. */
const FIELDS = {
  symmetric(law: WhitenedLaw) {
    const stream = searchStream(law, "symmetric");
    const { preconditioner, loss, foundBy, starts } = bestSymmetric(law, { stream });
    return { symmetric: { preconditioner: preconditioner.to2DArray(), loss, foundBy, starts } };
  },
  best(law: WhitenedLaw) {
    const stream = searchStream(law, "best");
    const found = bestPreconditioner(law, { stream });
    return {
      best: {
        preconditioner: found.preconditioner.to2DArray(),
        eigenvalues: found.eigenvalues,
        symmetricPart: found.symmetricPart.to2DArray(),
        antisymmetricNorm: found.antisymmetricNorm,
        loss: found.loss,
        lossExact: found.lossExact.toString(),
        weightsDenominator: `2^${found.bits}`,
        starts: found.starts,
        foundBy: found.foundBy,
      },
    };
  },
  untied(law: WhitenedLaw) {
    const { stepSizes, loss } = untiedOptimum(law);
    return {
      untied: {
        stepSizes: stepSizes?.map((stepSize) => stepSize.toNumber()) ?? null,
        loss: loss.toNumber(),
      },
    };
  },
  gdPlusPlus(law: WhitenedLaw) {
    const { layers, loss } = gdPlusPlusOptimum(law);
    return { gdPlusPlus: { ...layers[0]!, loss } };
  },
  family(law: WhitenedLaw) {
    requireNoNoise(law);
    if (law.dim % 2 === 1) throw new HypothesisError("cI + εJ needs an even dim");
    const { stepSize, antisymmetric, loss } = rotationOptimum(law);
    return { family: { stepSize, antisymmetric, loss } };
  },
  saddle(law: WhitenedLaw) {
    requireNoNoise(law);
    if (law.dim === 1) throw new HypothesisError("dim 1 has no antisymmetric direction");
    const { curvature, sign } = antisymmetricCurvatureAtOptimum(law);
    return { saddle: { curvature: curvature.toNumber(), sign } };
  },
  saddleFrom(law: WhitenedLaw) {
    requireNoNoise(law);
    if (law.dim === 1) throw new HypothesisError("dim 1 has no antisymmetric direction");
    if (law.loops === 1) throw new HypothesisError("one loop has no saddle at any context length");
    const { onset, checkedTo } = saddleOnset(law.dim, law.loops);
    return { saddleFrom: onset, checkedTo };
  },
} as const;

/** The fields computed; null where out of reach. */
export interface OptimumValues {
  symmetric?: { readonly loss: number } | null;
  best?: {
    readonly loss: number;
    readonly antisymmetricNorm: number;
    readonly foundBy: string;
  } | null;
  untied?: { readonly stepSizes: readonly number[] | null; readonly loss: number } | null;
  gdPlusPlus?: {
    readonly stepSize: number;
    readonly covariateValue: number;
    readonly loss: number;
  } | null;
  family?: {
    readonly stepSize: number;
    readonly antisymmetric: number;
    readonly loss: number;
  } | null;
  saddle?: { readonly curvature: number; readonly sign: -1 | 1 } | null;
  saddleFrom?: number | null;
  checkedTo?: number;
  unavailable?: Readonly<Record<string, string>>;
}

export type OptimumField = keyof typeof FIELDS;

const FIELD_NAMES = Object.keys(FIELDS) as OptimumField[];

/** Depths up to which a field is computed unasked: beyond, it takes more than a few seconds. */
const UNASKED_LOOPS: Readonly<Record<OptimumField, number>> = {
  symmetric: 6,
  best: 5,
  untied: 32,
  gdPlusPlus: 3,
  family: 5,
  saddle: 5,
  saddleFrom: 4,
};

/** Fields from a comma-separated list; undefined asks for every one that is quick. */
export function parseFields(text: string | undefined): readonly OptimumField[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((name) => {
    const field = FIELD_NAMES.find((candidate) => candidate === name.trim());
    if (field !== undefined) return field;
    throw new ArgumentError("optimum", "--fields", `a list of ${FIELD_NAMES.join(", ")}`, name);
  });
}

/**
 * Computes the fields asked for. One that is out of reach is null, and `unavailable` says why.
 *
 * @param asked  fields, or undefined for every one that is quick at this depth
 */
export function optimumFields(
  law: WhitenedLaw,
  asked: readonly OptimumField[] | undefined,
): OptimumValues {
  const values: OptimumValues = {};
  const unavailable: Record<string, string> = {};
  for (const field of asked ?? FIELD_NAMES) {
    values[field] = null;
    if (asked === undefined && law.loops > UNASKED_LOOPS[field]) {
      unavailable[field] =
        `takes long beyond ${UNASKED_LOOPS[field]} loops: ask for it with --fields ${field}`;
      continue;
    }
    try {
      Object.assign(values, FIELDS[field](law));
    } catch (error) {
      if (!(error instanceof HypothesisError)) throw error;
      unavailable[field] = error.message;
    }
  }
  return { ...values, unavailable };
}

/** All fields asked for as null, for one reason. */
export function noFields(
  asked: readonly OptimumField[] | undefined,
  reason: string,
): OptimumValues {
  const names = asked ?? FIELD_NAMES;
  return {
    ...Object.fromEntries(names.map((field) => [field, null])),
    unavailable: Object.fromEntries(names.map((field) => [field, reason])),
  };
}

/** The fields as rows of a table for people. */
export function describeFields(values: OptimumValues): string[][] {
  const { symmetric, best, untied, gdPlusPlus, family, saddle, saddleFrom, checkedTo } = values;
  const rows: string[][] = [];
  if (symmetric) rows.push(["best symmetric", `loss ${formatNumber(symmetric.loss, 10)}`]);
  if (best) {
    const { loss, antisymmetricNorm, foundBy } = best;
    const shape = `${foundBy}, ‖anti(B)‖ = ${formatNumber(antisymmetricNorm)}`;
    rows.push(["best found", `loss ${formatNumber(loss, 10)} (${shape})`]);
  }
  if (untied) {
    const steps = untied.stepSizes?.map((step) => formatNumber(step)).join(", ") ?? "not real";
    rows.push(["best untied", `loss ${formatNumber(untied.loss, 10)}, steps ${steps}`]);
  }
  if (gdPlusPlus) {
    const { stepSize, covariateValue, loss } = gdPlusPlus;
    const place = `A = ${formatNumber(stepSize)} Σ⁻¹, C = ${formatNumber(covariateValue)} I`;
    rows.push(["best isotropic GD++", `loss ${formatNumber(loss, 10)}, ${place}`]);
  }
  if (family) {
    const { stepSize, antisymmetric, loss } = family;
    const place = `c = ${formatNumber(stepSize)}, ε = ${formatNumber(antisymmetric)}`;
    rows.push(["best cI + εJ", `loss ${formatNumber(loss, 10)}, ${place}`]);
  }
  if (saddle) {
    const verdict = saddle.sign < 0 ? "a strict saddle" : "a minimum against antisymmetric parts";
    rows.push(["b* is", `${verdict}: curvature ${formatNumber(saddle.curvature)}`]);
  }
  if (saddleFrom) {
    rows.push(["saddle from", `n = ${saddleFrom} on (every n checked to ${checkedTo})`]);
  }
  for (const [field, reason] of Object.entries(values.unavailable ?? {}))
    rows.push([field, `none: ${reason}`]);
  return rows;
}

function requireNoNoise({ noiseVariance }: WhitenedLaw): void {
  if (noiseVariance.sign() > 0) throw new HypothesisError("known for noise-free labels only");
}
