import { erf } from "mathjs";
import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { testStream } from "../seed.js";
import { compileKernel, FREE_MEMORY } from "./compile-kernel.js";

const { exports, memory } = await compileKernel(`
import { seedGenerator } from "./generator";
import { buildNormalTables, fillNormals, normal } from "./normal";
export { buildNormalTables };
import { chi, prepareChi } from "./chi";
export function seed(key: usize, index: f64): void { seedGenerator(key, <u64>index); }
export function fill(target: usize, stride: usize, count: usize): void {
  fillNormals<f64>(target, stride, count);
}
export function fillSingly(target: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) store<f64>(target + 8 * i, normal());
}
export function fillChi(target: usize, count: usize, degreesOfFreedom: f64): void {
  prepareChi(target, degreesOfFreedom);
  for (let i: usize = 0; i < count; i++) store<f64>(target + 64 + 8 * i, chi(target, normal()));
}
`);
const KEY = FREE_MEMORY;
const TARGET = FREE_MEMORY + 64;
exports.buildNormalTables!(FREE_MEMORY - 16_384);
const key = new Uint32Array(memory.buffer, KEY, 4);

function seed(name: string, index = 0): void {
  const stream = testStream(name);
  for (let k = 0; k < 4; k++) key[k] = stream.integer(2 ** 32);
  exports.seed!(KEY, index);
}

function normals(count: number): Float64Array {
  exports.fill!(TARGET, 8, count);
  return new Float64Array(memory.buffer, TARGET, count);
}

function chis(count: number, degreesOfFreedom: number): Float64Array {
  exports.fillChi!(TARGET, count, degreesOfFreedom);
  return new Float64Array(memory.buffer, TARGET + 64, count);
}

describe("normal variates", () => {
  const COUNT = 1 << 20;

  test("have the moments of a Gaussian up to the eighth", () => {
    seed("moments");
    const values = normals(COUNT);
    const { means, standardErrors } = sampleMeans(COUNT, (i) => powers(values[i]!, 8));
    // E z^2k = (2k − 1)!!
    [0, 1, 0, 3, 0, 15, 0, 105].forEach((moment, k) => {
      expect(Math.abs(means[k]! - moment)).toBeLessThan(5 * standardErrors[k]!);
    });
  });

  test("fill cells of width 1/32 as the distribution function says, in the wedges' layers too", () => {
    seed("cells");
    const counts = new Float64Array(256);
    for (const value of normals(COUNT)) {
      counts[Math.min(Math.max(Math.floor(32 * value) + 128, 0), 255)]! += 1;
    }
    const below = (edge: number) => (1 + erf(edge / Math.SQRT2)) / 2;
    const edges = [Number.NEGATIVE_INFINITY, ...range(1, 256).map((k) => (k - 128) / 32), 1 / 0];
    // χ² with 255 degrees of freedom, five of its standard deviations from its mean.
    const statistic = counts.reduce((sum, count, k) => {
      const expected = COUNT * (below(edges[k + 1]!) - below(edges[k]!));
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    expect(Math.abs(statistic - 255)).toBeLessThan(5 * Math.sqrt(2 * 255));
  });

  test("reach beyond the ziggurat's base as often as they should, on both sides", () => {
    seed("tail");
    const base = 3.654152885361009;
    // 2Φ(−base) and the mean excess beyond it, φ(base)/Φ(−base) − base, by mpmath.
    const [probability, meanExcess] = [2.580324876539e-4, 0.242886186287464];
    let count = 0;
    let right = 0;
    let excess = 0;
    const rounds = 16;
    for (let round = 0; round < rounds; round++) {
      for (const value of normals(COUNT)) {
        if (Math.abs(value) <= base) continue;
        count += 1;
        right += value > 0 ? 1 : 0;
        excess += Math.abs(value) - base;
      }
    }
    const expected = rounds * COUNT * probability;
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    expect(Math.abs(right - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4));
    // The excess is nearly exponential: its standard deviation is below its mean.
    expect(Math.abs(excess / count - meanExcess)).toBeLessThan((5 * meanExcess) / Math.sqrt(count));
  });

  test("are uncorrelated with the next ones, in value and in size", () => {
    seed("lags");
    const values = normals(COUNT).slice();
    const { means, standardErrors } = sampleMeans(COUNT - 2, (i) => [
      values[i]! * values[i + 1]!,
      (values[i]! ** 2 - 1) * (values[i + 1]! ** 2 - 1),
      values[i]! * values[i + 2]!,
    ]);
    means.forEach((mean, k) => {
      expect(Math.abs(mean)).toBeLessThan(5 * standardErrors[k]!);
    });
  });

  test("drawn together are those drawn one by one, and a stride leaves the rest alone", () => {
    seed("bulk");
    const together = normals(5000).slice();
    seed("bulk");
    exports.fillSingly!(TARGET, 5000);
    expect(new Float64Array(memory.buffer, TARGET, 5000)).toEqual(together);
    seed("bulk");
    new Float64Array(memory.buffer, TARGET, 8).fill(7);
    exports.fill!(TARGET, 24, 3);
    const [a, b, c] = together;
    expect([...new Float64Array(memory.buffer, TARGET, 8)]).toEqual([a, 7, 7, b, 7, 7, c, 7]);
  });

  test("of neighbouring indices and keys are independent", () => {
    const first = (name: string, index: number) => {
      seed(name, index);
      return normals(2).slice();
    };
    const { means, standardErrors } = sampleMeans(50_000, (i) => {
      const [a, b] = first("indices", i);
      const [c, d] = first("indices", i + 1);
      return [a! * c!, b! * d!, a! * d!, (a! ** 2 - 1) * (c! ** 2 - 1)];
    });
    means.forEach((mean, k) => {
      expect(Math.abs(mean)).toBeLessThan(5 * standardErrors[k]!);
    });
    expect(first("one", 3)).not.toEqual(first("other", 3));
    expect(first("one", 3)).toEqual(first("one", 3));
  });
});

describe.each([1, 2, 3, 4, 11, 20, 1e6, 1e12])("χ with %d degrees of freedom", (k) => {
  const COUNT = 1 << 17;

  test("has its moments: χ⁻¹ where it exists, χ, χ², χ⁴, χ⁶", () => {
    seed(`chi ${k}`);
    const values = chis(COUNT, k);
    // Scaled by √k. E χ^r = 2^{r/2} Γ((k + r)/2)/Γ(k/2): rational for even r; for r = ±1 by
    // E χ = √2 g(k), g(k) = Γ((k + 1)/2)/Γ(k/2), and E χ⁻¹ = E χ/(k − 1).
    const mean = (degrees: number) => Math.SQRT2 * gammaRatio(degrees);
    const expected = [
      mean(k) / Math.sqrt(k),
      1,
      (k + 2) / k,
      ((k + 2) * (k + 4)) / k ** 2,
      ...(k > 2 ? [(Math.sqrt(k) * mean(k)) / (k - 1)] : []),
    ];
    const { means, standardErrors } = sampleMeans(COUNT, (i) => {
      const value = values[i]! / Math.sqrt(k);
      const square = value * value;
      return [value, square, square ** 2, square ** 3, ...(k > 2 ? [1 / value] : [])];
    });
    expected.forEach((moment, r) => {
      expect(Math.abs(means[r]! - moment)).toBeLessThan(5 * standardErrors[r]!);
    });
  });

  test("has its distribution function where that is elementary", () => {
    if (k > 20 || k % 2 === 1) return;
    seed(`chi distribution ${k}`);
    // P(χ² > x) = e^{−x/2} Σ_{j<k/2} (x/2)^j / j!, so U = P(χ² > drawn) is uniform: Kolmogorov–Smirnov,
    // √N·D below 2.6 but for one sample in a million.
    const uniforms = chis(COUNT, k).map((value) => {
      const half = (value * value) / 2;
      let term = Math.exp(-half);
      let sum = term;
      for (let j = 1; j < k / 2; j++) {
        term *= half / j;
        sum += term;
      }
      return sum;
    });
    uniforms.sort();
    const distance = uniforms.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (i + 0.5) / COUNT)),
      0,
    );
    expect(Math.sqrt(COUNT) * distance).toBeLessThan(2.6);
  });
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, k) => start + k);
}

function powers(value: number, count: number): number[] {
  return range(1, count + 1).map((exponent) => value ** exponent);
}

/** Γ((k + 1)/2)/Γ(k/2): its product with the next one is k/2; from k = 1000 on by its expansion. */
function gammaRatio(k: number): number {
  if (k >= 1000) return Math.sqrt(k / 2) * (1 - 1 / (4 * k) + 1 / (32 * k * k));
  let ratio = 1 / Math.sqrt(Math.PI);
  for (let degrees = 1; degrees < k; degrees++) ratio = degrees / 2 / ratio;
  return ratio;
}
