import { ArgumentError } from "../errors.js";

/** One of `count` parts of a sweep, numbered from 1: every count-th point, so that all cost alike. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The whole sweep. */
export const WHOLE: Shard = { index: 1, count: 1 };

const MAXIMAL_SHARDS = 100_000;

/** Reads "3/10". Throws an ArgumentError for anything else. */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && index >= 1 && index <= count && count <= MAXIMAL_SHARDS) {
    return { index, count };
  }
  const requirement = `i/k with 1 ≤ i ≤ k ≤ ${MAXIMAL_SHARDS}, such as 3/10`;
  throw new ArgumentError("sweep", "--shard", requirement, text);
}

/** The folder name of a shard: sorts by number. */
export function shardName({ index, count }: Shard): string {
  const digits = String(count).length;
  return `${String(index).padStart(digits, "0")}-of-${count}`;
}

/** The shard of a folder name; undefined for any other name. */
export function shardOfName(name: string): Shard | undefined {
  const match = /^0*([1-9]\d*)-of-(\d+)$/.exec(name);
  if (match === null) return undefined;
  const shard = { index: Number(match[1]), count: Number(match[2]) };
  return shardName(shard) === name && shard.index <= shard.count ? shard : undefined;
}

/** How many of `size` points a shard has. */
export function shardSize({ index, count }: Shard, size: number): number {
  return index > size ? 0 : Math.floor((size - index) / count) + 1;
}

/** The number in the sweep of a shard's position-th point. */
export function pointNumber({ index, count }: Shard, position: number): number {
  return index - 1 + position * count;
}
