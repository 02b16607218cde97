import { basename, join, resolve } from "node:path";
import type { Claim } from "../claim/claim.js";
import { ArgumentError, Description } from "../errors.js";
import { type ComparedRun, renderRunComparison } from "../report/comparison/run-comparison.js";
import {
  type ComparedVerification,
  renderVerificationComparison,
} from "../report/comparison/verification-comparison.js";
import { renderTrainingReport } from "../report/training-report.js";
import { renderVerificationReport } from "../report/verification-report.js";
import { reportHeader } from "./report-header.js";
import { readDocument, readStoredRun } from "./stored-run.js";
import { readStoredVerification } from "./stored-verification.js";

/** A page, and what it is of. */
export interface WrittenPage {
  readonly kind: "training" | "verification" | "training-comparison" | "verification-comparison";
  readonly page: string;
}

/** The report of a run of train or of verify, from its folder. */
export async function pageOf(folder: string, claims: readonly Claim[]): Promise<WrittenPage> {
  if (kindOf(folder) === "verify") {
    const { verification, header } = readStoredVerification(folder, claims);
    const page = renderVerificationReport({ verification, claims, header });
    return { kind: "verification", page };
  }
  const { run, comparison, header } = await readStoredRun("report", folder);
  return { kind: "training", page: renderTrainingReport({ run, comparison, header }) };
}

/**
 * The page that holds two runs side by side.
 *
 * Throws.       ArgumentError when one is a training run and the other a verification
 */
export async function comparisonPage(
  first: string,
  second: string,
  options: {
    readonly command: string;
    readonly date: Date;
    readonly claims: readonly Claim[];
  },
): Promise<WrittenPage> {
  const { command, date, claims } = options;
  const kinds = [kindOf(first), kindOf(second)];
  if (kinds[0] !== kinds[1]) {
    const got = new Description(`one of loopgd ${kinds[0]} and one of loopgd ${kinds[1]}`);
    throw new ArgumentError("report", "runs", "two of the same kind", got);
  }
  const names = namesOf(first, second);
  const header = reportHeader(`${names[0]} against ${names[1]}`, null, command, date);
  if (kinds[0] === "verify") {
    const verifications = [
      comparedVerification(first, names[0], claims),
      comparedVerification(second, names[1], claims),
    ] as const;
    const page = renderVerificationComparison({ header, verifications });
    return { kind: "verification-comparison", page };
  }
  const runs = [await readCompared(first, names[0]), await readCompared(second, names[1])] as const;
  return { kind: "training-comparison", page: renderRunComparison({ header, runs: [...runs] }) };
}

/** Folder names where they tell the two apart, else the paths as given. */
function namesOf(first: string, second: string): [string, string] {
  const names = [basename(resolve(first)), basename(resolve(second))] as [string, string];
  if (names[0] !== names[1]) return names;
  return first === second ? [`${first} (A)`, `${second} (B)`] : [first, second];
}

function kindOf(folder: string): "train" | "verify" {
  return readDocument("report", join(folder, "verdicts.json")) === null ? "train" : "verify";
}

async function readCompared(folder: string, name: string): Promise<ComparedRun> {
  const { run, comparison, header, record } = await readStoredRun("report", folder);
  return { name, run, comparison, header, options: record.options };
}

function comparedVerification(
  folder: string,
  name: string,
  claims: readonly Claim[],
): ComparedVerification {
  const { verification, tightness, header } = readStoredVerification(folder, claims);
  const { profile, results } = verification;
  return { name, profile, results, tightness, header: { ...header, title: name } };
}
