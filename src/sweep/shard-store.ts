import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ArgumentError } from "../errors.js";
import { JsonLinesWriter, readJsonLines } from "../io/json-lines.js";
import { readTable, writeTable } from "../io/table-file.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import type { PointCells } from "./point-computer.js";
import { ResultTable } from "./result-table.js";
import { pointNumber, type Shard, shardName, shardSize } from "./shard.js";
import { ShardLock } from "./shard-lock.js";
import type { Sweep } from "./sweep.js";

/** Lines after which a part is closed and published under its name. */
const PART_LINES = 10_000;

const OPEN_PART = "open.jsonl";

/**
 * The folder of a shard: results as they come, one line a point; then one Parquet file.
 *
 * Statement.    a point whose `add` has returned is never computed again, also after kill −9; a power
 *               failure may lose what was added since the last part. Files that are not sound are renamed
 *               `….corrupt`, named in `setAside`, and their points computed again
 */
export class ShardStore {
  /** By position in the shard: whether the point is done. */
  readonly done: Uint8Array;
  readonly setAside: string[] = [];
  readonly #lock: ShardLock;
  readonly #folder: string;
  /** By position: whether the point is done and failed. */
  readonly #failed: Uint8Array;
  #doneCount = 0;
  #failureCount = 0;
  #writer: JsonLinesWriter | undefined;
  #openLines = 0;
  #parts = 0;

  private constructor(
    private readonly sweep: Sweep,
    readonly shard: Shard,
    folder: string,
    lock: ShardLock,
  ) {
    this.#folder = folder;
    this.#lock = lock;
    this.done = new Uint8Array(shardSize(shard, sweep.grid.size));
    this.#failed = new Uint8Array(this.done.length);
  }

  /**
   * Throws.       ArgumentError when the folder cannot be written, or another process has the shard
   */
  static async open(out: string, sweep: Sweep, shard: Shard): Promise<ShardStore> {
    const folder = join(out, "shards", shardName(shard));
    requireWritableFolder("sweep", "--out", folder);
    const store = new ShardStore(sweep, shard, folder, ShardLock.acquire(folder));
    try {
      await store.#recover();
      return store;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  get resultsPath(): string {
    return join(this.#folder, "results.parquet");
  }

  get doneCount(): number {
    return this.#doneCount;
  }

  /** Points that are done and failed. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** Makes points that failed points that are not done. */
  forgetFailures(): void {
    for (let position = 0; position < this.done.length; position++) {
      if (this.#failed[position] === 1) this.#mark(position, undefined);
    }
  }

  add(position: number, cells: PointCells): void {
    this.#lock.requireHeld();
    this.#writer ??= new JsonLinesWriter("sweep", join(this.#folder, OPEN_PART));
    const text = JSON.stringify(cells);
    this.#writer.write({ point: position, cells: text, crc: crc32(`${position}:${text}`) });
    this.#mark(position, cells.failure !== undefined);
    this.#openLines += 1;
    if (this.#openLines >= PART_LINES) this.#publish();
  }

  /**
   * Puts the results of a shard whose points are all done into one Parquet file, and the parts away.
   *
   * Statement.    may be ended at any moment: the parts that are left say again what the table has
   */
  async compact(): Promise<void> {
    this.#publish();
    const parts = this.#partNames();
    if (parts.length === 0) return;
    const { grid, columns } = this.sweep;
    const table = new ResultTable(columns, this.done.length);
    if (existsSync(this.resultsPath)) {
      table.take(await readTable(this.resultsPath), (number) => this.#positionOf(number));
    }
    for (const part of parts) {
      for (const [position, cells] of this.#readPart(part) ?? []) {
        const point = pointNumber(this.shard, position);
        table.set(position, { point, ...grid.point(point), ...cells });
      }
    }
    writeTable(this.resultsPath, table.columns);
    for (const part of parts) rmSync(join(this.#folder, part));
  }

  close(): void {
    this.#writer?.close();
    this.#writer = undefined;
    this.#lock.release();
  }

  async #recover(): Promise<void> {
    if (existsSync(this.resultsPath)) await this.#readResults();
    // A part that was being written when the process ended is closed like any other.
    if (existsSync(join(this.#folder, OPEN_PART))) {
      this.#openLines = 1;
      new JsonLinesWriter("sweep", join(this.#folder, OPEN_PART)).close();
      this.#publish();
    }
    for (const part of this.#partNames()) {
      for (const [position, { failure }] of this.#readPart(part) ?? []) {
        this.#mark(position, failure !== undefined);
      }
    }
  }

  async #readResults(): Promise<void> {
    try {
      const table = await readTable(this.resultsPath);
      const failures = table.get("failure")!;
      for (const [row, number] of (table.get("point") as readonly number[]).entries()) {
        this.#mark(this.#positionOf(number), failures[row] !== null);
      }
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      this.#setAside("results.parquet");
    }
  }

  #readPart(part: string): Map<number, PointCells> | undefined {
    try {
      const results = new Map<number, PointCells>();
      for (const [i, { point, cells, crc }] of readJsonLines(join(this.#folder, part)).entries()) {
        const isSound = crc === crc32(`${point}:${cells}`) && Number(point) < this.done.length;
        if (!isSound) throw new ArgumentError("sweep", `line ${i + 1}`, "a sound result", part);
        results.set(Number(point), JSON.parse(String(cells)) as PointCells);
      }
      return results;
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      this.#setAside(part);
      return undefined;
    }
  }

  #publish(): void {
    if (this.#openLines === 0) return;
    this.#writer?.sync();
    this.#writer?.close();
    this.#writer = undefined;
    this.#openLines = 0;
    const last = Number(this.#partNames().at(-1)?.slice(5, -6) ?? 0);
    this.#parts = Math.max(this.#parts, last) + 1;
    const name = `part-${String(this.#parts).padStart(6, "0")}.jsonl`;
    renameSync(join(this.#folder, OPEN_PART), join(this.#folder, name));
  }

  #partNames(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => /^part-\d+\.jsonl$/.test(name))
      .sort();
  }

  #setAside(name: string): void {
    const path = join(this.#folder, name);
    let aside = `${path}.corrupt`;
    for (let k = 2; existsSync(aside); k++) aside = `${path}.corrupt-${k}`;
    renameSync(path, aside);
    this.setAside.push(aside);
  }

  #positionOf(point: number): number {
    return (point - (this.shard.index - 1)) / this.shard.count;
  }

  /** Notes how a point ended; undefined: that it is to be computed. */
  #mark(position: number, hasFailed: boolean | undefined): void {
    const [done, failed] = [Number(hasFailed !== undefined), Number(hasFailed === true)];
    this.#doneCount += done - this.done[position]!;
    this.#failureCount += failed - this.#failed[position]!;
    this.done[position] = done;
    this.#failed[position] = failed;
  }
}
