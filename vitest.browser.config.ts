import { defineConfig } from "vitest/config";

// Needs Chromium; apart from `npm test`, which must pass on machines without one.
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
