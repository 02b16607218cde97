// @ts-check
// How every benchmark runs and where its results go: parts by name, printed as they come, and with
// --update written into the benchmark's block of docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { circumstances } from "./measure.mjs";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url);

/**
 * What a part found: lines for a person, and whether all its limits were kept.
 *
 * @typedef {{ readonly text: string, readonly isWithinLimits: boolean }} Finding
 * @typedef {() => Finding | Promise<Finding>} Part
 */

/**
 * Runs the parts named on the command line, or all of them; exit code 1 when a limit is exceeded, 2 for
 * an unknown part.
 *
 * @param {string} name which block of docs/benchmarks.md is this benchmark's
 * @param {Readonly<Record<string, Part>>} parts
 */
export async function reportBenchmark(name, parts) {
  const isUpdate = process.argv.includes("--update");
  const asked = process.argv.slice(2).filter((argument) => argument !== "--update");
  const unknown = asked.filter((part) => !(part in parts));
  if (unknown.length > 0) {
    const known = Object.keys(parts).join(", ");
    console.error(`bench: unknown ${unknown.join(", ")}; there is ${known}`);
    process.exitCode = 2;
    return;
  }
  const results = [circumstances().join("\n")];
  console.log(results[0]);
  for (const [part, run] of Object.entries(parts)) {
    if (!isUpdate && asked.length > 0 && !asked.includes(part)) continue;
    const { text, isWithinLimits } = await run();
    results.push(text);
    console.log(`\n${text}`);
    if (!isWithinLimits) process.exitCode = 1;
  }
  if (isUpdate) writeBlock(name, results.join("\n\n"));
}

/** Replaces the fenced block that follows `<!-- bench: NAME -->`. */
function writeBlock(/** @type {string} */ name, /** @type {string} */ results) {
  const page = readFileSync(PAGE, "utf8");
  const opening = `<!-- bench: ${name} -->\n\`\`\`text\n`;
  const start = page.indexOf(opening);
  const end = page.indexOf("\n```", start + opening.length);
  if (start < 0 || end < 0) throw new Error(`docs/benchmarks.md has no block after ${opening}`);
  writeFileSync(PAGE, page.slice(0, start + opening.length) + results + page.slice(end));
}
