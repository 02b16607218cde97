import type { BaselineMatch, Estimate, Identification } from "../identify/identify.js";
import type { BaselineId } from "../identify/optimum/optimal-baselines.js";
import { lossEntry } from "./baseline-table.js";
import { formatNumber, textTable } from "./text-table.js";

/** What an identification ran with. */
export interface IdentificationSetting {
  readonly kind: "weights" | "module" | "process";
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly prompts: number;
  readonly tolerance: number;
  readonly confidence: number;
  readonly seed: number;
}

/** The JSON document of `identify`. Prompts have the form that a JSON-lines program is asked in. */
export function identificationDocument(found: Identification, setting: IdentificationSetting) {
  return {
    schema: "loopgd.identify/1",
    ...setting,
    correction: "max-T over all candidates, pairs and strata, by a stratified bootstrap",
    verdict: { ...found.verdict, sentence: verdictSentence(found, setting) },
    strata: found.strata,
    baselines: found.matches.map((match) => ({ ...match, loss: lossEntry(match.loss) })),
    unavailable: found.unavailable,
    separatingPrompts: found.separations.map(({ prompt, ...rest }) => ({
      ...rest,
      prompt: {
        dim: prompt.dim,
        contextLength: prompt.contextLength,
        tokens: Array.from({ length: prompt.dim + 1 }, (_, i) => {
          const columns = prompt.contextLength + 1;
          return [...prompt.tokens.subarray(i * columns, (i + 1) * columns)];
        }),
      },
    })),
  };
}

/** The verdict in a sentence. */
function verdictSentence(
  { verdict, matches }: Identification,
  { tolerance }: Pick<IdentificationSetting, "tolerance">,
): string {
  const distanceOf = (id: BaselineId) =>
    interval(matches.find((match) => match.id === id)!.distance);
  switch (verdict.kind) {
    case "identified": {
      const [first, ...others] = verdict.algorithms;
      const same = others.length === 0 ? "" : ` (here the same as ${others.join(", ")})`;
      return `identified: ${first}${same}, at distance ${distanceOf(first!)}`;
    }
    case "not identifiable":
      return `not identifiable between ${verdict.between.map((ids) => ids[0]).join(" and ")}`;
    case "none of these":
      return `none of these: the nearest, ${verdict.nearest[0]}, is at distance ${distanceOf(verdict.nearest[0]!)}, beyond the tolerance of ${tolerance}`;
    case "undecided":
      return `undecided: only ${verdict.nearest[0]} is left, but its distance ${distanceOf(verdict.nearest[0]!)} is not certainly within the tolerance of ${tolerance} in every stratum; more --prompts, or a larger --tolerance`;
  }
}

/** The text that `identify` prints. */
export function describeIdentification(
  found: Identification,
  setting: IdentificationSetting,
): string {
  const { matches, strata, unavailable, separations } = found;
  const conditions = strata.map(({ upper }) => `κ ≤ ${formatNumber(upper, 3)}`);
  const table = textTable(
    [
      ["algorithm", "distance", "interval", ...conditions, "cosine", "trajectory"],
      ...matches.map((match) => [
        match.id,
        small(match.distance.value),
        `${small(match.distance.lower)} … ${small(match.distance.upper)}`,
        ...match.distancePerStratum.map(({ value }) => small(value)),
        match.cosine.value.toFixed(4),
        trajectoryOf(match),
      ]),
    ],
    [1, ...conditions.map((_, k) => k + 3), conditions.length + 3, conditions.length + 4],
  );
  const lines = [verdictSentence(found, setting), "", table];
  for (const { id, unavailable: reason } of unavailable) lines.push(`${id}: ${reason}`);
  for (const { between, gap, favours } of separations) {
    lines.push(
      `a prompt on which ${between.join(" and ")} differ by ${formatNumber(gap, 3)} standard deviations: the model is nearer to ${favours} (--json has it)`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function trajectoryOf({ trajectory }: BaselineMatch): string {
  return trajectory === null ? "–" : small(trajectory.distance.value);
}

function interval({ value, lower, upper }: Estimate): string {
  return `${small(value)} (${small(lower)} … ${small(upper)})`;
}

function small(value: number): string {
  return value === 0 ? "0" : value < 1e-4 ? value.toExponential(1) : value.toFixed(4);
}
