import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { refuseFileError } from "./file-error.js";

/**
 * Makes sure, before any work, that a folder exists and takes files; creates it when absent.
 *
 * Throws.       ArgumentError, e.g. `train: --out must be a writable folder, got "/x" (EACCES)`
 */
export function requireWritableFolder(where: string, argument: string, path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    // Permission bits do not tell (root, read-only mounts, full quotas): only writing does.
    const probe = join(path, `.writable.${process.pid}.tmp`);
    closeSync(openSync(probe, "w"));
    rmSync(probe);
  } catch (error) {
    refuseFileError(error, where, argument, "a writable folder", path);
  }
}
