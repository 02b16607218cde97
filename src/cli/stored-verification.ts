import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Claim } from "../claim/claim.js";
import type { ClaimResult } from "../claim/run-claim.js";
import type { Verification } from "../claim/run-claims.js";
import type { GridTightness } from "../claim/tightness.js";
import { ArgumentError, Description } from "../errors.js";
import type { ReportHeader } from "../report/page.js";
import { readDocument } from "./stored-run.js";
import { finishedClaims } from "./verdict-log.js";

/** A verification read back from its folder. */
export interface StoredVerification {
  readonly verification: Verification;
  readonly tightness: readonly GridTightness[];
  readonly header: ReportHeader;
}

/**
 * Reads a folder that `loopgd verify` wrote: verdicts.json, and the trainings that claims measured from
 * finished.jsonl, where it is still there.
 *
 * @param claims  whose titles are shown where only verdicts.json is left
 * Throws.       ArgumentError when the folder holds no verification
 */
export function readStoredVerification(
  folder: string,
  claims: readonly Claim[],
): StoredVerification {
  const document = readDocument("report", join(folder, "verdicts.json"));
  if (document?.schema !== "loopgd.verify/1" || !Array.isArray(document.results)) {
    const got = new Description(`"${folder}" with another verdicts.json`);
    throw new ArgumentError("report", "run", "a folder that loopgd verify wrote", got);
  }
  const origin = readDocument("report", join(folder, "run.json")) as Partial<ReportHeader> | null;
  const seed = Number(document.seed);
  const complete = completeResults(folder);
  const titles = new Map(claims.map(({ id, title }) => [id, title]));
  const results = (document.results as Omit<ClaimResult, "title">[]).map(
    (result): ClaimResult =>
      complete.get(keyOf(result)) ?? { ...result, title: titles.get(result.id) ?? result.id },
  );
  return {
    verification: {
      ...{ seed, results },
      profile: document.profile === "thorough" ? "thorough" : "quick",
      status: document.status as Verification["status"],
    },
    tightness: (document.tightness ?? []) as GridTightness[],
    header: {
      ...{ title: "Verification", seed },
      // Verifications from before run.json was written beside the verdicts.
      version: origin?.version ?? "not recorded",
      command: origin?.command ?? "not recorded",
      machine: origin?.machine ?? "not recorded",
      date: origin?.date ?? "not recorded",
    },
  };
}

function completeResults(folder: string): Map<string, ClaimResult> {
  const path = join(folder, "finished.jsonl");
  if (!existsSync(path)) return new Map();
  const results = [...finishedClaims("report", path).values()].flat();
  return new Map(results.map((result) => [keyOf(result), result]));
}

function keyOf({ id, setting }: Pick<ClaimResult, "id" | "setting">): string {
  return JSON.stringify([id, setting]);
}
