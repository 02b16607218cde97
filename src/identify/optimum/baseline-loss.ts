import { sampleMeans } from "../../claim/sample-mean.js";

/** A population loss ℓ = E(ŷ − y_q)², and how it is known. Infinite where the expectation is. */
export type BaselineLoss =
  | { readonly value: number; readonly method: "exact" }
  | {
      readonly value: number;
      readonly method: "enclosed";
      readonly lower: number;
      readonly upper: number;
    }
  | {
      readonly value: number;
      readonly method: "sampled";
      readonly standardError: number;
      readonly draws: number;
    };

/** A mean over independent draws as a loss. */
export function sampledLoss(draws: number, draw: (index: number) => number): BaselineLoss {
  const { means, standardErrors } = sampleMeans(draws, (index) => [draw(index)]);
  return { value: means[0]!, method: "sampled", standardError: standardErrors[0]!, draws };
}
