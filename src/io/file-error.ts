import { ArgumentError, Description } from "../errors.js";

/**
 * Throws the ArgumentError a failed file operation deserves; anything but a system error is rethrown.
 *
 * @example
 * const error = Object.assign(new Error(), { code: "EACCES" });
 * refuseFileError(error, "train", "--out", "a writable folder", "/x")
 * // throws: train: --out must be a writable folder, got "/x" (EACCES)
 */
export function refuseFileError(
  error: unknown,
  where: string,
  argument: string,
  requirement: string,
  path: string,
): never {
  const code = systemCode(error);
  if (code === undefined) throw error;
  throw new ArgumentError(where, argument, requirement, new Description(`"${path}" (${code})`));
}

/** The code of an operating-system error (ENOENT, EACCES, ENOSPC, …), undefined for any other. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^(E[A-Z0-9]+|ERR_FS_[A-Z_]+)$/.test(error.code)
    ? error.code
    : undefined;
}
