import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ArgumentError } from "../errors.js";
import { JsonLinesWriter, readJsonLines } from "../io/json-lines.js";
import { readTable, writeTable } from "../io/table-file.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import type { PointCells } from "./point-computer.js";
import { buildTable } from "./result-table.js";
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
  #doneCount = 0;
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

  add(position: number, cells: PointCells): void {
    this.#writer ??= new JsonLinesWriter("sweep", join(this.#folder, OPEN_PART));
    const text = JSON.stringify(cells);
    this.#writer.write({ point: position, cells: text, crc: crc32(`${position}:${text}`) });
    this.#mark(position);
    this.#openLines += 1;
    if (this.#openLines >= PART_LINES) this.#publish();
  }

  /** Puts all results into one Parquet file, and the parts away. */
  async compact(): Promise<void> {
    this.#publish();
    const parts = this.#partNames();
    if (parts.length === 0) return;
    const results = new Map<number, PointCells>();
    for (const part of parts) {
      for (const [position, cells] of this.#readPart(part) ?? []) results.set(position, cells);
    }
    const { grid, columns } = this.sweep;
    const rows = [...results.keys()].sort((a, b) => a - b);
    writeTable(
      this.resultsPath,
      buildTable(columns, rows.length, (row) => {
        const number = pointNumber(this.shard, rows[row]!);
        return { number, values: { ...grid.point(number), ...results.get(rows[row]!)! } };
      }),
    );
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
      for (const [position] of this.#readPart(part) ?? []) this.#mark(position);
    }
  }

  async #readResults(): Promise<void> {
    try {
      const table = await readTable(this.resultsPath);
      for (const number of table.get("point") as readonly number[]) {
        this.#mark((number - (this.shard.index - 1)) / this.shard.count);
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

  #mark(position: number): void {
    if (this.done[position] === 0) this.#doneCount += 1;
    this.done[position] = 1;
  }
}
