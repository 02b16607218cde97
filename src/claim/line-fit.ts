import { ArgumentError } from "../errors.js";

/** A least-squares line with the standard error of its slope and of its intercept. */
export interface LineFit {
  readonly slope: number;
  readonly slopeStandardError: number;
  readonly intercept: number;
  readonly interceptStandardError: number;
}

/**
 * Least-squares line through points, for rates: log error against log size.
 *
 * Accuracy.     standard errors of ordinary least squares, from the residuals
 * Throws.       ArgumentError for fewer than 3 points or equal abscissas
 */
export function fitLine(points: readonly (readonly [number, number])[]): LineFit {
  const count = points.length;
  if (count < 3) throw new ArgumentError("fitLine", "points", "at least 3 points", count);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  const centreX = mean(points.map(([x]) => x));
  const centreY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - centreX) ** 2, 0);
  if (!(spread > 0)) {
    throw new ArgumentError("fitLine", "points", "at two different abscissas at least", centreX);
  }
  const slope = points.reduce((sum, [x, y]) => sum + (x - centreX) * (y - centreY), 0) / spread;
  const intercept = centreY - slope * centreX;
  const residual = points.reduce((sum, [x, y]) => sum + (y - intercept - slope * x) ** 2, 0);
  const variance = residual / (count - 2);
  return {
    slope,
    slopeStandardError: Math.sqrt(variance / spread),
    intercept,
    interceptStandardError: Math.sqrt(variance * (1 / count + centreX ** 2 / spread)),
  };
}
