import { defineClaim } from "../../src/claim/claim.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { gdPlusPlusStackGradient } from "../../src/theory/attention-loss/gd-plus-plus-stack.js";
import {
  type GdPlusPlusSteps,
  gdPlusPlusLoss,
} from "../../src/theory/gd-plus-plus/gd-plus-plus.js";

/** Scalars b_l and a_l of one layer. */
interface Steps {
  readonly stepSize: number;
  readonly covariateValue: number;
}

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly layers: readonly Steps[];
}

/** Step of the central differences; their error is of order its square. */
const DIFFERENCE = Rational.of(1, 2 ** 30);
/** Rounding of the gradient in doubles, of losses of order 1. */
const BUDGET = 1e-9;

/**
 * GD++ layers A_l = b_lΣ⁻¹, C_l = a_lI have critical points of the whole family among them.
 *
 * Statement.    ∂ℓ/∂A_l = (1/d)(∂ℓ/∂b_l)Σ, ∂ℓ/∂C_l = (1/d)(∂ℓ/∂a_l)I, ∂ℓ/∂u_l = 0 there: a critical point in
 *               the scalars is one over all A_l, C_l and u_l
 * Conventions.  P = [[C, 0], [uᵀ, 1]], Q = [[−A, 0], [0, 0]]; L untied layers; Ω = Σ⁻¹, Σ = diag(1, …, d)
 * Accuracy.     predicted: exact central differences of the loss of scalar GD++ (a polynomial in one
 *               variable and Wishart moments); measured: the gradient over all matrices, by words in Ŝ
 * Source.       Ahn, Cheng, Daneshmand, Sra 2023, the theorem on layers that move the covariates
 */
export const gdPlusPlusGradientAtScalarLayersIsScalar = defineClaim<Setting>({
  id: "gd-plus-plus-gradient-at-scalar-layers-is-scalar",
  title: "GD++ layers with scalar parts hold critical points of the whole family",
  statement:
    "\\nabla_{A_l}\\ell = \\tfrac1d\\frac{\\partial\\ell}{\\partial b_l}\\Sigma, \\quad \\nabla_{C_l}\\ell = \\tfrac1d\\frac{\\partial\\ell}{\\partial a_l}I, \\quad \\nabla_{u_l}\\ell = 0",
  source: "Ahn, Cheng, Daneshmand, Sra 2023",
  kind: "equality",
  hypotheses: {
    "two layers: one does not read C, three are out of reach": ({ layers }) => layers.length === 2,
  },
  grid: {
    quick: [
      point(2, 6, [0.5, 0.25], [0.75, 0]),
      point(3, 20, [0.8, 0.15], [0.6, 0.3]),
      point(2, 100, [0.5, -0.2], [0.5, 0.1]),
    ],
    thorough: [point(4, 30, [1.2, 0.1], [0.9, 0.2])],
  },
  predicted: (setting) => scalarGradient(setting, (dim) => dim),
  measured: ({ dim, contextLength, layers }) => {
    const spectrum = Array.from({ length: dim }, (_, i) => i + 1);
    const gradient = gdPlusPlusStackGradient(
      { dim, contextLength, covariance: Matrix.diag(spectrum) },
      {
        layers: layers.map(({ stepSize, covariateValue }) => ({
          preconditioner: Matrix.diag(spectrum.map((value) => stepSize / value)),
          covariateValue: Matrix.eye(dim).mul(covariateValue),
        })),
        loops: 1,
      },
    );
    return {
      value: gradient.layers.flatMap(({ preconditioner, covariateValue, readIn }) => [
        ...preconditioner.to1DArray(),
        ...covariateValue.to1DArray(),
        ...readIn,
      ]),
      errorBudget: BUDGET,
      method: "certified",
    };
  },
  rivals: {
    "1 for 1/d": (setting) => scalarGradient(setting, () => 1),
    "1/(d+1) for 1/d": (setting) => scalarGradient(setting, (dim) => dim + 1),
    "n + 1 for n": (setting) =>
      scalarGradient({ ...setting, contextLength: setting.contextLength + 1 }, (dim) => dim),
    "the last layer's C seen": (setting) => {
      const entries = scalarGradient(setting, (dim) => dim);
      const own = entries.length / 2;
      const { dim } = setting;
      return entries.map((entry, k) =>
        k >= own + dim * dim && k < own + 2 * dim * dim ? entries[k - own]! : entry,
      );
    },
  },
});

function point(dim: number, contextLength: number, ...layers: readonly (readonly number[])[]) {
  const text = layers.map(([b, a]) => `(${b}, ${a})`).join(", ");
  return {
    name: `d=${dim} n=${contextLength} (b, a) = ${text}`,
    setting: {
      dim,
      contextLength,
      layers: layers.map(([stepSize, covariateValue]) => ({
        stepSize: stepSize!,
        covariateValue: covariateValue!,
      })),
    },
  };
}

/** Entries of the gradients at A_l, C_l and u_l, layer by layer, with the share of 1/d replaced. */
function scalarGradient(setting: Setting, share: (dim: number) => number): number[] {
  const { dim, contextLength } = setting;
  const exact: GdPlusPlusSteps[] = setting.layers.map(({ stepSize, covariateValue }) => ({
    stepSize: Rational.fromNumber(stepSize),
    covariateValue: Rational.fromNumber(covariateValue),
  }));
  const slope = (layer: number, part: keyof GdPlusPlusSteps): number => {
    const lossAt = (move: Rational) =>
      gdPlusPlusLoss(
        { dim, contextLength, loops: exact.length },
        exact.map((steps, l) =>
          l === layer ? { ...steps, [part]: steps[part].plus(move) } : steps,
        ),
      );
    const rise = lossAt(DIFFERENCE).minus(lossAt(DIFFERENCE.negated()));
    return rise.over(DIFFERENCE.times(Rational.of(2))).toNumber() / share(dim);
  };
  const diagonal = (value: (i: number) => number) =>
    Array.from({ length: dim * dim }, (_, k) => {
      const i = Math.floor(k / dim);
      return i === k % dim ? value(i) : 0;
    });
  return exact.flatMap((_, layer) => {
    const [atStep, atCovariates] = [slope(layer, "stepSize"), slope(layer, "covariateValue")];
    return [
      ...diagonal((i) => atStep * (i + 1)),
      ...diagonal(() => atCovariates),
      ...new Array<number>(dim).fill(0),
    ];
  });
}
