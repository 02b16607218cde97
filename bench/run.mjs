// @ts-check
// `npm run bench`: the times that docs/benchmarks.md states, measured on the built tree.
//
//   node bench/run.mjs                all of them
//   node bench/run.mjs optimum help   those whose command begins so
//
// Everything is seeded (seed 0); only the machine makes a difference. Exit 1 when a limit is exceeded.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { circumstances, measureCommand, report } from "./measure.mjs";

const folder = mkdtempSync(join(tmpdir(), "loopgd-bench-"));
/** @type {Record<string, import("./measure.mjs").Benchmark>} */
const benchmarks = {
  help: { argv: ["--help"], runs: 11, limit: 0.2 },
  optimum: {
    argv: ["optimum", "--dim", "100", "--context", "1000", "--loops", "64"],
    runs: 5,
    limit: 2,
  },
  verify: { argv: ["verify", "--quiet", "--out", join(folder, "verify")], runs: 3, limit: 60 },
};

try {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    console.error(
      `bench: unknown ${unknown.join(", ")}; there is ${Object.keys(benchmarks).join(", ")}`,
    );
    process.exitCode = 2;
  } else {
    for (const line of circumstances()) console.log(line);
    for (const [name, benchmark] of Object.entries(benchmarks)) {
      if (names.length > 0 && !names.includes(name)) continue;
      console.log("");
      if (!report(measureCommand(benchmark))) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
