import type { SweepTable } from "../../../src/report/sweep/sweep-table.js";

/** Context lengths of the fixture, the last beyond every exact double. */
const CONTEXTS = [10, 100, 1000, 10_000, 100_000, 10n ** 25n] as const;
const DIMS = [2, 5] as const;
const SEEDS = [0, 1] as const;

/**
 * A sweep with everything a report shows: a power law (n + 1)⁻², regions, signs, notes, a failure, a
 * point that is not there, and words that are markup.
 */
export function sweepFixture(): SweepTable {
  const points = CONTEXTS.flatMap((n) =>
    DIMS.flatMap((dim) => SEEDS.map((seed) => ({ n, dim, seed }))),
  )
    .filter(({ n, dim }) => !(n === 10 && dim === 5))
    .map(({ n, dim, seed }) => ({ n: Number(n), dim, seed }));
  const column = <T extends number | string | null>(
    name: string,
    kind: "number" | "text",
    of: (point: (typeof points)[number], row: number) => T,
  ) => ({ name, kind, values: points.map(of) });
  const hasFailed = ({ n, dim }: (typeof points)[number]) => n === 1000 && dim === 5;
  return {
    name: "fixture",
    axes: [
      { name: "contextLength", values: CONTEXTS },
      { name: "dim", values: DIMS },
      { name: "seed", values: SEEDS },
    ],
    columns: [
      column("point", "number", (_, row) => row),
      column("contextLength", "number", ({ n }) => n),
      column("dim", "number", ({ dim }) => dim),
      column("seed", "number", ({ seed }) => seed),
      column("excess", "number", (point) =>
        hasFailed(point) ? null : (point.dim * (1 + point.seed)) / (point.n + 1) ** 2,
      ),
      column("curvature", "number", ({ n, dim }) => dim - Math.log10(n) + 0.25),
      column("verdict", "text", ({ n, dim }) => (n > 1000 * dim ? "holds" : "vacuous")),
      column("note", "text", ({ n }) => (n === 10 ? "<img src=x onerror='intruded = 1'>" : null)),
      column("failure", "text", (point) =>
        hasFailed(point) ? "</script><script>globalThis.intruded = 1</script>" : null,
      ),
    ],
    maps: [
      { x: "contextLength", y: "dim", value: "verdict" },
      { x: "contextLength", y: "dim", value: "excess" },
      { x: "contextLength", y: "dim", value: "curvature" },
    ],
    fits: [{ x: "contextLength", y: "excess" }],
  };
}
