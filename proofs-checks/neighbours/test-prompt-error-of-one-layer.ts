import { inverse } from "ml-matrix";
import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { tokenRoundingBound } from "../rounding-budget.js";

/** One value of (x, y) with its probability. */
interface Atom {
  readonly x: readonly number[];
  readonly y: number;
  readonly probability: number;
}

interface Setting {
  readonly atoms: readonly Atom[];
  /** N, which Γ was trained with, and M, the test prompt's length. */
  readonly trainingLength: number;
  readonly testLength: number;
}

/** The values of x that the laws of the grid share. */
const COVARIATES = [
  [1, 0.5],
  [-1, 0.25],
  [0.5, -2],
  [0, 1],
] as const;

/**
 * The trained layer's error on test prompts of another length and any joint law of (x, y).
 *
 * Statement.    E(ŷ − y)² = min_w E(w·x − y)² + tr[Cov(xy)Γ⁻²Λ]/M
 *               + (1/N²)[aᵀΓ⁻²Λ³a + 2 tr Λ aᵀΓ⁻²Λ²a + (tr Λ)² aᵀΓ⁻²Λa], a = Λ⁻¹E[xy]
 * Conventions.  A = Γ⁻¹, Γ = (1 + 1/N)Λ + (tr Λ/N)I; context and query i.i.d. of one law with E[xxᵀ] = Λ;
 *               y any function of x, with noise of its own or not; the layer divides by M
 * Accuracy.     the law has finitely many atoms: every prompt is run through the token-level model and
 *               weighted by its probability, nothing is sampled; budget: the proven rounding bound
 * Source.       Zhang, Frei, Bartlett 2024, the theorem on test prompts
 */
export const testPromptErrorOfOneLayer = defineClaim<Setting>({
  id: "test-prompt-error-of-one-layer",
  title: "The trained layer's error on test prompts of another length",
  statement:
    "\\mathbb E(\\hat y-y)^2 = \\min_w \\mathbb E(w^\\top x-y)^2 + \\tfrac1M\\operatorname{tr}[\\operatorname{Cov}(xy)\\Gamma^{-2}\\Lambda] + \\tfrac1{N^2}\\left[a^\\top\\Gamma^{-2}\\Lambda^3a + 2\\operatorname{tr}\\Lambda\\,a^\\top\\Gamma^{-2}\\Lambda^2a + (\\operatorname{tr}\\Lambda)^2a^\\top\\Gamma^{-2}\\Lambda a\\right]",
  source: "Zhang, Frei, Bartlett 2024",
  kind: "equality",
  hypotheses: {
    "the probabilities sum to 1": ({ atoms }) =>
      Math.abs(atoms.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-12,
  },
  grid: {
    quick: [
      point("linear", 5, 2, linear),
      point("linear", 40, 3, linear),
      point("noisy", 3, 3, noisy),
      point("quadratic", 10, 1, quadratic),
      point("quadratic", 2, 4, quadratic),
    ],
    thorough: [point("quadratic", 20, 6, quadratic)],
  },
  predicted: (setting) => predict(setting, {}),
  measured: enumeratePrompts,
  rivals: {
    "N for M": (setting) => predict({ ...setting, testLength: setting.trainingLength }, {}),
    "N + 1 for N": (setting) =>
      predict({ ...setting, trainingLength: setting.trainingLength + 1 }, {}),
    "the bias of the step dropped": (setting) => predict(setting, { bias: 0 }),
    "2 tr Λ without the 2": (setting) => predict(setting, { cross: 1 }),
    "E[xy (xy)ᵀ] for Cov(xy)": (setting) => predict(setting, { isCentred: false }),
  },
});

function point(name: string, trainingLength: number, testLength: number, law: () => Atom[]) {
  return {
    name: `${name} N=${trainingLength} M=${testLength}`,
    setting: { atoms: law(), trainingLength, testLength },
  };
}

/** y = 0.75x₁ − 0.5x₂ */
function linear(): Atom[] {
  return COVARIATES.map((x) => ({ x, y: 0.75 * x[0] - 0.5 * x[1], probability: 1 / 4 }));
}

/** The linear law with y moved up or down by 1, for each of three covariates. */
function noisy(): Atom[] {
  return COVARIATES.slice(1).flatMap((x) =>
    [-1, 1].map((noise) => ({ x, y: x[0] + 0.5 * x[1] + noise, probability: 1 / 6 })),
  );
}

/** y = x₁² + x₂ with unequal probabilities: no linear model fits. */
function quadratic(): Atom[] {
  return COVARIATES.map((x, i) => ({ x, y: x[0] ** 2 + x[1], probability: (i + 1) / 10 }));
}

function moments({ atoms }: Setting) {
  const mean = (f: (atom: Atom) => number) =>
    atoms.reduce((sum, atom) => sum + atom.probability * f(atom), 0);
  const axes = atoms[0]!.x.map((_, i) => i);
  const matrix = (f: (atom: Atom, i: number, j: number) => number) =>
    new Matrix(axes.map((i) => axes.map((j) => mean((atom) => f(atom, i, j)))));
  const covariance = matrix(({ x }, i, j) => x[i]! * x[j]!);
  const cross = Matrix.columnVector(axes.map((i) => mean(({ x, y }) => x[i]! * y)));
  const second = matrix(({ x, y }, i, j) => x[i]! * x[j]! * y * y);
  return { covariance, cross, second, energy: mean(({ y }) => y * y) };
}

function gammaInverse(covariance: Matrix, trainingLength: number): Matrix {
  const ridge = Matrix.eye(covariance.rows).mul(covariance.trace() / trainingLength);
  return inverse(Matrix.mul(covariance, 1 + 1 / trainingLength).add(ridge));
}

/** The closed form with some of its terms replaced. */
function predict(setting: Setting, { bias = 1, cross: twice = 2, isCentred = true }): number {
  const { trainingLength, testLength } = setting;
  const { covariance, cross, second, energy } = moments(setting);
  const inverted = gammaInverse(covariance, trainingLength);
  const square = inverted.mmul(inverted);
  const a = inverse(covariance).mmul(cross);
  const form = (matrix: Matrix) => a.transpose().mmul(matrix).mmul(a).get(0, 0);
  const trace = covariance.trace();
  const spread = isCentred ? Matrix.sub(second, cross.mmul(cross.transpose())) : second;
  const first = square.mmul(covariance);
  const secondPower = first.mmul(covariance);
  const shrinkage =
    form(secondPower.mmul(covariance)) +
    twice * trace * form(secondPower) +
    trace ** 2 * form(first);
  return (
    energy -
    form(covariance) +
    spread.mmul(first).trace() / testLength +
    (bias * shrinkage) / trainingLength ** 2
  );
}

/** E(ŷ − y)² over every prompt the law can produce. */
function enumeratePrompts(setting: Setting) {
  const { atoms, trainingLength, testLength } = setting;
  const dim = atoms[0]!.x.length;
  const columns = testLength + 1;
  const inverted = gammaInverse(moments(setting).covariance, trainingLength);
  const layers = layersOf(restrictedWeights(inverted), 1);
  let [value, errorBudget] = [0, 0];
  for (let index = 0; index < atoms.length ** columns; index++) {
    let rest = index;
    const drawn = Array.from({ length: columns }, () => {
      const atom = atoms[rest % atoms.length]!;
      rest = Math.floor(rest / atoms.length);
      return atom;
    });
    const tokens = Float64Array.from([
      ...Array.from({ length: dim }, (_, i) => drawn.map(({ x }) => x[i]!)).flat(),
      ...drawn.map(({ y }, column) => (column === testLength ? 0 : y)),
    ]);
    const { y: target } = drawn[testLength]!;
    const prompt = { dim, contextLength: testLength, tokens, target, task: new Float64Array(dim) };
    const error = tokenPredictions(layers, prompt)[0]! - target;
    const rounding = tokenRoundingBound(layers, prompt, { tokens: 0, layers: 8 })[0]!;
    const probability = drawn.reduce((product, atom) => product * atom.probability, 1);
    value += probability * error ** 2;
    errorBudget += probability * (2 * Math.abs(error) * rounding + rounding ** 2);
  }
  // Sums of at most 4⁷ terms of one sign, on both sides.
  return { value, errorBudget: errorBudget + 1e-11 * value, method: "certified" as const };
}
