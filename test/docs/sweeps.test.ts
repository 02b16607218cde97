import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { readTable } from "../../src/io/table-file.js";
import { OPTIMUM_FIELDS } from "../../src/sweep/computation/optimum.js";
import { parseSweep, readSweep } from "../../src/sweep/read-sweep.js";
import { openSweep } from "../../src/sweep/sweep.js";
import { runCli } from "../cli/run-cli.js";
import { ROOT } from "./documents.js";

const PAGE = readFileSync(join(ROOT, "docs/sweeps.md"), "utf8");
const SCHEMA = JSON.parse(readFileSync(join(ROOT, "docs/sweep.schema.json"), "utf8"));
const blockOf = (language: string) =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)![1]!;

const folder = mkdtempSync(join(tmpdir(), "loopgd-sweeps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The keys that the reader names when it meets one that it does not know. */
function keysNamedFor(text: string): string[] {
  try {
    parseSweep(text, "x.yaml");
  } catch (error) {
    return /must be one of (.*), got/.exec((error as Error).message)![1]!.split(", ");
  }
  throw new Error(`the reader took ${text}`);
}

describe("docs/sweep.schema.json", () => {
  const { properties, $defs } = SCHEMA;
  const rest = "axes: {dim: 2, contextLength: 3, loops: 1}\ncompute: optimum\n";
  it.each([
    [properties, "nothing: 1\n"],
    [properties.limits.properties, `${rest}limits: {nothing: 1}\n`],
    [properties.maps.items.properties, `${rest}maps: [{nothing: 1}]\n`],
    [properties.fits.items.properties, `${rest}fits: [{nothing: 1}]\n`],
    [$defs.range.properties, "axes: {dim: {nothing: 1}}\ncompute: optimum\n"],
  ])("has the keys that the reader takes: %#", (described, text) => {
    expect(Object.keys(described).sort()).toEqual(keysNamedFor(text).sort());
  });

  it("has the fields of an optimum, and the kinds of computation", () => {
    expect($defs.field.enum).toEqual(OPTIMUM_FIELDS);
    const [bare, mapped] = $defs.computation.anyOf;
    const kinds = new Set([...bare.enum, ...Object.keys(mapped.properties)]);
    const named = keysNamedFor("axes: {dim: 2}\ncompute: {nothing: 1}\n");
    expect([...kinds].sort()).toEqual(named.sort());
  });
});

describe("docs/sweeps.md", () => {
  it("says every key and every column of an optimum", async () => {
    for (const key of Object.keys(SCHEMA.properties)) expect(PAGE).toContain(`| \`${key}\` |`);
    const text = `axes: {dim: 2, contextLength: 3, loops: 1}\ncompute: {optimum: [${OPTIMUM_FIELDS.join(", ")}]}\n`;
    const { columns } = await openSweep(parseSweep(text, "x.yaml"));
    for (const { name } of columns) expect(PAGE).toContain(`\`${name}\``);
  });

  it("has an example that runs, and a query that DuckDB answers as the table says", async () => {
    const file = join(folder, "saddle.yaml");
    const out = join(folder, "runs");
    writeFileSync(file, blockOf("yaml").replace(/^#.*\n/, ""));
    const { exitCode, stdout } = await runCli(["sweep", file, "--out", out, "--quiet", "--json"]);
    expect(exitCode).toBe(0);
    const { results, report } = JSON.parse(stdout);
    expect(readFileSync(report, "utf8")).toContain("curvatureSign over contextLength, dim");

    const query = blockOf("sql").replace("runs/saddle/results.parquet", results);
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const rows = (await connection.runAndReadAll(query)).getRowsJson();
    const table = await readTable(results);
    const cells = (name: string) => table.get(name) as readonly number[];
    const onsets = new Map<string, number>();
    for (const [row, sign] of cells("curvatureSign").entries()) {
      if (sign !== -1) continue;
      const key = `${cells("dim")[row]} ${cells("loops")[row]}`;
      const n = cells("contextLength")[row]!;
      onsets.set(key, Math.min(onsets.get(key) ?? n, n));
    }
    expect(onsets.size).toBeGreaterThan(1);
    expect(new Map(rows.map(([dim, loops, onset]) => [`${dim} ${loops}`, Number(onset)]))).toEqual(
      onsets,
    );
    connection.closeSync();
  }, 60_000);

  it("keeps maps whose files can still be read, beside the results that they gave", async () => {
    const maps = join(ROOT, "docs/maps");
    const files = readdirSync(maps).filter((name) => name.endsWith(".yaml"));
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const name of files) {
      const { columns, grid } = await openSweep(readSweep(join(maps, name)));
      const table = await readTable(join(maps, name.replace(/\.yaml$/, ".parquet")));
      expect([...table.keys()]).toEqual(["point", ...columns.map((column) => column.name)]);
      expect(table.get("point")).toHaveLength(grid.size);
    }
  });
});
