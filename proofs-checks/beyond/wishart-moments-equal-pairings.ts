import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { WishartSetting } from "../../src/theory/setting.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { wishartMomentByPairings } from "../../src/theory/wishart-pairings.js";
import { complexWishartMoments } from "../complex-wishart-moments.js";

type Setting = WishartSetting & { readonly power: number };

/**
 * The partition formula for E tr Wᵏ agrees with a sum over all pairings of Gaussians.
 *
 * Statement.    m_k = E tr Wᵏ for W ~ W_d(n, I), k = 1 … 4 (thorough: 6)
 * Conventions.  W = nS is not divided by n; real Gaussians
 * Accuracy.     exact on both sides; the two share no code: one sums characters over partitions, the
 *               other d^{row classes} n^{column classes} over the (2k−1)!! pairings (Isserlis)
 * Source.       derived here from the zonal expansion; Isserlis 1918 for the pairings
 */
export const wishartMomentsEqualPairings = defineClaim<Setting>({
  id: "wishart-moments-equal-pairings",
  title: "Wishart moments by partitions equal the sum over Gaussian pairings",
  statement:
    "\\mathbb E\\operatorname{tr} W^k = \\sum_{\\text{pairings}} d^{\\,\\#\\text{rows}}\\, n^{\\#\\text{columns}}, \\quad W \\sim W_d(n, I)",
  source: "derived here; Isserlis 1918",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(1, 1n),
      point(2, 3n),
      point(5, 3n),
      point(3, 1n),
      point(10, 20n),
      point(7, 10n ** 30n),
    ],
    thorough: [point(4, 9n, 6), point(100, 6n, 6)],
  },
  predicted: (setting) => rationals(wishartMoments(setting, setting.power)),
  measured: (setting) => ({
    value: rationals(
      Array.from({ length: setting.power + 1 }, (_, k) => wishartMomentByPairings(setting, k)),
    ),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "n + 1 for n": (setting) =>
      rationals(
        wishartMoments(
          { ...setting, contextLength: BigInt(setting.contextLength) + 1n },
          setting.power,
        ),
      ),
    "complex Gaussians: m₂ = nd(n + d)": (setting) =>
      rationals(complexWishartMoments(setting, setting.power)),
    "m₃ with 3n + 3d + 3": (setting) => {
      const moments = wishartMoments(setting, setting.power);
      moments[3] = moments[3]! - BigInt(setting.contextLength) * BigInt(setting.dim);
      return rationals(moments);
    },
  },
});

function point(dim: number, contextLength: bigint, power = 4) {
  const n = contextLength < 10n ** 6n ? `${contextLength}` : `1e${`${contextLength}`.length - 1}`;
  return { name: `d=${dim} n=${n} k≤${power}`, setting: { dim, contextLength, power } };
}

function rationals(moments: readonly bigint[]): Rational[] {
  return moments.map((moment) => Rational.of(moment));
}
