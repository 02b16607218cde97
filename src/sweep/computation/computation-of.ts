import type { ComputationSpec } from "../sweep-spec.js";
import type { Computation } from "./computation.js";

/** What a specification asks for. Training and claims are loaded by the sweeps that have them. */
export async function computationOf(spec: ComputationSpec): Promise<Computation> {
  switch (spec.kind) {
    case "optimum":
      return (await import("./optimum.js")).optimumComputation(spec.fields);
    case "claims":
      return (await import("./claims.js")).claimsComputation(spec.ids);
    case "train":
      return (await import("./train.js")).trainComputation();
    case "compare":
      return (await import("./compare.js")).compareComputation(spec.weights);
    case "identify":
      return (await import("./identify.js")).identifyComputation(spec.weights);
  }
}
