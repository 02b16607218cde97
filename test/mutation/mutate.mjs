// @ts-check
// `npm run mutate -- PATH`: mutation testing of a folder or file below src/. docs/mutation-testing.md
// states the scores. Exit 1 when fewer than 85 % of the mutants are killed.
//
//   node test/mutation/mutate.mjs numeric
//   node test/mutation/mutate.mjs theory/population --share 0.1 --seed 2
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

const USAGE = `Usage: npm run mutate -- PATH [options]

PATH is a folder or file below src/: numeric, theory/population, claim/judge.ts, …

  --share <number>        share of the mutants that is tried, drawn at random (default 1)
  --seed <integer>        of that draw (default 1)
  --concurrency <number>  processes that run tests (default 1)
  --force                 try all again, also what an earlier run has settled
`;

/** What is run against mutants beside the tests of their own folder, or file where it has a test. */
const FURTHER_TESTS = {
  numeric: [],
  model: ["test/properties/exact-identities.test.ts"],
  theory: [],
  compare: ["test/properties"],
  claim: [],
};

const LEAST_SCORE = 0.85;

/** @returns {never} */
function refuse(/** @type {string} */ message) {
  process.stderr.write(`mutate: ${message}\n\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  const options = /** @type {const} */ ({
    share: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "1" },
    force: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(/** @type {Error} */ (error).message);
  }
}

/** The test of a file or the tests of a folder, or of the nearest folder above that has tests. */
function ownTests(/** @type {string} */ path) {
  const file = `test/${path.replace(/\.ts$/, ".test.ts")}`;
  if (existsSync(file)) return file;
  return ownTests(path.replace(/\/[^/]+$/, ""));
}

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const root = fileURLToPath(new URL("../..", import.meta.url));
process.chdir(root);
const path = positionals[0]?.replace(/\/+$/, "");
if (path === undefined || positionals.length > 1) refuse("PATH must be one folder or file");
const [top = ""] = path.split("/");
if (!(top in FURTHER_TESTS) || path.includes("..") || !existsSync(`src/${path}`)) {
  refuse(`PATH must be in one of ${Object.keys(FURTHER_TESTS).join(", ")}, got "${path}"`);
}
const share = Number(values.share);
if (!(share > 0 && share <= 1)) refuse(`--share must be in (0, 1], got "${values.share}"`);
if (!/^\d+$/.test(values.seed)) refuse(`--seed must be an integer, got "${values.seed}"`);
const concurrency = Number(values.concurrency);
if (!Number.isInteger(concurrency) || concurrency < 1) {
  refuse(`--concurrency must be a positive integer, got "${values.concurrency}"`);
}

// The processes that Stryker starts read these.
process.env.LOOPGD_TEST_SEED ??= "1";
process.env.LOOPGD_MUTATION_TESTS = [
  ownTests(path),
  ...FURTHER_TESTS[/** @type {keyof typeof FURTHER_TESTS} */ (top)],
].join(",");
process.env.LOOPGD_MUTATION_SHARE = String(share);
process.env.LOOPGD_MUTATION_SEED = values.seed;

const out = `runs/mutation/${path.replaceAll("/", "-")}`;
const incrementalFile = `${out}/incremental.json`;
mkdirSync(out, { recursive: true });
const results = await new Stryker({
  mutate: [statSync(`src/${path}`).isDirectory() ? `src/${path}/**/*.ts` : `src/${path}`],
  testRunner: "vitest-with-collection",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  plugins: ["./test/mutation/vitest-runner.mjs", "./test/mutation/sample-checker.mjs"],
  checkers: share === 1 ? [] : ["sample"],
  coverageAnalysis: "perTest",
  concurrency,
  incremental: true,
  incrementalFile,
  force: values.force,
  // A mutant is slow only where it is many times slower: other work on the machine is not it.
  dryRunTimeoutMinutes: 30,
  timeoutMS: 10_000,
  timeoutFactor: 4,
  tempDirName: `${out}/sandbox`,
  ignorePatterns: ["/runs", "/notebooks", "/docs", "/bench", "/coverage"],
  reporters: ["json", "clear-text", "progress-append-only"],
  jsonReporter: { fileName: `${out}/report.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
}).runMutationTest();

forgetUndrawn();
report();

/** What was not drawn has no result: a larger share must not take it for one. */
function forgetUndrawn() {
  const kept = JSON.parse(readFileSync(incrementalFile, "utf8"));
  for (const file of Object.values(kept.files)) {
    file.mutants = file.mutants.filter(
      (/** @type {{ status: string }} */ { status }) => status !== "CompileError",
    );
  }
  writeFileSync(incrementalFile, JSON.stringify(kept));
}

/** The score with its standard error, that of a sample without replacement. */
function report() {
  const count = (/** @type {string[]} */ ...statuses) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("Killed", "Timeout");
  const tried = killed + count("Survived", "NoCoverage");
  const all = tried + count("CompileError");
  const score = killed / tried;
  const error = Math.sqrt(((score * (1 - score)) / tried) * (1 - tried / all));
  const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`;
  const sample = tried === all ? "" : ` ± ${percent(error)} (${tried} of ${all} mutants drawn)`;
  process.stdout.write(`src/${path}: ${killed} of ${tried} killed, ${percent(score)}${sample}\n`);
  if (!(score >= LEAST_SCORE)) process.exitCode = 1;
}
