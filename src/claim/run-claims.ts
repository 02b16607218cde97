import { ArgumentError } from "../errors.js";
import { Stream } from "../random/stream.js";
import type { Claim } from "./claim.js";
import { type ClaimResult, type Profile, runClaim } from "./run-claim.js";

/** How a verification ended, which decides the exit code. */
export type VerificationStatus = "as-expected" | "changed" | "broken";

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

/**
 * Runs claims one after the other; a claim that breaks does not stop the rest.
 *
 * @param options.onStart  called as each claim begins
 * @param options.signal   when aborted, no further claim begins
 */
export async function runClaims(
  claims: readonly Claim[],
  options: {
    readonly seed: number;
    readonly profile: Profile;
    readonly onStart?: (claim: Claim) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Verification> {
  const { seed, profile, onStart, signal } = options;
  const stream = Stream.fromSeed(seed).split("claims");
  const results: ClaimResult[] = [];
  for (const claim of claims) {
    if (signal?.aborted) break;
    onStart?.(claim);
    results.push(...(await runClaim(claim, profile, stream)));
  }
  return { seed, profile, results, status: statusOf(results) };
}

function statusOf(results: readonly ClaimResult[]): VerificationStatus {
  if (results.some((result) => result.verdict === "broken")) return "broken";
  return results.every((result) => result.verdict === result.expected) ? "as-expected" : "changed";
}
