import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/build-current.ts",
    testTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**", "proofs-checks/**"] },
  },
});
