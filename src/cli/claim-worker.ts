import { parentPort, workerData } from "node:worker_threads";
import { claims } from "../../proofs-checks/registry.js";
import { encodeResults } from "../claim/result-text.js";
import type { Profile } from "../claim/run-claim.js";
import { runSeededClaim } from "../claim/run-claims.js";

// A thread of `ClaimPool`: takes claim ids, answers with their results.
const run = workerData as { readonly seed: number; readonly profile: Profile };
parentPort!.on("message", async (id: string) => {
  const claim = claims.find((candidate) => candidate.id === id)!;
  parentPort!.postMessage(encodeResults(await runSeededClaim(claim, run)));
});
