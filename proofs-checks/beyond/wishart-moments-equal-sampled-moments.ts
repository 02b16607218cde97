import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { drawBartlettFactor } from "../../src/random/wishart.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { complexWishartMoments } from "../complex-wishart-moments.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly draws: number;
}

const POWER = 4;

/**
 * The moments of the matrices that prompts are made from are the exact Wishart moments.
 *
 * Statement.    E tr (FFᵀ)ᵏ = m_k for Bartlett's factor F of W_d(n, I), k = 1 … 4, n < d included
 * Conventions.  not divided by n
 * Accuracy.     5 standard errors of sample means of tr Wᵏ over independent factors
 * Source.       Bartlett 1933; the moments are derived here (theory: partition formula)
 */
export const wishartMomentsEqualSampledMoments = defineClaim<Setting>({
  id: "wishart-moments-equal-sampled-moments",
  title: "Sampled Wishart matrices have the exact moments",
  statement: "\\mathbb E \\operatorname{tr} (FF^\\top)^k = m_k, \\quad FF^\\top \\sim W_d(n, I)",
  source: "Bartlett 1933; moments derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point(3, 5), point(5, 3), point(2, 150), point(4, 1), point(1, 7)],
    thorough: [point(10, 20, 40_000), point(20, 10, 20_000)],
  },
  predicted: (setting) => moments(setting),
  measured: ({ dim, contextLength, draws }, stream) => {
    const rank = Math.min(dim, contextLength);
    return sampledMeasurement(
      sampleMeans(draws, (index) => {
        const own = stream.split(index);
        const factor = matrixFrom(dim, rank, drawBartlettFactor(dim, contextLength, own));
        const wishart = factor.mmul(factor.transpose());
        const square = wishart.mmul(wishart);
        const cube = square.mmul(wishart);
        return [wishart.trace(), square.trace(), cube.trace(), Matrix.mul(square, square).sum()];
      }),
    );
  },
  rivals: {
    "n + 1 for n": (setting) => moments({ ...setting, contextLength: setting.contextLength + 1 }),
    "n − 1 for n from the second moment on": (setting) => {
      const { contextLength } = setting;
      if (contextLength === 1) return moments(setting);
      const [first] = moments(setting);
      return [first!, ...moments({ ...setting, contextLength: contextLength - 1 }).slice(1)];
    },
    "complex Gaussians: m₂ = nd(n + d)": (setting) =>
      complexWishartMoments(setting, POWER)
        .slice(1)
        .map((moment) => Rational.of(moment)),
  },
});

function point(dim: number, contextLength: number, draws = 20_000) {
  return {
    name: `d=${dim} n=${contextLength} k≤${POWER}`,
    setting: { dim, contextLength, draws },
  };
}

function moments(setting: Setting): Rational[] {
  return wishartMoments(setting, POWER)
    .slice(1)
    .map((moment) => Rational.of(moment));
}
