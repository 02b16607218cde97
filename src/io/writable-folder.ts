import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuseFileError, systemCode } from "./file-error.js";

/**
 * Makes sure, before any work, that a folder exists and takes files; creates it when absent.
 *
 * Throws.       ArgumentError, e.g. `train: --out must be a writable folder, got "/x" (EACCES)`
 */
export function requireWritableFolder(where: string, argument: string, path: string): void {
  try {
    makeFolder(path);
    // Permission bits do not tell (root, read-only mounts, full quotas): only writing does.
    const probe = join(path, `.writable.${process.pid}.tmp`);
    closeSync(openSync(probe, "w"));
    rmSync(probe);
  } catch (error) {
    refuseFileError(error, where, argument, "a writable folder", path);
  }
}

/**
 * Creates a folder and those above it.
 *
 * Node's own recursive mkdir never returns where the parent exists and creation still says ENOENT, as
 * in /proc (Node 20.20).
 */
function makeFolder(path: string): void {
  if (existsSync(join(path, "."))) return;
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster; that the path is a folder is seen on writing to it.
    if (systemCode(error) !== "EEXIST") throw error;
  }
}
