import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { refuseFileError } from "./file-error.js";

let written = 0;

/**
 * Replaces a file at once: a reader sees the old contents or the new, never a part, also after a
 * crash. Nothing temporary stays behind on failure.
 *
 * Throws.       ArgumentError (naming `argument`) when the folder is absent, not writable or full
 */
export function writeFileAtomically(
  where: string,
  path: string,
  contents: string | Uint8Array,
  argument = "path",
): void {
  const folder = dirname(path);
  written += 1;
  // In the folder of the target: a rename is atomic within one file system only.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${written}.tmp`);
  try {
    writeDurably(temporary, contents);
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    refuseFileError(error, where, argument, "a writable file", path);
  }
}

function writeDurably(path: string, contents: string | Uint8Array): void {
  const bytes = typeof contents === "string" ? Buffer.from(contents) : contents;
  const descriptor = openSync(path, "wx");
  try {
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(descriptor, bytes, offset);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the rename itself durable; Windows cannot open a folder, and needs no such call. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
