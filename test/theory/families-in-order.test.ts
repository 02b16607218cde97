import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Matrix } from "../../src/numeric/matrix.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../../src/theory/preconditioner-search/best-symmetric.js";
import { squareMatrix, vector } from "../arbitraries.js";
import { checkProperty, testStream } from "../seed.js";

const laws = fc.record({
  dim: fc.integer({ min: 1, max: 5 }),
  contextLength: fc.integer({ min: 1, max: 80 }),
  loops: fc.integer({ min: 1, max: 4 }),
});

/** a ≤ b up to the last digits of the searches. */
const atMost = (a: number, b: number) => expect(a).toBeLessThanOrEqual(b * (1 + 1e-9));

describe("every family's optimum is at most that of the family it contains", () => {
  it("best over all A ≤ symmetric = isotropic; untied ≤ isotropic", () => {
    checkProperty(
      fc.property(laws, (law) => {
        const isotropic = isotropicOptimum(law).loss.toNumber();
        const symmetric = bestSymmetric(law, { stream: testStream("order, symmetric") }).loss;
        const best = bestPreconditioner(law, { stream: testStream("order, best") }).loss;
        expect(Math.abs(symmetric / isotropic - 1)).toBeLessThan(1e-9);
        atMost(best, symmetric);
        atMost(untiedOptimum(law).loss.toNumber(), isotropic);
      }),
      { numRuns: 8 },
    );
  });

  it("GD++ ≤ best over all A, from two loops on", () => {
    const deeper = laws.filter(({ loops }) => loops === 2 || loops === 3);
    checkProperty(
      fc.property(deeper, (law) => {
        const best = bestPreconditioner(law, { stream: testStream("order, GD++") }).loss;
        atMost(gdPlusPlusOptimum(law).loss, best);
      }),
      { numRuns: 8 },
    );
  });

  it("one more loop or layer never costs anything at the optimum", () => {
    checkProperty(
      fc.property(laws, (law) => {
        const deeper = { ...law, loops: law.loops + 1 };
        // Enclosed, not searched: the inequality is strict.
        const [more, fewer] = [isotropicOptimum(deeper), isotropicOptimum(law)];
        expect(more.loss.toNumber()).toBeLessThan(fewer.loss.toNumber());
        const untied = untiedOptimum(deeper).loss.toNumber();
        expect(untied).toBeLessThan(untiedOptimum(law).loss.toNumber());
      }),
      { numRuns: 25 },
    );
  });

  it("no A has a lower loss than the best found, and a read-in only adds", () => {
    const points = laws.chain((law) =>
      fc.record({
        law: fc.constant(law),
        offset: squareMatrix(law.dim),
        scale: fc.constantFrom(0.01, 0.1, 1),
        readIn: vector(law.dim),
      }),
    );
    checkProperty(
      fc.property(points, ({ law: { loops, ...setting }, offset, scale, readIn }) => {
        const law = { ...setting, loops };
        const best = bestPreconditioner(law, { stream: testStream("order, given") });
        const center = isotropicOptimum(law).stepSize.toNumber();
        const point = Matrix.eye(law.dim).mul(center).add(Matrix.mul(offset, scale));
        const at = (vectorEntries?: readonly number[]) =>
          populationLoss(
            setting,
            {
              preconditioners: [point],
              loops,
              ...(vectorEntries && { readIn: vectorEntries }),
            },
            { exact: true },
          ).exact!;
        const plain = at();
        atMost(best.loss, plain.toNumber());
        expect(at([...readIn]).compare(plain)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 12 },
    );
  });
});
