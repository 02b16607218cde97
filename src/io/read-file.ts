import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { ArgumentError, Description } from "../errors.js";
import { refuseFileError } from "./file-error.js";

/**
 * Bytes of a regular file.
 *
 * Throws.       ArgumentError when it is absent, unreadable or not a regular file (a device has no
 *               end, and would be read without bound)
 */
export function readFileBytes(where: string, path: string): Uint8Array {
  const requirement = "a readable file";
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    if (!fstatSync(descriptor).isFile()) {
      const got = new Description(`"${path}" (not a regular file)`);
      throw new ArgumentError(where, "path", requirement, got);
    }
    return readFileSync(descriptor);
  } catch (error) {
    return refuseFileError(error, where, "path", requirement, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
