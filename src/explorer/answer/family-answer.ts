import { HypothesisError } from "../../errors.js";
import { Stream } from "../../random/stream.js";
import { gdPlusPlusOptimum } from "../../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { bestSymmetric } from "../../theory/preconditioner-search/best-symmetric.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber } from "./exact-number.js";
import { requireScalar } from "./landscape.js";
import { orUnavailable, type Unavailable } from "./part.js";

/** Optima of other families of the looped model. */
export interface FamilyAnswer {
  readonly symmetric: SymmetricAnswer | Unavailable;
  /** Isotropic GD++: the looped model whose covariates move too. */
  readonly gdPlusPlus: { readonly loss: ExactNumber } | Unavailable;
}

export interface SymmetricAnswer {
  readonly loss: ExactNumber;
  /** Greatest less least eigenvalue of B. */
  readonly spread: number;
  readonly starts: number;
}

/** Sizes beyond which a live answer would take seconds. */
const SYMMETRIC_REACH = { dim: 30, loops: 6 } as const;
const GD_PLUS_PLUS_LOOPS = 3;

/** The seeded stream that `loopgd optimum --seed` gives a field's search. */
export function searchStream({ seed }: ExplorerState, field: "best" | "symmetric"): Stream {
  return Stream.fromSeed(seed).split("optimum").split(field);
}

/** The families that are quick to optimise. */
export function familyAnswer(state: ExplorerState): FamilyAnswer {
  const law = whitenedLaw(state);
  const { setting, scale } = law;
  return {
    symmetric: orUnavailable(() => {
      requireScalar(law);
      const { dim, loops } = SYMMETRIC_REACH;
      if (state.dim > dim || state.loops > loops) {
        throw new HypothesisError(`live: searched up to d = ${dim} and ${loops} loops`);
      }
      const found = bestSymmetric(setting, { stream: searchStream(state, "symmetric") });
      const { lossExact, spread, starts } = found;
      return { loss: exactNumber(lossExact.times(scale)), spread, starts };
    }),
    gdPlusPlus: orUnavailable(() => {
      requireScalar(law);
      if (state.loops > GD_PLUS_PLUS_LOOPS) {
        throw new HypothesisError(`live: optimised up to ${GD_PLUS_PLUS_LOOPS} loops`);
      }
      const { exactLoss } = gdPlusPlusOptimum(setting);
      return { loss: exactNumber(exactLoss.times(scale)) };
    }),
  };
}
