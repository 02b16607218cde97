import { expect, it } from "vitest";
import { defineClaim } from "../../src/claim/claim.js";
import { claimTable } from "../../src/report/claim-table.js";

const claim = (id: string, needs?: string) =>
  defineClaim<number>({
    id,
    title: "One | two",
    statement: "1 = 1",
    source: "here",
    kind: "equality",
    hypotheses: {},
    grid: {
      quick: [
        { name: "d=1", setting: 1 },
        {
          name: "d=2",
          setting: 2,
          expected: "inconclusive",
          ...(needs === undefined ? {} : { needs }),
        },
      ],
      thorough: [],
    },
    predicted: () => 1,
    measured: () => ({ value: 1, errorBudget: 0, method: "exact" }),
    rivals: {},
  });

it("lists every inconclusive setting with what it would need", () => {
  const table = claimTable([claim("one", "4e6 draws"), claim("two")]);
  expect(table).toContain("| One \\| two | `one` | here | holds 1×, inconclusive 1× |\n");
  expect(table.split("\n\n").slice(1)).toEqual([
    "Inconclusive:",
    "- `one`, d=2; would need: 4e6 draws\n- `two`, d=2; would need: not known\n",
  ]);
});

it("says nothing of inconclusive settings where there are none", () => {
  expect(claimTable([])).not.toContain("Inconclusive");
});
