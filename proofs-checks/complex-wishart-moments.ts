import type { WishartSetting } from "../src/theory/setting.js";

/**
 * Moments c_k = E tr Wᵏ of a complex Wishart matrix: the wrong formula that comes to hand first.
 *
 * Statement.    (k+2) c_{k+1} = (2k+1)(n+d) c_k + (k−1)(k² − (n−d)²) c_{k−1}, c₀ = d, c₁ = nd
 * Accuracy.     exact
 * Source.       Haagerup and Thorbjørnsen 2003
 */
export function complexWishartMoments(setting: WishartSetting, count: number): bigint[] {
  const n = BigInt(setting.contextLength);
  const d = BigInt(setting.dim);
  const moments = [d, n * d];
  for (let index = 1; index < count; index++) {
    const k = BigInt(index);
    const next =
      (2n * k + 1n) * (n + d) * moments[index]! +
      (k - 1n) * (k * k - (n - d) ** 2n) * moments[index - 1]!;
    moments.push(next / (k + 2n));
  }
  return moments.slice(0, count + 1);
}
