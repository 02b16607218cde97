import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { readFileBytes } from "../io/read-file.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { canonical } from "./canonical.js";
import type { SweepSpec } from "./sweep-spec.js";

const SCHEMA = "loopgd.sweep/1";

/** Where a sweep's folder says which sweep it is. */
function specPath(out: string): string {
  return join(out, "sweep.json");
}

/**
 * Makes a folder that of a sweep, or makes sure that it is.
 *
 * Throws.       ArgumentError when it cannot be written, or holds a sweep that would give other points or
 *               other results, with what differs; names, limits, maps and fits may change
 */
export function openSweepFolder(out: string, spec: SweepSpec): void {
  requireWritableFolder("sweep", "--out", out);
  if (existsSync(specPath(out))) {
    const differences = differencesOf(readSweepFolder(out), spec);
    if (differences.length > 0) {
      const got = new Description(`"${out}", which holds another: ${differences.join("; ")}`);
      throw new ArgumentError("sweep", "--out", "a new folder, or that of this sweep", got);
    }
  }
  const text = `${JSON.stringify(JSON.parse(canonical({ schema: SCHEMA, ...spec })), null, 2)}\n`;
  // A thousand shards begin at once: one of them writes.
  const isThere = existsSync(specPath(out)) && readFileSync(specPath(out), "utf8") === text;
  if (!isThere) writeFileAtomically("sweep", specPath(out), text, "--out");
}

/** The sweep of a folder. Throws an ArgumentError when it holds none. */
export function readSweepFolder(out: string): SweepSpec {
  const path = specPath(out);
  if (existsSync(path)) {
    try {
      const text = new TextDecoder().decode(readFileBytes("sweep", path));
      const { schema, ...spec } = JSON.parse(text, (_, value: unknown) =>
        typeof value === "string" && /^-?\d{16,}n$/.test(value)
          ? BigInt(value.slice(0, -1))
          : value,
      ) as SweepSpec & { schema?: unknown };
      if (schema === SCHEMA) return spec as SweepSpec;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const got = new Description(
    `"${out}", whose sweep.json is ${existsSync(path) ? "something else" : "not there"}`,
  );
  throw new ArgumentError("sweep", "folder", "the folder of a sweep", got);
}

/** What decides points and results, where it differs. */
function differencesOf(stored: SweepSpec, given: SweepSpec): string[] {
  const deciding = ({ seed, where, compute, keep, axes }: SweepSpec) => ({
    ...{ seed, where, compute, keep },
    ...Object.fromEntries(axes.map(({ name, values }) => [`axes.${name}`, values])),
    "order of axes": axes.map(({ name }) => name),
  });
  const [before, after] = [deciding(stored), deciding(given)].map(
    (part) => new Map<string, unknown>(Object.entries(part)),
  ) as [Map<string, unknown>, Map<string, unknown>];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => canonical(before.get(key)) !== canonical(after.get(key)))
    .map((key) => `${key} is ${short(before.get(key))} there and ${short(after.get(key))} here`);
}

function short(value: unknown): string {
  const text = value === undefined ? "absent" : canonical(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
