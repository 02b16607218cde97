import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import type { LoopedSetting } from "../../src/theory/setting.js";

/**
 * The best multiple of Σ⁻¹ shrinks: more than nothing, less than a full Newton step.
 *
 * Statement.    0 < b* < 1 for all d, n, L
 * Conventions.  b* = argmin_b E tr(I − bS)^{2L}; Ω = Σ⁻¹; no noise
 * Accuracy.     exact enclosures of b*, strict on both sides (the budget is the enclosure's width);
 *               components: −b* ≤ 0 and b* ≤ 1
 * Source.       derived here. ℓ′(0) = −2L E tr S < 0. ℓ′(1) = 2L E tr[(S−I)^{2L} + (S−I)^{2L−1}] > 0:
 *               x_i x_j − δ_ij is a Wick product, so every E tr(S−I)^k is a sum over pairings of
 *               Gaussians with weights ≥ 0. ℓ is convex.
 */
export const isotropicOptimumBetween0And1 = defineClaim<LoopedSetting>({
  id: "isotropic-optimum-between-0-and-1",
  title: "The isotropic optimum lies strictly between 0 and 1",
  statement: "0 < b^* < 1",
  source: "derived here",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [
      point(10, 20n, 1),
      point(10, 20n, 5),
      point(10, 5n, 2),
      point(4, 1n, 3),
      point(1, 1n, 8),
      point(1, 1000n, 2),
      point(50, 7n, 10),
      point(10, 10n ** 30n, 5),
    ],
    thorough: [point(100, 1000n, 64), point(2, 3n, 128)],
  },
  predicted: () => [0, 1],
  measured: (setting) => {
    const { stepSize } = isotropicOptimum(setting);
    // One loop gives the point itself; a width of 0 would let equality pass.
    const width = stepSize.width.plus(Rational.of(1n, 10n ** 60n));
    return {
      value: [stepSize.upper.negated(), stepSize.lower],
      errorBudget: width,
      method: "certified",
    };
  },
  rivals: {
    "b* ≥ 1/2": () => [-0.5, 1],
    "b* ≤ n/(n+d+2)": (setting) => [0, quotient(setting, 2n)],
    "b* ≤ 1 − (d+1)/n": ({ dim, contextLength }) => {
      const n = BigInt(contextLength);
      return [0, Rational.of(n - BigInt(dim) - 1n, n)];
    },
  },
});

function point(dim: number, contextLength: bigint, loops: number) {
  const n = contextLength < 10n ** 6n ? `${contextLength}` : `1e${`${contextLength}`.length - 1}`;
  return { name: `d=${dim} n=${n} L=${loops}`, setting: { dim, contextLength, loops } };
}

function quotient({ dim, contextLength }: LoopedSetting, shift: bigint): Rational {
  const n = BigInt(contextLength);
  return Rational.of(n, n + BigInt(dim) + shift);
}
