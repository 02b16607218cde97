import { defineConfig } from "vitest/config";
import { requiredSeed } from "./test/required-seed.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/build-current.ts",
    // vitest leaves one core idle; here that would be half of a small machine.
    maxWorkers: "100%",
    // Ends what hangs. What is slow alone, on however busy a machine, is no failure.
    testTimeout: 600_000,
    // Refused before any test where CI names none; handed on to every thread and child process.
    env: { LOOPGD_TEST_SEED: String(requiredSeed(process.env)) },
    coverage: { provider: "v8", include: ["src/**", "proofs-checks/**"] },
  },
});
