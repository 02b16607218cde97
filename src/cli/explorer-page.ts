import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The explorer's page, as the build wrote it. */
export function explorerPage(): string {
  return readFileSync(createRequire(import.meta.url).resolve("#explorer-page"), "utf8");
}
