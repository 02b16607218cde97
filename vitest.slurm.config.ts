import { defineConfig } from "vitest/config";

// Needs Debian's slurm-wlm and munge, and root; apart from `npm test`, which must pass without them.
export default defineConfig({
  test: {
    include: ["test/slurm/**/*.slurm.ts"],
    globalSetup: "test/build-current.ts",
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
