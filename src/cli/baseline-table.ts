import type { BaselineLoss } from "../identify/optimum/baseline-loss.js";
import type {
  OptimalBaseline,
  UnavailableBaseline,
} from "../identify/optimum/optimal-baselines.js";
import { formatNumber } from "./text-table.js";

/** A baseline as the JSON documents show it. An infinite loss, which JSON has no number for, is null. */
export function baselineEntry(baseline: OptimalBaseline | UnavailableBaseline) {
  if ("unavailable" in baseline) return { id: baseline.id, unavailable: baseline.unavailable };
  const { id, parameters, loss, tuning, among } = baseline;
  return {
    id,
    parameters,
    tuning,
    ...(among === undefined ? {} : { among }),
    loss: lossEntry(loss),
  };
}

/** A loss as the JSON documents show it. */
export function lossEntry(loss: BaselineLoss) {
  return Number.isFinite(loss.value) ? loss : { ...loss, value: null };
}

/** Rows of a text table: algorithm, loss, how it is known, parameters. */
export function baselineRows(
  baselines: readonly (OptimalBaseline | UnavailableBaseline)[],
): string[][] {
  const rows = baselines.map((baseline) => {
    if ("unavailable" in baseline)
      return [baseline.id, "–", "", `out of reach: ${baseline.unavailable}`];
    const { id, loss, parameters, tuning, among } = baseline;
    const chosen = describeParameters(parameters);
    const found = tuning === "none to tune" ? tuning : `${tuning}${among ? ` among ${among}` : ""}`;
    return [
      id,
      Number.isFinite(loss.value) ? formatNumber(loss.value) : "infinite",
      precision(loss),
      chosen === "" ? found : `${chosen} (${found})`,
    ];
  });
  return [["algorithm", "loss", "known", "parameters"], ...rows];
}

function precision(loss: BaselineLoss): string {
  if (loss.method === "sampled") return `± ${formatNumber(loss.standardError, 2)} (sampled)`;
  return loss.method === "enclosed"
    ? `± ${formatNumber((loss.upper - loss.lower) / 2, 2)} (enclosed)`
    : "exact";
}

function describeParameters(parameters: OptimalBaseline["parameters"]): string {
  return Object.entries(parameters)
    .map(([name, value]) => {
      if (typeof value === "number") return `${name} ${formatNumber(value)}`;
      if (Array.isArray(value[0])) return `${name} ${value.length}×${value.length}`;
      return `${name} ${(value as readonly number[]).map((one) => formatNumber(one)).join(", ")}`;
    })
    .join(", ");
}
