import type { ClaimResult } from "../claim/run-claim.js";

const COLUMNS = [
  "id",
  "setting",
  "verdict",
  "expected",
  "method",
  "margin",
  "regime",
  "detail",
  "seconds",
  "certificates",
] as const satisfies (keyof ClaimResult)[];

/** A verification as CSV (RFC 4180, LF line ends): a header, a line per claim and setting. */
export function verdictCsv(results: readonly ClaimResult[]): string {
  const lines = results.map((result) =>
    COLUMNS.map((column) => cell(result[column] ?? null)).join(","),
  );
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function cell(value: string | number | readonly string[] | null): string {
  const text = value === null ? "" : Array.isArray(value) ? value.join(" ") : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
