import { ArgumentError } from "../errors.js";
import { Stream } from "../random/stream.js";
import type { Claim } from "./claim.js";
import { type ClaimResult, type Profile, runClaim } from "./run-claim.js";

/** How a verification ended, which decides the exit code. */
export type VerificationStatus = "as-expected" | "changed" | "broken";

/** The outcome of a run of claims. */
export interface Verification {
  readonly seed: number;
  readonly profile: Profile;
  readonly results: readonly ClaimResult[];
  readonly status: VerificationStatus;
}

/** The claims with the given ids, in registry order; all when none is named. */
export function selectClaims<C extends { readonly id: string }>(
  registry: readonly C[],
  ids: readonly string[],
): readonly C[] {
  const known = new Set(registry.map((claim) => claim.id));
  for (const id of ids) {
    if (!known.has(id))
      throw new ArgumentError("verify", "id", "a known claim id (see: loopgd list)", id);
  }
  return ids.length === 0 ? registry : registry.filter((claim) => ids.includes(claim.id));
}

/** Runs one claim over its grid; what it draws depends on seed and claim alone. */
export function runSeededClaim(
  claim: Claim,
  { seed, profile }: { readonly seed: number; readonly profile: Profile },
): Promise<ClaimResult[]> {
  return runClaim(claim, profile, Stream.fromSeed(seed).split("claims"));
}

/**
 * Runs claims, up to `parallel` at a time; a claim that breaks does not stop the rest.
 *
 * Statement.    results come in the order of `claims`, and are the same whatever `parallel` is
 *
 * @param options.parallel  default: 1
 * @param options.run       runs one claim, e.g. on a worker; default: here
 * @param options.finished  results of claims that need not run again, by id
 * @param options.onStart   called as each claim begins
 * @param options.onFinish  called with each claim's results
 * @param options.signal    when aborted, no further claim begins, and claims whose `run` rejects are
 *                          left out
 */
export async function runClaims(
  claims: readonly Claim[],
  options: {
    readonly seed: number;
    readonly profile: Profile;
    readonly parallel?: number;
    readonly run?: (claim: Claim) => Promise<readonly ClaimResult[]>;
    readonly finished?: ReadonlyMap<string, readonly ClaimResult[]>;
    readonly onStart?: (claim: Claim) => void;
    readonly onFinish?: (claim: Claim, results: readonly ClaimResult[]) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Verification> {
  const { seed, profile, parallel = 1, finished, onStart, onFinish, signal } = options;
  const run = options.run ?? ((claim: Claim) => runSeededClaim(claim, { seed, profile }));
  const outcomes = new Map<string, readonly ClaimResult[]>(finished);
  const waiting = claims.filter(({ id }) => !outcomes.has(id));
  const work = async (): Promise<void> => {
    for (let claim = waiting.shift(); claim !== undefined; claim = waiting.shift()) {
      if (signal?.aborted) return;
      onStart?.(claim);
      try {
        const results = await run(claim);
        outcomes.set(claim.id, results);
        onFinish?.(claim, results);
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  const results = claims.flatMap(({ id }) => outcomes.get(id) ?? []);
  return { seed, profile, results, status: statusOf(results) };
}

function statusOf(results: readonly ClaimResult[]): VerificationStatus {
  if (results.some((result) => result.verdict === "broken")) return "broken";
  return results.every((result) => result.verdict === result.expected) ? "as-expected" : "changed";
}
