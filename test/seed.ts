import fc from "fast-check";
import { Stream } from "../src/random/stream.js";
import { requiredSeed } from "./required-seed.js";

/** The one seed of every random test: `requiredSeed`, of this process. */
export const TEST_SEED = requiredSeed(process.env);

/** The stream of a test, named so that no two tests draw the same numbers. */
export function testStream(name: string): Stream {
  return Stream.fromSeed(TEST_SEED).split(name);
}

/**
 * Runs a property with the one seed; a failure prints how to run it again, the shrunk path and the
 * failing parameters.
 */
export function checkProperty<Parameters>(
  property: fc.IProperty<Parameters>,
  options: { readonly numRuns?: number } = {},
): void {
  fc.assert(property, { seed: TEST_SEED, ...options, reporter });
}

/** As `checkProperty`, for properties that await. */
export async function checkAsyncProperty<Parameters>(
  property: fc.IAsyncProperty<Parameters>,
  options: { readonly numRuns?: number } = {},
): Promise<void> {
  const asyncReporter = async (details: fc.RunDetails<Parameters>) => reporter(details);
  await fc.assert(property, { seed: TEST_SEED, ...options, asyncReporter });
}

function reporter<Parameters>(details: fc.RunDetails<Parameters>): void {
  if (!details.failed) return;
  throw new Error(
    [
      `LOOPGD_TEST_SEED=${details.seed} path=${details.counterexamplePath}`,
      fc.defaultReportMessage(details),
    ].join("\n"),
    { cause: details.errorInstance },
  );
}
