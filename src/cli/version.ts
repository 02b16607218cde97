import { readFileSync } from "node:fs";

/** Version of this package, as its package.json says. */
export const VERSION: string = readVersion();

function readVersion(): string {
  // The same file seen from src/cli (tests) and from dist/src/cli (built).
  for (const path of ["../../package.json", "../../../package.json"]) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (manifest.name === "loopgd") return manifest.version;
    } catch {
      // Not there: try the other place.
    }
  }
  throw new Error("package.json of loopgd not found beside its code");
}
