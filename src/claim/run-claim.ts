import type { Stream } from "../random/stream.js";
import type { TrainingRun } from "../training/training-run.js";
import type { Claim, ClaimCase, Measurement, Method, Verdict } from "./claim.js";
import { judge } from "./judge.js";

export type Profile = "quick" | "thorough";

/** The outcome of one claim at one setting. */
export interface ClaimResult {
  readonly id: string;
  readonly title: string;
  readonly setting: string;
  readonly verdict: Verdict;
  readonly expected: Verdict;
  readonly method: Method | null;
  /** See `Judgement.margin`; null where nothing was compared. */
  readonly margin: number | null;
  readonly regime: string | null;
  /** Why, in words: the failed hypothesis, the rival not rejected, the error thrown, the witness. */
  readonly detail: string | null;
  readonly seconds: number;
  readonly training?: TrainingRun;
}

/**
 * Runs a claim over its grid.
 *
 * Order of the questions at one setting: do the hypotheses hold (else `not-applicable`), does the
 * statement say anything (else `vacuous`), does the measurement agree. A claim that throws is
 * `broken` at that setting and the others still run. Where a rival survives the whole grid, `holds`
 * becomes `inconclusive`: the budget is too large to tell the statement from a wrong one.
 *
 * @param stream  the run's stream; each setting draws from `split(id).split(setting name)`
 */
export async function runClaim<Setting>(
  claim: Claim<Setting>,
  profile: Profile,
  stream: Stream,
): Promise<ClaimResult[]> {
  const cases = [...claim.grid.quick, ...(profile === "thorough" ? claim.grid.thorough : [])];
  const survivors = new Set(Object.keys(claim.rivals));
  const results: ClaimResult[] = [];
  let comparisons = 0;
  for (const point of cases) {
    const started = performance.now();
    const outcome = await runCase(claim, point, stream);
    if (outcome.measurement !== undefined) {
      comparisons += 1;
      for (const rival of rejectedRivals(claim, point.setting, outcome.measurement, survivors)) {
        survivors.delete(rival);
      }
    }
    const { measurement, ...found } = outcome;
    results.push({
      id: claim.id,
      title: claim.title,
      setting: point.name,
      expected: point.expected ?? "holds",
      method: measurement?.method ?? null,
      regime: claim.regime?.(point.setting) ?? null,
      seconds: (performance.now() - started) / 1000,
      ...found,
      ...(measurement?.training === undefined ? {} : { training: measurement.training }),
    });
  }
  if (survivors.size === 0 || comparisons === 0) return results;
  const detail = `does not reject: ${[...survivors].join("; ")}`;
  return results.map((result) =>
    result.verdict === "holds" ? { ...result, verdict: "inconclusive", detail } : result,
  );
}

type Outcome = Pick<ClaimResult, "verdict" | "margin" | "detail"> & {
  readonly measurement?: Measurement;
};

async function runCase<Setting>(
  claim: Claim<Setting>,
  { name, setting }: ClaimCase<Setting>,
  stream: Stream,
): Promise<Outcome> {
  try {
    const failed = Object.entries(claim.hypotheses).filter(([, holds]) => !holds(setting));
    if (failed.length > 0) {
      const detail = `hypothesis fails: ${failed.map(([hypothesis]) => hypothesis).join("; ")}`;
      return { verdict: "not-applicable", margin: null, detail };
    }
    if (claim.isVacuous?.(setting)) return { verdict: "vacuous", margin: null, detail: null };
    const predicted = claim.predicted(setting);
    const measurement = await claim.measured(setting, stream.split(claim.id).split(name));
    const { verdict, margin, component } = judge(claim.kind, predicted, measurement);
    const detail =
      verdict === "holds"
        ? null
        : `measured ${show(measurement.value, component)}, predicted ${show(predicted, component)}, error budget ${show(measurement.errorBudget, component)}`;
    return { verdict, margin, detail, measurement };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { verdict: "broken", margin: null, detail };
  }
}

/** The rivals this measurement contradicts: exactly those it would refute if they were the claim. */
export function rejectedRivals<Setting>(
  claim: Claim<Setting>,
  setting: Setting,
  measurement: Measurement,
  candidates: Iterable<string>,
): string[] {
  return [...candidates].filter(
    (rival) => judge(claim.kind, claim.rivals[rival]!(setting), measurement).verdict === "refuted",
  );
}

function show(value: Measurement["value"], component: number): string {
  const list = Array.isArray(value) ? value : [value];
  return String(list[list.length === 1 ? 0 : component]);
}
