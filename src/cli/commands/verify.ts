import type { Command } from "commander";
import type { Claim } from "../../claim/claim.js";
import type { ClaimResult } from "../../claim/run-claim.js";
import type { Verification } from "../../claim/run-claims.js";
import { falseAlarmRate, sampledComparisons } from "../../claim/sample-plan.js";
import { tightestOnGrid } from "../../claim/tightness.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, integerOption } from "../options.js";
import { announceRun, reproduceCommand } from "../reproduce.js";
import { verdictTable } from "../verdict-table.js";

interface VerifyOptions extends CommonOptions {
  readonly thorough: boolean;
  readonly out: string;
  readonly workers?: number;
  readonly resume: boolean;
  readonly junit?: string;
  readonly csv?: string;
  readonly latex?: string;
}

/** `loopgd verify`: runs claims, prints their verdicts, writes a report. */
export function addVerifyCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("verify")
    .description("check claims and write report.html")
    .argument("[ids...]", "claims to check (see: loopgd list); default: all")
    .option("--thorough", "the slow settings too", false)
    .option("--out <folder>", "where report.html and verdicts.json go", "runs/verify")
    .option(
      "--workers <count>",
      "claims that run side by side; default: one per core",
      integerOption("verify", "--workers"),
    )
    .option("--resume", "go on after the claims that an interrupted run in --out finished", false)
    .option("--junit <file>", "write the verdicts as JUnit XML too")
    .option("--csv <file>", "write the verdicts as CSV too")
    .option("--latex <file>", "write a LaTeX table too")
    .addHelpText(
      "before",
      "Example: loopgd verify\n         loopgd verify loops-equal-gd-steps --json\n",
    );
  addCommonOptions(command).action(async (ids: string[], options: VerifyOptions) => {
    finish(await verify(ids, options, io));
  });
}

async function verify(ids: readonly string[], options: VerifyOptions, io: CliIo): Promise<number> {
  const { availableParallelism } = await import("node:os");
  const { claims } = await import("../../../proofs-checks/registry.js");
  const { runClaims, selectClaims } = await import("../../claim/run-claims.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const { ClaimPool } = await import("../claim-pool.js");
  const { VerdictLog } = await import("../verdict-log.js");
  const selected = selectClaims(claims, ids);
  requireWritableFolder("verify", "--out", options.out);
  const run = { seed: options.seed, profile: options.thorough ? "thorough" : "quick" } as const;
  const log = new VerdictLog(options.out, run, options.resume);
  const reproduce = reproduceCommand("verify", argumentsOf(ids, options), options.seed);
  announceRun(io, options, reproduce);
  const parallel = Math.min(options.workers ?? availableParallelism(), selected.length);
  // A single thread needs no other: the claims then run here.
  const pool = parallel > 1 ? new ClaimPool(parallel, run) : undefined;
  const stop = () => void pool?.close();
  io.signal.addEventListener("abort", stop);
  const finished = selected.filter(({ id }) => log.finished.has(id)).length;
  const progress = claimProgress(io, options, { done: finished, total: selected.length });
  const verification = await runClaims(selected, {
    ...run,
    parallel,
    finished: log.finished,
    signal: io.signal,
    ...(pool === undefined ? {} : { run: (claim) => pool.run(claim) }),
    onStart: progress.start,
    onFinish: (claim, results) => {
      log.add(claim.id, results);
      progress.finish();
    },
  }).finally(async () => {
    progress.clear();
    log.close();
    io.signal.removeEventListener("abort", stop);
    await pool?.close();
  });
  const document = verificationDocument(verification);
  const report = await writeReports(verification, claims, options, reproduce, io, document);
  io.stdout(
    options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : verdictTable(verification, io.hasColour),
  );
  if (!options.quiet) io.stderr(`report: ${report}\n`);
  if (io.signal.aborted) {
    io.stderr(`loopgd: interrupted; go on with: ${reproduce} --resume\n`);
    return exitCodeOf(io.signal);
  }
  return { "as-expected": EXIT.ok, changed: EXIT.changed, broken: EXIT.failure }[
    verification.status
  ];
}

function argumentsOf(ids: readonly string[], options: VerifyOptions): string[] {
  const files = (["junit", "csv", "latex"] as const).flatMap((format) =>
    options[format] === undefined ? [] : [`--${format}`, options[format]],
  );
  return [...ids, ...(options.thorough ? ["--thorough"] : []), ...["--out", options.out], ...files];
}

/** One line on a terminal: how many claims are done, and which one began last. */
function claimProgress(
  io: CliIo,
  { quiet }: VerifyOptions,
  { done, total }: { done: number; readonly total: number },
) {
  const isShown = !quiet && io.isTerminal;
  let latest = "";
  const show = (text: string) => {
    if (isShown) io.stderr(`\r\x1b[K${text}`);
  };
  return {
    start({ id }: { readonly id: string }) {
      latest = id;
      show(`${done}/${total} ${latest}`);
    },
    finish() {
      done += 1;
      show(`${done}/${total} ${latest}`);
    },
    clear: () => show(""),
  };
}

/** The machine-readable outcome, schema loopgd.verify/1. */
function verificationDocument({ seed, profile, results, status }: Verification) {
  return {
    schema: "loopgd.verify/1",
    seed,
    profile,
    status,
    sampledComparisons: sampledComparisons(results),
    falseAlarmRate: falseAlarmRate(sampledComparisons(results)),
    tightness: tightestOnGrid(results),
    results: results.map(
      ({ training: _training, title: _title, ...result }: ClaimResult) => result,
    ),
  };
}

/** Writes report.html, verdicts.json and the formats asked for; gives the report's path. */
async function writeReports(
  verification: Verification,
  claims: readonly Claim[],
  options: VerifyOptions,
  reproduce: string,
  io: CliIo,
  document: unknown,
): Promise<string> {
  const { join } = await import("node:path");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { verdictJunit } = await import("../../report/verdict-junit.js");
  const { verdictCsv } = await import("../../report/verdict-csv.js");
  const { verdictLatex } = await import("../../report/verdict-latex.js");
  const { renderVerificationReport } = await import("../../report/verification-report.js");
  const { reportHeader } = await import("../report-header.js");
  const { results } = verification;
  const write = (path: string | undefined, flag: string, text: () => string) => {
    if (path !== undefined) writeFileAtomically("verify", path, text(), flag);
  };
  const header = reportHeader("Verification", options.seed, reproduce, io.now());
  const report = join(options.out, "report.html");
  write(report, "--out", () => renderVerificationReport({ verification, claims, header }));
  write(
    join(options.out, "verdicts.json"),
    "--out",
    () => `${JSON.stringify(document, null, 2)}\n`,
  );
  const { title: _title, ...origin } = header;
  write(
    join(options.out, "run.json"),
    "--out",
    () => `${JSON.stringify({ schema: "loopgd.verify-run/1", ...origin }, null, 2)}\n`,
  );
  write(options.junit, "--junit", () => verdictJunit(results));
  write(options.csv, "--csv", () => verdictCsv(results));
  write(options.latex, "--latex", () => verdictLatex(claims, results));
  return report;
}
