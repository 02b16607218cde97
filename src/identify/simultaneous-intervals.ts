import { quantile } from "simple-statistics";
import type { Stream } from "../random/stream.js";

/** A mean with an interval that holds together with those of its whole family. */
export interface MeanInterval {
  readonly mean: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

/** Paired observations: one row a series, one column a prompt. */
export interface PairedSeries {
  readonly series: readonly Float64Array[];
  /** Stratum of each prompt. */
  readonly strata: readonly number[];
}

const REPLICATES = 1000;

/** Least standard error of a replicate, relative to the sample's: a resample may repeat one prompt. */
const LEAST_ERROR = 1e-3;

/**
 * Means of many series on the same prompts, all together and in each stratum, with simultaneous intervals.
 *
 * Statement.    [mean − c₊se, mean + c₋se], c± the (1 + confidence)/2 quantiles of the maxima of
 *               ±(mean* − mean)/se* over every series and cell, * a resample of prompts within their
 *               strata, the same for every series: the intervals hold all at once with the given
 *               confidence, which is the max-T correction for comparing many. Two quantiles, since squared
 *               distances are skewed
 * Conventions.  result[series][0] over all prompts, result[series][1 + k] in stratum k
 * Accuracy.     1000 resamples; the confidence is asymptotic in the prompts of a stratum
 * Source.       Romano, Wolf 2005, studentised and stepped once; Efron, Tibshirani 1993, chapter 8
 */
export function simultaneousIntervals(
  { series, strata }: PairedSeries,
  options: { readonly confidence: number; readonly stream: Stream },
): MeanInterval[][] {
  if (series.length === 0) return [];
  const { confidence, stream } = options;
  const members: number[][] = [];
  for (const [i, stratum] of strata.entries()) {
    members[stratum] ??= [];
    members[stratum].push(i);
  }
  const identity = members.map((own) => Int32Array.from(own));
  const observed = series.map((values) => cells(values, identity));
  const above = new Float64Array(REPLICATES);
  const below = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const own = stream.split(replicate);
    const resample = identity.map((indices) =>
      indices.map(() => indices[own.integer(indices.length)]!),
    );
    series.forEach((values, k) => {
      cells(values, resample).forEach((cell, c) => {
        const { mean, standardError } = observed[k]![c]!;
        if (standardError === 0) return;
        const error = Math.max(cell.standardError, LEAST_ERROR * standardError);
        const deviation = (cell.mean - mean) / error;
        above[replicate] = Math.max(above[replicate]!, deviation);
        below[replicate] = Math.max(below[replicate]!, -deviation);
      });
    });
  }
  // What a resample overshoots bounds the mean from below, and the other way round.
  const [down, up] = [above, below].map((maxima) => quantile([...maxima], (1 + confidence) / 2));
  return observed.map((own) =>
    own.map(({ mean, standardError }) => ({
      ...{ mean, standardError },
      lower: mean - down! * standardError,
      upper: mean + up! * standardError,
    })),
  );
}

/** Mean and standard error over all strata, then in each. */
function cells(values: Float64Array, indices: readonly Int32Array[]) {
  let total = 0;
  let mean = 0;
  let variance = 0;
  const own = indices.map((stratum) => {
    const count = stratum.length;
    let sum = 0;
    for (const i of stratum) sum += values[i]!;
    const centre = sum / count;
    let squares = 0;
    for (const i of stratum) squares += (values[i]! - centre) ** 2;
    const squaredError = squares / (count - 1) / count;
    total += count;
    mean += sum;
    variance += count * count * squaredError;
    return { mean: centre, standardError: Math.sqrt(squaredError) };
  });
  return [{ mean: mean / total, standardError: Math.sqrt(variance) / total }, ...own];
}
