import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "../errors.js";
import { readTable, writeTable } from "../io/table-file.js";
import { ResultTable } from "./result-table.js";
import { type Shard, shardName, shardOfName, shardSize } from "./shard.js";
import type { Sweep } from "./sweep.js";

/** What the shards of a sweep hold together. */
export interface MergeOutcome {
  readonly points: number;
  readonly merged: number;
  readonly failures: number;
  /** Shards that are not there, not finished, or not sound, and why. */
  readonly missing: readonly { readonly shard: string; readonly reason: string }[];
  /** Where the table is; null while something is missing. */
  readonly resultsPath: string | null;
}

/**
 * Puts the tables of all shards into one, ordered by point, once every point is there.
 *
 * Statement.    the same bytes whatever the shards were
 * Throws.       ArgumentError when the table cannot be written
 */
export async function mergeShards(out: string, sweep: Sweep): Promise<MergeOutcome> {
  const { size } = sweep.grid;
  const found = foundShards(out);
  const counts = [...new Set(found.map(({ count }) => count))];
  // Two ways of sharding may have been tried: the one that is complete counts.
  const attempts: MergeOutcome[] = [];
  for (const count of counts.length === 0 ? [1] : counts) {
    const outcome = await mergeCount(out, sweep, count, size);
    if (outcome.missing.length === 0) return outcome;
    attempts.push(outcome);
  }
  return attempts.reduce((a, b) => (b.merged > a.merged ? b : a));
}

async function mergeCount(
  out: string,
  sweep: Sweep,
  count: number,
  size: number,
): Promise<MergeOutcome> {
  const missing: { shard: string; reason: string }[] = [];
  const table = new ResultTable(sweep.columns, size);
  for (let index = 1; index <= count; index++) {
    const shard = { index, count };
    const reason = await readShard(out, shard, size, table);
    if (reason !== undefined) missing.push({ shard: `${index}/${count}`, reason });
  }
  const path = join(out, "results.parquet");
  const outcome = {
    ...{ points: size, merged: table.filled("point"), failures: table.filled("failure") },
    missing,
  };
  if (missing.length > 0) return { ...outcome, resultsPath: null };
  writeTable(path, table.columns);
  return { ...outcome, resultsPath: path };
}

/** Reads a shard into the table; says why it is missing otherwise. */
async function readShard(
  out: string,
  shard: Shard,
  size: number,
  table: ResultTable,
): Promise<string | undefined> {
  const expected = shardSize(shard, size);
  const folder = join(out, "shards", shardName(shard));
  const path = join(folder, "results.parquet");
  if (expected === 0) return undefined;
  if (!existsSync(folder)) return "not begun";
  if (!existsSync(path)) return "begun, not finished";
  try {
    const columns = await readTable(path);
    const points = columns.get("point")?.length ?? 0;
    if (points !== expected) return `${points} of ${expected} points`;
    const lacking = table.take(columns, (point) => point);
    return lacking === undefined ? undefined : `not sound: it has no column ${lacking}`;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return `not sound: ${error.message}`;
  }
}

function foundShards(out: string): Shard[] {
  const folder = join(out, "shards");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map(shardOfName)
    .filter((shard) => shard !== undefined);
}
