import type { Claim } from "../src/claim/claim.js";
import { wishartMomentsEqualPairings } from "./beyond/wishart-moments-equal-pairings.js";
import { wishartMomentsEqualSampledMoments } from "./beyond/wishart-moments-equal-sampled-moments.js";
import { gramRecursionEqualsTokenForm } from "./looped-gd/gram-recursion-equals-token-form.js";
import { isotropicLossEqualsSampledLoss } from "./looped-gd/isotropic-loss-equals-sampled-loss.js";
import { loopsEqualGdSteps } from "./looped-gd/loops-equal-gd-steps.js";
import { predictionsWhiten } from "./looped-gd/predictions-whiten.js";
import { readInShiftsTheTask } from "./looped-gd/read-in-shifts-the-task.js";

/** Every claim, in the order in which they are run and listed. */
export const claims: readonly Claim[] = [
  loopsEqualGdSteps,
  readInShiftsTheTask,
  gramRecursionEqualsTokenForm,
  predictionsWhiten,
  wishartMomentsEqualPairings,
  wishartMomentsEqualSampledMoments,
  isotropicLossEqualsSampledLoss,
];
