import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { readParquet, writeParquet } from "../../src/io/parquet.js";
import { mutate } from "../fuzz/mutate.js";
import { checkAsyncProperty, testStream } from "../seed.js";
import { temporaryFolder } from "./temporary-folder.js";

describe("Parquet files of named columns", () => {
  it("come back as they were, bit for bit, at any length", async () => {
    const path = join(temporaryFolder(), "columns.parquet");
    const rows = fc.array(
      fc.tuple(
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      { maxLength: 50 },
    );
    await checkAsyncProperty(
      fc.asyncProperty(rows, async (table) => {
        const step = Int32Array.from(table, ([value]) => value);
        const loss = Float64Array.from(table, ([, value]) => value);
        writeParquet(
          path,
          new Map<string, Int32Array | Float64Array>([
            ["step", step],
            ["loss", loss],
          ]),
        );
        const columns = await readParquet(path);
        expect([...columns.keys()]).toEqual(["step", "loss"]);
        expect(columns.get("step")).toEqual(Float64Array.from(step));
        expect(columns.get("loss")).toEqual(loss);
      }),
      { numRuns: 50 },
    );
  });

  it("are Parquet to others: whole numbers and doubles, in more than one row group", async () => {
    const path = join(temporaryFolder(), "columns.parquet");
    const step = Int32Array.from({ length: 3_000 }, (_, i) => i + 1);
    const loss = Float64Array.from(step, (value) => 1 / value);
    const columns = new Map<string, Int32Array | Float64Array>([
      ["step", step],
      ["loss", loss],
    ]);
    writeParquet(path, columns);
    const bytes = readFileSync(path);
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([
      "PAR1",
      "PAR1",
    ]);
    const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    expect(rows.length).toBe(3_000);
    expect(rows[2_999]).toEqual({ step: 3_000, loss: 1 / 3_000 });
    writeParquet(path, columns);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("are refused by name when damaged, foreign or absent", async () => {
    const path = join(temporaryFolder(), "columns.parquet");
    await expect(readParquet(path)).rejects.toThrow(/got ".*columns\.parquet" \(ENOENT\)/);
    writeParquet(path, new Map([["loss", Float64Array.from({ length: 100 }, (_, i) => i)]]));
    truncateSync(path, readFileSync(path).length - 20);
    await expect(readParquet(path)).rejects.toThrow(ArgumentError);
    await expect(readParquet(path)).rejects.toThrow(
      /columns\.parquet" must be a sound Parquet file, got/,
    );
    writeFileSync(path, "");
    await expect(readParquet(path)).rejects.toThrow(ArgumentError);
  });

  it("are refused, or come back as they were, whatever happened to their bytes", async () => {
    const path = join(temporaryFolder(), "columns.parquet");
    const step = Int32Array.from({ length: 30 }, (_, i) => i + 1);
    const loss = Float64Array.from(step, (value) => 1 / value);
    writeParquet(
      path,
      new Map<string, Int32Array | Float64Array>([
        ["step", step],
        ["loss", loss],
      ]),
    );
    const bytes = new Uint8Array(readFileSync(path));
    const stream = testStream("damaged Parquet");
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      writeFileSync(path, mutate(bytes, bytes, stream.split(i)));
      const outcome = await readParquet(path).catch((error: unknown) => error);
      if (outcome instanceof ArgumentError) refused += 1;
      else if (!(outcome instanceof Map)) throw outcome;
      else expect([...outcome.values()]).toEqual([Float64Array.from(step), loss]);
    }
    // The rest hit what nobody reads, such as the name of the writer.
    expect(refused).toBeGreaterThan(950);
  });

  it("take columns of one length and of finite numbers only", () => {
    const path = join(temporaryFolder(), "columns.parquet");
    const write = (columns: [string, Float64Array][]) => () => writeParquet(path, new Map(columns));
    expect(write([])).toThrow("columns must be at least one, all of one length");
    expect(
      write([
        ["a", Float64Array.of(1)],
        ["b", Float64Array.of(1, 2)],
      ]),
    ).toThrow("got lengths [1, 2]");
    expect(write([["a", Float64Array.of(1, Number.NaN)]])).toThrow(
      'column "a" must be all finite numbers, got NaN in row 1',
    );
  });
});
