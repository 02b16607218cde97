import fc from "fast-check";
import { expect, test } from "vitest";
import { positiveDefinite } from "./arbitraries.js";
import { checkProperty, TEST_SEED } from "./seed.js";

test("a failing property prints seed, path and parameters", () => {
  const failing = fc.property(positiveDefinite(2), fc.integer(), (matrix, k) => {
    return matrix.trace() + 0 * k < 0;
  });
  const message = (() => {
    try {
      checkProperty(failing);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).toContain(`LOOPGD_TEST_SEED=${TEST_SEED} path=`);
  expect(message).toMatch(/Counterexample: \[\[\[\d/);
});
