import { NumericalError } from "../errors.js";
import { Rational } from "../numeric/rational.js";
import type { ClaimKind, Measurement, Quantity, Verdict } from "./claim.js";

/** How a measurement stands to a prediction. */
export interface Judgement {
  readonly verdict: Extract<Verdict, "holds" | "refuted" | "inconclusive">;
  /**
   * Distance to the edge, at the component that is closest to it. Identities and equalities: the
   * unused share of the error budget (1 exact, 0 at the edge). Bounds: slack relative to the bound.
   * Negative when refuted.
   */
  readonly margin: number;
  /** Index of that component. */
  readonly component: number;
  /** |measured − predicted| over the error budget there; below 1 the two cannot be told apart. */
  readonly resolution: number;
}

/**
 * Compares measured and predicted values in exact arithmetic, component by component.
 *
 * Throws.       NumericalError when a value is not finite, a budget is negative or the numbers of
 *               components differ: NaN never passes
 */
export function judge(
  kind: ClaimKind,
  predicted: Quantity | readonly Quantity[],
  measurement: Measurement,
): Judgement {
  const truth = toRationals("predicted", predicted);
  const measured = toRationals("measured", measurement.value);
  const budgets = toRationals("error budget", measurement.errorBudget);
  if (truth.length !== measured.length || truth.length === 0) {
    throw new NumericalError(
      `judge: ${measured.length} measured against ${truth.length} predicted components`,
    );
  }
  if (budgets.length !== 1 && budgets.length !== measured.length) {
    throw new NumericalError(
      `judge: ${budgets.length} error budgets for ${measured.length} components`,
    );
  }
  for (const budget of budgets) {
    if (budget.sign() < 0) throw new NumericalError(`judge: error budget ${budget} is negative`);
  }
  let worst: Judgement | undefined;
  measured.forEach((value, component) => {
    const budget = budgets[budgets.length === 1 ? 0 : component]!;
    const judged = { ...judgeOne(kind, truth[component]!, value, budget), component };
    if (worst === undefined || isWorse(judged, worst)) worst = judged;
  });
  return worst!;
}

const SEVERITY = { holds: 0, inconclusive: 1, refuted: 2 } as const;

function isWorse(candidate: Judgement, worst: Judgement): boolean {
  const difference = SEVERITY[candidate.verdict] - SEVERITY[worst.verdict];
  return difference > 0 || (difference === 0 && candidate.margin < worst.margin);
}

function judgeOne(
  kind: ClaimKind,
  predicted: Rational,
  measured: Rational,
  budget: Rational,
): Omit<Judgement, "component"> {
  const resolution = ratio(measured.minus(predicted).absolute(), budget);
  if (kind === "identity" || kind === "equality") {
    const distance = measured.minus(predicted).absolute();
    const left = budget.minus(distance);
    const scale = budget.sign() > 0 ? budget : distance;
    const margin = scale.sign() === 0 ? 1 : left.over(scale).toNumber();
    return { verdict: left.sign() >= 0 ? "holds" : "refuted", margin, resolution };
  }
  const slack = kind === "lower-bound" ? measured.minus(predicted) : predicted.minus(measured);
  const isSatisfied = (least: Rational) =>
    kind === "existence" ? least.sign() > 0 : least.sign() >= 0;
  const scale = predicted.sign() === 0 ? Rational.ONE : predicted.absolute();
  const margin = slack.over(scale).toNumber();
  if (isSatisfied(slack.minus(budget))) return { verdict: "holds", margin, resolution };
  const verdict = isSatisfied(slack.plus(budget)) ? "inconclusive" : "refuted";
  return { verdict, margin, resolution };
}

function ratio(distance: Rational, budget: Rational): number {
  if (budget.sign() > 0) return distance.over(budget).toNumber();
  return distance.sign() === 0 ? 0 : Number.POSITIVE_INFINITY;
}

function toRationals(role: string, value: Quantity | readonly Quantity[]): Rational[] {
  const list = typeof value === "number" || value instanceof Rational ? [value] : value;
  return list.map((quantity, i) => {
    if (quantity instanceof Rational) return quantity;
    if (Number.isFinite(quantity)) return Rational.fromNumber(quantity);
    throw new NumericalError(`judge: ${role}[${i}] is ${quantity}`);
  });
}
