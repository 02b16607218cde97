import type { ClaimResult } from "../claim/run-claim.js";

/** The results of each claim together, in the order in which they were run. */
export function groupByClaim(results: readonly ClaimResult[]): readonly (readonly ClaimResult[])[] {
  const groups = new Map<string, ClaimResult[]>();
  for (const result of results) {
    const group = groups.get(result.id);
    if (group === undefined) groups.set(result.id, [result]);
    else group.push(result);
  }
  return [...groups.values()];
}
