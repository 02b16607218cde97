// Writes the table of claims into README.md from the registry, or checks that it is current.
// Usage: node docs/update-readme.mjs [--check]   (after npm run build)
import { readFileSync, writeFileSync } from "node:fs";
import { claims } from "../dist/proofs-checks/registry.js";
import { claimTable } from "../dist/src/report/claim-table.js";

const path = new URL("../README.md", import.meta.url);
const text = readFileSync(path, "utf8");
const [begin, end] = ["<!-- claims:begin -->", "<!-- claims:end -->"];
const [before, rest] = text.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error(`README.md has no ${begin} … ${end}`);
const current = `${before}${begin}\n${claimTable(claims)}${end}${after}`;
if (current === text) {
  console.log("README.md: the table of claims is current");
} else if (process.argv.includes("--check")) {
  console.error("README.md: the table of claims is stale; run: npm run readme");
  process.exitCode = 1;
} else {
  writeFileSync(path, current);
  console.log("README.md: table of claims written");
}
