import { basename, join, resolve } from "node:path";
import type { GridTightness } from "../claim/tightness.js";
import { ArgumentError, Description } from "../errors.js";
import { type ComparedRun, renderRunComparison } from "../report/comparison/run-comparison.js";
import {
  type ComparedVerification,
  renderVerificationComparison,
} from "../report/comparison/verification-comparison.js";
import type { ReportHeader } from "../report/page.js";
import { renderTrainingReport } from "../report/training-report.js";
import { reportHeader } from "./report-header.js";
import { readDocument, readStoredRun } from "./stored-run.js";

/** A page, and what it is of. */
export interface WrittenPage {
  readonly kind: "training" | "training-comparison" | "verification-comparison";
  readonly page: string;
}

/** The report of a training run, from its folder. */
export async function pageOf(folder: string): Promise<WrittenPage> {
  if (kindOf(folder) === "verify") {
    const got = new Description(`"${folder}" of loopgd verify, whose report.html is complete`);
    throw new ArgumentError("report", "run", "a training run, or two runs to compare", got);
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
  { command, date }: { readonly command: string; readonly date: Date },
): Promise<WrittenPage> {
  const kinds = [kindOf(first), kindOf(second)];
  if (kinds[0] !== kinds[1]) {
    const got = new Description(`one of loopgd ${kinds[0]} and one of loopgd ${kinds[1]}`);
    throw new ArgumentError("report", "runs", "two of the same kind", got);
  }
  const names = namesOf(first, second);
  const header = reportHeader(`${names[0]} against ${names[1]}`, null, command, date);
  if (kinds[0] === "verify") {
    const verifications = [readVerification(first, names[0]), readVerification(second, names[1])];
    const page = renderVerificationComparison({
      ...{ header, verifications: verifications as [ComparedVerification, ComparedVerification] },
    });
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

function readVerification(folder: string, name: string): ComparedVerification {
  const document = readDocument("report", join(folder, "verdicts.json"));
  if (document?.schema !== "loopgd.verify/1" || !Array.isArray(document.results)) {
    const got = new Description(`"${folder}" with another verdicts.json`);
    throw new ArgumentError("report", "run", "a folder that loopgd verify wrote", got);
  }
  const origin = readDocument("report", join(folder, "run.json")) as Partial<ReportHeader> | null;
  return {
    name,
    profile: String(document.profile),
    results: document.results as ComparedVerification["results"],
    tightness: (document.tightness ?? []) as GridTightness[],
    header: {
      title: name,
      seed: Number(document.seed),
      // Verifications from before run.json was written beside the verdicts.
      version: origin?.version ?? "not recorded",
      command: origin?.command ?? "not recorded",
      machine: origin?.machine ?? "not recorded",
      date: origin?.date ?? "not recorded",
    },
  };
}
