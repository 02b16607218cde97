import { existsSync } from "node:fs";
import { join } from "node:path";
import { decodeResults, encodeResults } from "../claim/result-text.js";
import type { ClaimResult, Profile } from "../claim/run-claim.js";
import { ArgumentError, Description } from "../errors.js";
import { JsonLinesWriter, readJsonLines, rewriteJsonLines } from "../io/json-lines.js";
import { VERSION } from "./version.js";

/** What two runs must share for one to go on from the other. */
interface RunIdentity {
  readonly seed: number;
  readonly profile: Profile;
}

/**
 * The claims that a verification has finished, kept in its folder while it runs: an interrupted one
 * resumes after them.
 */
export class VerdictLog {
  readonly finished: ReadonlyMap<string, readonly ClaimResult[]>;
  readonly #writer: JsonLinesWriter;

  /**
   * Throws.       ArgumentError when resuming where there is no log, or one of another version, seed or
   *               profile
   */
  constructor(folder: string, run: RunIdentity, resume: boolean) {
    const path = join(folder, "finished.jsonl");
    const header = { schema: "loopgd.finished/1", version: VERSION, ...run };
    this.finished = resume ? readFinished(path, header) : new Map();
    if (!resume) rewriteJsonLines(path, [header]);
    this.#writer = new JsonLinesWriter("verify", path);
  }

  add(id: string, results: readonly ClaimResult[]): void {
    this.#writer.write({ claim: id, results: encodeResults(results) });
  }

  close(): void {
    this.#writer.close();
  }
}

function readFinished(
  path: string,
  header: Readonly<Record<string, string | number>>,
): Map<string, readonly ClaimResult[]> {
  if (!existsSync(path)) {
    throw new ArgumentError(
      "verify",
      "--out",
      "the folder of a verification to resume",
      new Description(`"${path}", which is not there`),
    );
  }
  const [stored] = readJsonLines(path);
  for (const [field, value] of Object.entries(header)) {
    if (stored?.[field] !== value) {
      const requirement = `${JSON.stringify(stored?.[field])}, as in the run to resume`;
      throw new ArgumentError("verify", field, requirement, value);
    }
  }
  return finishedClaims("verify", path);
}

/**
 * The results in a verification's log, by claim, whatever run it is of.
 *
 * Throws.       ArgumentError when the file holds something else
 */
export function finishedClaims(command: string, path: string): Map<string, readonly ClaimResult[]> {
  const [, ...lines] = readJsonLines(path);
  const finished = new Map<string, readonly ClaimResult[]>();
  for (const [i, { claim, results }] of lines.entries()) {
    const decoded = decodeResults(String(results));
    if (decoded === undefined) {
      const got = new Description("something else");
      throw new ArgumentError(command, `line ${i + 2} of "${path}"`, "results of a claim", got);
    }
    finished.set(String(claim), decoded);
  }
  return finished;
}
