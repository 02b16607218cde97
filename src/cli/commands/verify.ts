import type { Command } from "commander";
import type { ClaimResult } from "../../claim/run-claim.js";
import type { Verification } from "../../claim/run-claims.js";
import { tightestOnGrid } from "../../claim/tightness.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions } from "../options.js";
import { announceRun, reproduceCommand } from "../reproduce.js";
import { verdictTable } from "../verdict-table.js";

interface VerifyOptions extends CommonOptions {
  readonly thorough: boolean;
  readonly out: string;
}

/** `loopgd verify`: runs claims, prints their verdicts, writes a report. */
export function addVerifyCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("verify")
    .description("check claims and write report.html")
    .argument("[ids...]", "claims to check (see: loopgd list); default: all")
    .option("--thorough", "the slow settings too", false)
    .option("--out <folder>", "where report.html and verdicts.json go", "runs/verify")
    .addHelpText(
      "before",
      "Example: loopgd verify\n         loopgd verify loops-equal-gd-steps --json\n",
    );
  addCommonOptions(command).action(async (ids: string[], options: VerifyOptions) => {
    finish(await verify(ids, options, io));
  });
}

async function verify(ids: readonly string[], options: VerifyOptions, io: CliIo): Promise<number> {
  const { claims } = await import("../../../proofs-checks/registry.js");
  const { runClaims, selectClaims } = await import("../../claim/run-claims.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const selected = selectClaims(claims, ids);
  requireWritableFolder("verify", "--out", options.out);
  const args = [...ids, ...(options.thorough ? ["--thorough"] : []), "--out", options.out];
  const reproduce = reproduceCommand("verify", args, options.seed);
  announceRun(io, options, reproduce);
  let done = 0;
  const verification = await runClaims(selected, {
    seed: options.seed,
    profile: options.thorough ? "thorough" : "quick",
    signal: io.signal,
    onStart: (claim) => {
      done += 1;
      if (!options.quiet && io.isTerminal) {
        io.stderr(`\r\x1b[K${done}/${selected.length} ${claim.id}`);
      }
    },
  });
  if (!options.quiet && io.isTerminal) io.stderr("\r\x1b[K");
  const document = verificationDocument(verification);
  const report = await writeReport(verification, options, reproduce, io, document);
  io.stdout(
    options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : verdictTable(verification, io.hasColour),
  );
  if (!options.quiet) io.stderr(`report: ${report}\n`);
  if (io.signal.aborted) return exitCodeOf(io.signal);
  return { "as-expected": EXIT.ok, changed: EXIT.changed, broken: EXIT.failure }[
    verification.status
  ];
}

/** The machine-readable outcome, schema loopgd.verify/1. */
function verificationDocument({ seed, profile, results, status }: Verification) {
  return {
    schema: "loopgd.verify/1",
    seed,
    profile,
    status,
    tightness: tightestOnGrid(results),
    results: results.map(
      ({ training: _training, title: _title, ...result }: ClaimResult) => result,
    ),
  };
}

async function writeReport(
  verification: Verification,
  options: VerifyOptions,
  reproduce: string,
  io: CliIo,
  document: unknown,
): Promise<string> {
  const { join } = await import("node:path");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { renderVerificationReport } = await import("../../report/verification-report.js");
  const { reportHeader } = await import("../report-header.js");
  const header = reportHeader("Verification", options.seed, reproduce, io.now());
  const path = join(options.out, "report.html");
  writeFileAtomically("verify", path, renderVerificationReport({ verification, header }));
  writeFileAtomically(
    "verify",
    join(options.out, "verdicts.json"),
    `${JSON.stringify(document, null, 2)}\n`,
  );
  return path;
}
