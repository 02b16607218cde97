// @ts-check
// `npm run bench`: the times that docs/benchmarks.md states, measured on the built tree.
//
//   node bench/run.mjs                all of them
//   node bench/run.mjs optimum help   some of them
//   node bench/run.mjs --update       all of them, written into docs/benchmarks.md
//
// Everything is seeded (seed 0); only the machine makes a difference. Exit 1 when a limit is exceeded.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, measureCommand } from "./measure.mjs";
import { reportBenchmark } from "./report.mjs";

const folder = mkdtempSync(join(tmpdir(), "loopgd-bench-"));

/** A command as a part of the report. */
function command(/** @type {import("./measure.mjs").Benchmark} */ benchmark) {
  return () => {
    const measured = measureCommand(benchmark);
    const text = describe(measured).replaceAll(folder, "runs");
    return { text, isWithinLimits: measured.median <= measured.limit };
  };
}

try {
  await reportBenchmark("run", {
    help: command({ argv: ["--help"], runs: 11, limit: 0.2 }),
    optimum: command({
      argv: ["optimum", "--dim", "100", "--context", "1000", "--loops", "64"],
      runs: 5,
      limit: 2,
    }),
    verify: command({
      argv: ["verify", "--quiet", "--out", join(folder, "verify")],
      runs: 3,
      limit: 60,
    }),
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
