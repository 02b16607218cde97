import { ArgumentError } from "../errors.js";
import { checkLaw } from "./check-law.js";
import { LawViolation } from "./law-violation.js";
import { laws, requireLaws } from "./laws.js";
import type { ModelUnderTest } from "./predictor.js";

/** What a test runner gives to declare tests. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

/**
 * Registers a test per law for a model, in vitest, Jest or node:test.
 *
 * Conventions.  to be awaited at the top of a test file. Jest and vitest with globals are found by their
 *               globals, vitest without and node:test by their environment. A law that does not apply
 *               passes, its name saying why.
 *
 * @param options.skip    ids of laws that the model is not meant to obey
 * @param options.runner  default: the one that runs this file
 * Throws.       ArgumentError for an unknown law, or where no runner is found
 */
export async function describeLaws(
  model: ModelUnderTest,
  options: {
    readonly name?: string;
    readonly skip?: readonly string[];
    readonly seed?: number;
    readonly runs?: number;
    readonly runner?: TestRunner;
  } = {},
): Promise<void> {
  const { name = "loopgd laws", skip = [], runner = await findRunner(), ...sampling } = options;
  requireLaws(skip);
  runner.describe(name, () => {
    for (const law of laws) {
      if (skip.includes(law.id)) continue;
      const exclusion = model.exempt?.[law.id] ?? law.exclusion(model);
      const suffix = exclusion === null ? law.statement : `does not apply: ${exclusion}`;
      runner.test(`${law.id}: ${suffix}`, async () => {
        const { verdict, detail } = await checkLaw(law, model, sampling);
        if (verdict === "violated") throw new LawViolation(`${law.id}: ${detail}`);
      });
    }
  });
}

async function findRunner(): Promise<TestRunner> {
  const { describe, test } = globalThis as Partial<TestRunner>;
  if (describe !== undefined && test !== undefined) return { describe, test };
  if (process.env.VITEST !== undefined) return await import("vitest");
  if (process.env.NODE_TEST_CONTEXT !== undefined) return await import("node:test");
  throw new ArgumentError(
    "describeLaws",
    "runner",
    "given, or this file run by vitest, Jest or node --test",
    undefined,
  );
}
