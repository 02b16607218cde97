import { Rational } from "../numeric/rational.js";
import type { Stream } from "../random/stream.js";
import type { TrainingRun } from "../training/training-run.js";
import { certificateFile } from "./certificate-reference.js";
import type { Claim, ClaimCase, Measurement, Method, Sample, Verdict } from "./claim.js";
import { type Judgement, judge } from "./judge.js";
import { BUDGET_STANDARD_ERRORS, drawsNeeded } from "./sample-plan.js";
import { type Tightness, tightnessOf } from "./tightness.js";

/** Which of a claim's grids is run; thorough includes quick. */
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
  /** Numbers that were compared: the components of the measured value. */
  readonly comparisons: number;
  /** How a sampled value was drawn. */
  readonly sample: Sample | null;
  /** How tight the bound is at this setting; null for other kinds, and where nothing was compared. */
  readonly tightness: Tightness | null;
  readonly regime: string | null;
  /** Why, in words: the failed hypothesis, the rival not rejected, the error thrown, the witness. */
  readonly detail: string | null;
  readonly seconds: number;
  /** Files of `proofs-checks/certificates/issued/` that prove the verdict; absent where there are none. */
  readonly certificates?: readonly string[];
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
  // Rivals not rejected yet, with the draws that would do it at the setting where that is easiest.
  const survivors = new Map(Object.keys(claim.rivals).map((rival) => [rival, Infinity]));
  const results: ClaimResult[] = [];
  for (const point of cases) {
    const { name, expected = "holds" } = point;
    const started = performance.now();
    const { rejected, ...outcome } = await runCase(claim, point, stream, survivors);
    for (const rival of rejected) survivors.delete(rival);
    const seconds = (performance.now() - started) / 1000;
    const certificates = certificatesOf(claim, point, outcome.verdict);
    results.push({
      id: claim.id,
      title: claim.title,
      setting: name,
      expected,
      seconds,
      ...outcome,
      ...(certificates.length === 0 ? {} : { certificates }),
    });
  }
  if (survivors.size === 0) return results;
  const detail = `does not reject: ${[...survivors].map(describeSurvivor).join("; ")}`;
  return results.map((result) =>
    result.verdict === "holds" ? { ...result, verdict: "inconclusive", detail } : result,
  );
}

/** The files behind a verdict: only one that is as recorded is what they prove. */
function certificatesOf<Setting>(
  claim: Claim<Setting>,
  { setting, expected = "holds" }: ClaimCase<Setting>,
  verdict: Verdict,
): string[] {
  if (verdict !== expected || (verdict !== "holds" && verdict !== "refuted")) return [];
  return (claim.certificates?.(setting) ?? []).map(certificateFile);
}

function describeSurvivor([rival, draws]: readonly [string, number]): string {
  return Number.isFinite(draws) ? `${rival} (would need about ${draws} draws)` : rival;
}

type Outcome = Pick<
  ClaimResult,
  | "verdict"
  | "method"
  | "margin"
  | "comparisons"
  | "sample"
  | "tightness"
  | "regime"
  | "detail"
  | "training"
> & {
  /** The rivals that this setting contradicts. */
  readonly rejected: readonly string[];
};

const NOTHING_COMPARED = {
  method: null,
  margin: null,
  comparisons: 0,
  sample: null,
  tightness: null,
  regime: null,
  detail: null,
  rejected: [],
} as const;

async function runCase<Setting>(
  claim: Claim<Setting>,
  { name, setting }: ClaimCase<Setting>,
  runStream: Stream,
  survivors: Map<string, number>,
): Promise<Outcome> {
  // A stream remembers what was drawn: every side gets one of its own, equal to the others'.
  const stream = () => runStream.split(claim.id).split(name);
  try {
    const failed = Object.entries(claim.hypotheses).filter(([, holds]) => !holds(setting));
    if (failed.length > 0) {
      const detail = `hypothesis fails: ${failed.map(([hypothesis]) => hypothesis).join("; ")}`;
      return { ...NOTHING_COMPARED, verdict: "not-applicable", detail };
    }
    const regime = claim.regime?.(setting) ?? null;
    if (claim.isVacuous?.(setting)) return { ...NOTHING_COMPARED, verdict: "vacuous", regime };
    const predicted = claim.predicted(setting, stream());
    const measurement = await claim.measured(setting, stream());
    const judgement = judge(claim.kind, predicted, measurement);
    const { verdict, margin, component } = judgement;
    const { method, sample = null, training } = measurement;
    const rejected: string[] = [];
    for (const [rival, draws] of verdict === "holds" ? survivors : []) {
      const wrong = judge(claim.kind, claim.rivals[rival]!(setting, stream()), measurement);
      if (wrong.verdict === "refuted") rejected.push(rival);
      else survivors.set(rival, Math.min(draws, drawsToDecide(wrong, sample)));
    }
    const notes = [
      verdict === "holds"
        ? null
        : `measured ${show(measurement.value, component)}, predicted ${show(predicted, component)}, error budget ${show(measurement.errorBudget, component)}`,
      verdict === "inconclusive" && sample !== null
        ? `about ${drawsToDecide(judgement, sample)} draws would decide, ${sample.draws} were made`
        : null,
    ].filter((note) => note !== null);
    return {
      ...{ verdict, method, margin, regime, rejected, sample },
      tightness: tightnessOf(claim, setting, predicted, measurement),
      comparisons: Array.isArray(measurement.value) ? measurement.value.length : 1,
      detail: notes.length === 0 ? null : notes.join("; "),
      ...(training === undefined ? {} : { training }),
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ...NOTHING_COMPARED, verdict: "broken", detail };
  }
}

/** Draws at which the error budget would shrink to the distance; infinite where there is none. */
function drawsToDecide({ resolution }: Judgement, sample: Sample | null): number {
  if (sample === null || resolution === 0) return Number.POSITIVE_INFINITY;
  // In units of the budget at hand, one draw deviates by √draws/5.
  return drawsNeeded(Math.sqrt(sample.draws) / BUDGET_STANDARD_ERRORS, resolution);
}

function show(value: Measurement["value"], component: number): string {
  const list = Array.isArray(value) ? value : [value];
  const quantity = list[list.length === 1 ? 0 : component];
  return quantity instanceof Rational ? quantity.toDecimal(17) : String(quantity);
}
