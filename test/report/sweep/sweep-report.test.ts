import { describe, expect, it } from "vitest";
import { extremesOf, textCounts } from "../../../src/report/sweep/extremes.js";
import { pageTable } from "../../../src/report/sweep/page-columns.js";
import { scalingFits } from "../../../src/report/sweep/scaling-fit.js";
import { renderSweepReport } from "../../../src/report/sweep/sweep-report.js";
import { scaleOf } from "../../../src/report/sweep/sweep-table.js";
import { HEADER } from "../report-fixtures.js";
import { sweepFixture } from "./sweep-fixture.js";

const table = sweepFixture();

describe("a scaling fit", () => {
  it("finds the power and the stretch on which it holds", () => {
    // (n + 1)⁻²: at n = 10 the value is 17 % below n⁻², further than 5 % from a line through the rest.
    const fits = scalingFits(table, table.fits[0]!);
    expect(fits).toHaveLength(4);
    const fit = fits.find(({ group }) => group.dim === 2 && group.seed === 0)!;
    expect(fit.line!.slope).toBeCloseTo(-2, 2);
    expect(Math.abs(fit.line!.slope + 2)).toBeLessThan(20 * fit.line!.slopeStandardError);
    expect([fit.from, fit.to, fit.used, fit.points]).toEqual([100, 1e25, 5, 6]);
    expect(fit.worst).toBeLessThan(0.05);
  });

  it("says that there is none where nothing is straight or positive", () => {
    const values = [1, 1000, 1, 1000, 1, 1000]
      .flatMap((value) => [value, value, value, value])
      .slice(2);
    const columns = table.columns.map((column) =>
      column.name === "excess" ? { ...column, values } : column,
    );
    for (const { line } of scalingFits({ ...table, columns }, table.fits[0]!)) {
      expect(line).toBeNull();
    }
    const none = scalingFits(table, { x: "contextLength", y: "verdict" });
    expect(none.every(({ line, samples }) => line === null && samples.length === 0)).toBe(true);
  });
});

describe("the tables of a sweep's report", () => {
  it("finds extremes with their rows, past what is missing", () => {
    const excess = extremesOf(table).find(({ name }) => name === "excess")!;
    expect([excess.least, excess.greatest, excess.filled]).toEqual([
      expect.closeTo(2e-50, 60),
      4 / 121,
      20,
    ]);
    expect(table.columns[1]!.values[excess.greatestRow]).toBe(10);
    expect(textCounts(table)).toEqual([
      {
        name: "verdict",
        counts: [
          ["holds", 12],
          ["vacuous", 10],
        ],
      },
    ]);
  });

  it("draws an axis on the scale on which it is even", () => {
    const scale = (values: readonly (number | bigint | string)[]) => scaleOf({ name: "x", values });
    expect([scale([1, 10, 100]), scale([1, 11, 21, 31]), scale([2, 3, 5])]).toEqual([
      "log",
      "linear",
      "linear",
    ]);
    expect([scale([4]), scale(["a", "b"]), scale([0, 1, 100]), scale([10, 10n ** 30n])]).toEqual([
      "named",
      "named",
      "linear",
      "log",
    ]);
  });

  it("leaves columns out of a page that cannot hold them, those of the maps last", () => {
    expect(pageTable(table).leftOut).toEqual([]);
    const rows = table.columns[0]!.values.length;
    const { columns, leftOut } = pageTable(table, rows * 6);
    expect(columns.map(({ name }) => name)).toEqual(["excess", "curvature", "verdict"]);
    expect(leftOut).toEqual(["note", "failure"]);
  });

  it("is the same page for the same table, and below 6 MB", () => {
    const render = () => renderSweepReport({ table, parquet: "results.parquet", header: HEADER });
    const page = render();
    expect(page).toBe(render());
    expect(page.length).toBeLessThan(6e6);
    expect(page).not.toContain("<script>globalThis.intruded");
    expect(page).toContain('<a href="results.parquet" download>');
  });
});
