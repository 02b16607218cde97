/** What the seed is read from: the process environment. */
interface Environment {
  readonly CI?: string | undefined;
  readonly LOOPGD_TEST_SEED?: string | undefined;
}

/**
 * The seed of every random test: LOOPGD_TEST_SEED, else 1; under CI it must be set.
 *
 * @throws Error for a seed that is no safe integer, or none where CI is set
 */
export function requiredSeed({ CI = "", LOOPGD_TEST_SEED: text }: Environment): number {
  if (text === undefined) {
    // A green run that cannot say what it drew cannot be repeated.
    if (!["", "0", "false"].includes(CI)) {
      throw new Error(`LOOPGD_TEST_SEED must be set where CI=${CI}: it repeats what a run drew`);
    }
    return 1;
  }
  const seed = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(seed)) {
    throw new Error(`LOOPGD_TEST_SEED must be an integer, got "${text}"`);
  }
  return seed;
}
