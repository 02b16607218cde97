import { HypothesisError } from "../../errors.js";
import {
  type LandscapeGrid,
  type PlanePoint,
  rotationLandscape,
} from "../../report/figure/landscape/rotation-landscape.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { type WhitenedLaw, whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber } from "./exact-number.js";

/** The exact loss over B = cI + εJ around b*I, as a worker can send it, with its optimum. */
export interface Landscape extends LandscapeGrid {
  readonly optimum: PlanePoint & { readonly loss: ExactNumber };
}

/**
 * The plane of a state, on a grid of exact losses.
 *
 * Throws.       HypothesisError where rotationLandscape does, or b*I is no critical point
 */
export function landscape(state: ExplorerState): Landscape {
  const law = whitenedLaw(state);
  requireScalar(law);
  const { isotropicLoss: _, optimum, ...grid } = rotationLandscape(law.setting);
  const { lossExact, ...point } = optimum;
  return { ...grid, optimum: { ...point, loss: exactNumber(lossExact.times(law.scale)) } };
}

/** Throws where the best A is not a matter of B alone. */
export function requireScalar({ isScalar }: WhitenedLaw): void {
  if (isScalar) return;
  throw new HypothesisError(
    "landscape: under this prior b*Σ⁻¹ is no critical point of the loss over all A",
  );
}
