import { defineConfig } from "vitest/config";

/**
 * The tests that `npm run mutate` runs. It names the folders in LOOPGD_MUTATION_TESTS. No global setup:
 * a sandbox is instrumented source, and what is built stays as it was.
 */
export default defineConfig({
  test: {
    include: (process.env.LOOPGD_MUTATION_TESTS ?? "test").split(",").map(testsBelow),
    setupFiles: "test/mutation/no-shrinking.ts",
    // Stryker stops what takes too long, measured by how long the test took before.
    testTimeout: 600_000,
  },
});

function testsBelow(path: string): string {
  return path.endsWith(".ts") ? path : `${path}/**/*.test.ts`;
}
