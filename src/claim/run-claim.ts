import { Rational } from "../numeric/rational.js";
import type { Stream } from "../random/stream.js";
import type { TrainingRun } from "../training/training-run.js";
import type { Claim, ClaimCase, Measurement, Method, Verdict } from "./claim.js";
import { judge } from "./judge.js";
import { type Tightness, tightnessOf } from "./tightness.js";

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
  /** How tight the bound is at this setting; null for other kinds, and where nothing was compared. */
  readonly tightness: Tightness | null;
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
  for (const point of cases) {
    const { name, expected = "holds" } = point;
    const started = performance.now();
    const { rejected, ...outcome } = await runCase(claim, point, stream, survivors);
    for (const rival of rejected) survivors.delete(rival);
    const seconds = (performance.now() - started) / 1000;
    results.push({
      id: claim.id,
      title: claim.title,
      setting: name,
      expected,
      seconds,
      ...outcome,
    });
  }
  if (survivors.size === 0) return results;
  const detail = `does not reject: ${[...survivors].join("; ")}`;
  return results.map((result) =>
    result.verdict === "holds" ? { ...result, verdict: "inconclusive", detail } : result,
  );
}

type Outcome = Pick<
  ClaimResult,
  "verdict" | "method" | "margin" | "tightness" | "regime" | "detail" | "training"
> & {
  /** The rivals that this setting contradicts. */
  readonly rejected: readonly string[];
};

const NOTHING_COMPARED = {
  method: null,
  margin: null,
  tightness: null,
  regime: null,
  detail: null,
  rejected: [],
} as const;

async function runCase<Setting>(
  claim: Claim<Setting>,
  { name, setting }: ClaimCase<Setting>,
  runStream: Stream,
  survivors: Iterable<string>,
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
    const { verdict, margin, component } = judge(claim.kind, predicted, measurement);
    const rejected =
      verdict === "holds"
        ? [...survivors].filter((rival) => {
            const wrong = claim.rivals[rival]!(setting, stream());
            return judge(claim.kind, wrong, measurement).verdict === "refuted";
          })
        : [];
    const detail =
      verdict === "holds"
        ? null
        : `measured ${show(measurement.value, component)}, predicted ${show(predicted, component)}, error budget ${show(measurement.errorBudget, component)}`;
    const { method, training } = measurement;
    const run = training === undefined ? {} : { training };
    const tightness = tightnessOf(claim, setting, predicted, measurement);
    return { verdict, method, margin, tightness, regime, detail, rejected, ...run };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ...NOTHING_COMPARED, verdict: "broken", detail };
  }
}

function show(value: Measurement["value"], component: number): string {
  const list = Array.isArray(value) ? value : [value];
  const quantity = list[list.length === 1 ? 0 : component];
  return quantity instanceof Rational ? quantity.toDecimal(17) : String(quantity);
}
