import { claims as registry } from "../../../proofs-checks/registry.js";
import type { Claim } from "../../claim/claim.js";
import { runClaim } from "../../claim/run-claim.js";
import { selectClaims } from "../../claim/run-claims.js";
import { ArgumentError, Description } from "../../errors.js";
import { type Point, toDouble } from "../axis-value.js";
import type { Cell, Computation } from "./computation.js";

/**
 * Checks claims at every point: the axes take the place of the settings of the claim's own grid.
 *
 * Statement.    `<id>.verdict`, `<id>.margin`, and for a bound `<id>.tightness`, the tight constant over
 *               the stated one. Rivals are not asked: they are judged on the claim's own grid
 * Throws.       ArgumentError for an unknown id, or a claim whose settings are no plain numbers
 */
export function claimsComputation(ids: readonly string[]): Computation {
  const chosen = selectClaims(registry, ids).map((claim) => ({ claim, fields: fieldsOf(claim) }));
  const required = new Set<string>();
  const optional: Record<string, undefined> = {};
  for (const { fields } of chosen) {
    for (const [name, { isAlways }] of fields) {
      if (isAlways) required.add(name);
      else optional[name] = undefined;
    }
  }
  return {
    name: "claims",
    required: [...required],
    optional,
    columns: chosen.flatMap(({ claim }) => [
      { name: `${claim.id}.verdict`, kind: "text" as const },
      { name: `${claim.id}.margin`, kind: "number" as const },
      ...(isBound(claim) ? [{ name: `${claim.id}.tightness`, kind: "number" as const }] : []),
    ]),
    cost: (point) => chosen.length * 1e-3 * 4 ** Math.min(6, Number(point.loops ?? 1)),
    requireUsable(point) {
      for (const { fields } of chosen) settingOf(fields, point);
    },
    async run(point, stream) {
      const cells: Record<string, Cell> = {};
      const notes: string[] = [];
      for (const { claim, fields } of chosen) {
        const cases = {
          quick: [{ name: "point", setting: settingOf(fields, point) }],
          thorough: [],
        };
        const [result] = await runClaim({ ...claim, grid: cases, rivals: {} }, "quick", stream);
        const { verdict, margin, tightness, detail } = result!;
        cells[`${claim.id}.verdict`] = verdict;
        cells[`${claim.id}.margin`] = margin;
        if (isBound(claim)) cells[`${claim.id}.tightness`] = tightness?.ratio ?? null;
        if (detail !== null && verdict !== "refuted") notes.push(`${claim.id}: ${detail}`);
      }
      return { cells, ...(notes.length > 0 && { note: notes.join("; ") }) };
    },
  };
}

interface Field {
  /** Whether every setting of the claim has it. */
  readonly isAlways: boolean;
  /** Its value in some setting: what kind of number the claim wants. */
  readonly sample: number | bigint;
}

/** The fields of a claim's settings. */
function fieldsOf(claim: Claim): Map<string, Field> {
  const settings = [...claim.grid.quick, ...claim.grid.thorough].map(
    ({ setting }) => setting as Record<string, unknown>,
  );
  const fields = new Map<string, Field>();
  for (const name of new Set(settings.flatMap((setting) => Object.keys(setting)))) {
    const values = settings.map((setting) => setting[name]);
    const sample = values.find((value) => value !== undefined);
    const isAlways = values.every((value) => value !== undefined);
    if (typeof sample === "number" || typeof sample === "bigint") {
      fields.set(name, { isAlways, sample });
    } else if (isAlways) {
      const got = new Description(`"${claim.id}", whose settings have a ${name} that is none`);
      throw new ArgumentError("sweep", "claims", "claims about plain numbers", got);
    }
  }
  return fields;
}

function settingOf(fields: ReadonlyMap<string, Field>, point: Point): Record<string, unknown> {
  const setting: Record<string, unknown> = {};
  for (const [name, { sample }] of fields) {
    const value = point[name];
    if (value === undefined) continue;
    if (typeof value === "string") {
      throw new ArgumentError("sweep", name, "a number", value);
    }
    // Claims whose contexts are huge write all of them as bigints.
    const wantsBigint = typeof sample === "bigint";
    if (wantsBigint && !(typeof value === "bigint" || Number.isSafeInteger(value))) {
      throw new ArgumentError("sweep", name, "a whole number", value);
    }
    setting[name] = wantsBigint ? BigInt(value) : toDouble(value);
  }
  return setting;
}

function isBound({ kind }: Claim): boolean {
  return kind === "upper-bound" || kind === "lower-bound";
}
