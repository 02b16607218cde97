// @ts-check
// `npm run bench`: the times that docs/benchmarks.md states, measured on the built tree.
//
//   node bench/run.mjs                all of them
//   node bench/run.mjs optimum help   some of them
//   node bench/run.mjs --update       all of them, written into docs/benchmarks.md
//
// Everything is seeded (seed 0); only the machine makes a difference. Exit 1 when a limit is exceeded.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { circumstances, describe, measureCommand } from "./measure.mjs";

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

/** Replaces the block of results in docs/benchmarks.md. */
function writeResults(/** @type {string} */ results) {
  const path = new URL("../docs/benchmarks.md", import.meta.url);
  const [before, block, ...after] = readFileSync(path, "utf8").split("```");
  if (!block?.startsWith("text\n")) throw new Error("docs/benchmarks.md has no ```text block");
  writeFileSync(path, [before, `text\n${results}\n`, ...after].join("```"));
}

const isUpdate = process.argv.includes("--update");
const names = process.argv.slice(2).filter((name) => name !== "--update");
const unknown = names.filter((name) => !(name in benchmarks));
try {
  if (unknown.length > 0) {
    const known = Object.keys(benchmarks).join(", ");
    console.error(`bench: unknown ${unknown.join(", ")}; there is ${known}`);
    process.exitCode = 2;
  } else {
    const results = [circumstances().join("\n")];
    console.log(results[0]);
    for (const [name, benchmark] of Object.entries(benchmarks)) {
      if (!isUpdate && names.length > 0 && !names.includes(name)) continue;
      const measured = measureCommand(benchmark);
      results.push(describe(measured).replaceAll(folder, "runs"));
      console.log(`\n${results.at(-1)}`);
      if (measured.median > measured.limit) process.exitCode = 1;
    }
    if (isUpdate) writeResults(results.join("\n\n"));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
