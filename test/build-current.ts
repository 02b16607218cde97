import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = ["src", "proofs-checks", "kernel", "package.json", "tsconfig.build.json"];
/** Written by every build. */
const PRODUCT = "dist/src/index.js";

/** Threads run the built tree: before any test it is brought up to date with the sources. */
export default function buildWhereStale(): void {
  const newest = Math.max(...SOURCES.map((path) => lastChange(join(root, path))));
  if (lastChange(join(root, PRODUCT)) > newest) return;
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
}

/** When a file, or the newest file below a folder, was written; 0 where nothing is. */
function lastChange(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}
