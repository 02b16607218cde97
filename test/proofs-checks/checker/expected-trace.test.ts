import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpectedTraces, type Kind } from "../../../proofs-checks/checker/expected-trace.js";
import { type Block, lossOf, moments } from "../../../proofs-checks/checker/loss.js";
import { constant } from "../../../proofs-checks/checker/polynomial.js";
import { Rational } from "../../../src/numeric/rational.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { wishartMoments } from "../../../src/theory/wishart-moments.js";
import { checkProperty } from "../../seed.js";

type IntegerMatrix = readonly (readonly bigint[])[];

/** Expectations for an integer matrix, whose traces are taken by plain multiplication. */
function tracesOf(matrix: IntegerMatrix, n: bigint, kind: Kind): ExpectedTraces {
  const transposed = matrix.map((row, i) => row.map((_, j) => matrix[j]![i]!));
  const times = (a: IntegerMatrix, b: IntegerMatrix) =>
    a.map((row) => b.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0n)));
  const identity = matrix.map((row, i) => row.map((_, j) => (i === j ? 1n : 0n)));
  const traceOf = (gap: string) => {
    const product = [...gap].reduce<IntegerMatrix>(
      (left, letter) => times(left, letter === "B" ? matrix : transposed),
      identity,
    );
    return constant(product.reduce((sum, row, i) => sum + row[i]!, 0n));
  };
  return new ExpectedTraces(kind, constant(n), traceOf);
}

const entry = fc.bigInt({ min: -3n, max: 3n });
const anyMatrix = fc.integer({ min: 1, max: 3 }).chain((size) =>
  fc.array(fc.array(entry, { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: size,
  }),
);
const anyGap = fc
  .array(fc.constantFrom("B", "b"), { maxLength: 3 })
  .map((letters) => letters.join(""));
const anyWord = fc
  .array(anyGap, { minLength: 1, maxLength: 4 })
  .map((gaps) => gaps.map((gap) => `W${gap}`).join(""));

describe("ExpectedTraces", () => {
  it("integrates by parts to what the pairings give, for any words of any matrix", () => {
    checkProperty(
      fc.property(anyMatrix, fc.bigInt({ min: 1n, max: 9n }), anyWord, (matrix, n, word) => {
        const traces = tracesOf(matrix, n, "general");
        expect(traces.of(word, 0)).toEqual(traces.of(word, 6));
      }),
      { numRuns: 60 },
    );
  });

  it("integrates W⁵ and W⁶, and a mixed word of five W, to what the pairings give", () => {
    const traces = tracesOf(
      [
        [2n, 1n],
        [-1n, 3n],
      ],
      3n,
      "general",
    );
    for (const word of ["WWWWW", "WWWWWW", "WBWWbBWbWBB"]) {
      expect(traces.of(word, 0)).toEqual(traces.of(word, 6));
    }
  });

  it("sorts the letters of a normal matrix without changing the value", () => {
    const normal = [
      [2n, -3n],
      [3n, 2n],
    ];
    const word = "WBbBWbWWbB";
    const [sorted, plain] = (["normal", "general"] as const).map((kind) =>
      tracesOf(normal, 4n, kind).of(word, 0),
    );
    expect(sorted).toEqual(plain);
  });

  it("agrees with the partition formula of src/theory up to E tr W¹⁶", () => {
    expect(moments(3n, 7n, 16)).toEqual(wishartMoments({ dim: 3, contextLength: 7 }, 16));
  });
});

describe("lossOf", () => {
  it("agrees with the exact engine of src/theory on rational matrices", () => {
    const fixed: IntegerMatrix = [
      [3n, -2n, 1n],
      [5n, 1n, 2n],
      [0n, -3n, 4n],
    ];
    const blocks: Block[] = [[1n, fixed.map((row) => row.map(constant))]];
    for (const loops of [1, 2, 3, 4]) {
      const loss = lossOf("general", blocks, constant(5n), 7n, loops).get(0)!;
      const preconditioners = [fixed.map((row) => row.map((value) => Rational.of(value, 7n)))];
      const { exact } = populationLoss({ dim: 3, contextLength: 5 }, { preconditioners, loops });
      expect(Rational.of(loss, 35n ** BigInt(2 * loops)).toString()).toBe(exact!.toString());
    }
  });
});
