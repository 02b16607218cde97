import { all, create } from "mathjs";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Matrix, symmetricPart } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { IsotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { antisymmetricCurvatureAtOptimum } from "../../../src/theory/population/antisymmetric-curvature.js";
import { Alphabet, SAMPLE } from "../../../src/theory/population/circuit/alphabet.js";
import {
  sweepGradient,
  sweepValues,
} from "../../../src/theory/population/circuit/circuit-sweeps.js";
import { exactPopulationGradient } from "../../../src/theory/population/exact-gradient.js";
import { expandCircuit } from "../../../src/theory/population/expand-circuit.js";
import { populationGradient } from "../../../src/theory/population/population-gradient.js";
import {
  populationHessian,
  populationHessianProduct,
} from "../../../src/theory/population/population-hessian.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { buildPolynomial } from "../../../src/theory/population/population-polynomial.js";
import { testStream } from "../../seed.js";

const math = create(all ?? {});

function randomMatrix(dim: number, scale: number, name: string): Matrix {
  const entries = testStream(`population gradient ${name}`).normals(dim * dim);
  return Matrix.from1DArray(dim, dim, [...entries]).mul(scale);
}

const inner = (a: readonly Matrix[], b: readonly Matrix[]) =>
  a.reduce((sum, matrix, k) => sum + Matrix.mul(matrix, b[k]!).sum(), 0);
const along = (a: readonly Matrix[], direction: readonly Matrix[], step: number) =>
  a.map((matrix, k) => Matrix.add(matrix, Matrix.mul(direction[k]!, step)));

/** Everything at once: Σ, Ω, noise, read-in, two layers. */
const dim = 3;
const factor = randomMatrix(dim, 0.6, "covariance");
const setting = {
  dim,
  contextLength: 7,
  covariance: symmetricPart(factor.mmul(factor.transpose()).add(Matrix.eye(dim))),
  taskCovariance: "identity",
  noiseVariance: 0.3,
} as const;
const preconditioners = [0.25, 0.2].map((b, k) =>
  Matrix.eye(dim)
    .mul(b)
    .add(randomMatrix(dim, 0.1, `layer ${k}`)),
);
const weights = { preconditioners, loops: 1, readIn: [0.3, -0.2, 0.5] };
const direction = [randomMatrix(dim, 1, "direction 0"), randomMatrix(dim, 1, "direction 1")];

/** Central differences with one Richardson step: error of order h⁴. */
function differentiate(f: (step: number) => number, h = 2e-4): number {
  const central = (step: number) => (f(step) - f(-step)) / (2 * step);
  return (4 * central(h / 2) - central(h)) / 3;
}

describe("populationGradient", () => {
  it("agrees with finite differences in every preconditioner and in the read-in", () => {
    const gradient = populationGradient(setting, weights);
    const loss = populationLoss(setting, weights);
    expect(Math.abs(gradient.value - loss.value)).toBeLessThanOrEqual(2 * loss.errorBound);
    const slope = differentiate(
      (s) =>
        populationLoss(setting, {
          ...weights,
          preconditioners: along(preconditioners, direction, s),
        }).value,
    );
    expect(Math.abs(inner(gradient.preconditioners, direction) - slope)).toBeLessThan(1e-9);
    for (const [i, one] of gradient.readIn.entries()) {
      const slopeU = differentiate((s) => {
        const readIn = weights.readIn.map((u, k) => (k === i ? u + s : u));
        return populationLoss(setting, { ...weights, readIn }).value;
      });
      expect(Math.abs(one - slopeU)).toBeLessThan(1e-9);
    }
  });

  it("adds up over the loops of a stack", () => {
    const plain = { dim, contextLength: 7 };
    const stack = { preconditioners, loops: 2 };
    const gradient = populationGradient(plain, stack);
    const slope = differentiate(
      (s) =>
        populationLoss(plain, { ...stack, preconditioners: along(preconditioners, direction, s) })
          .value,
    );
    expect(Math.abs(inner(gradient.preconditioners, direction) - slope)).toBeLessThan(1e-9);
  });

  it("is the symbolic derivative of the expanded polynomial, one loop, entry by entry", () => {
    const { circuit, stages } = buildPolynomial(shape(1));
    const alphabet = new Alphabet(["general"]);
    const [terms] = expandCircuit(circuit, [stages[0]!.residual]);
    const entries = ["p", "q", "r", "s"];
    const text = terms!
      .map(({ coefficient, inverseN, traces }) =>
        [
          `(${coefficient})`,
          ...traces.map((k) => traceExpression(alphabet, circuit.traces[k]!, entries)),
          `(1/9)^${inverseN}`,
        ].join(" * "),
      )
      .join(" + ");
    const preconditioner = new Matrix([
      [0.7, 0.2],
      [-0.3, 0.4],
    ]);
    const point = { p: 0.7, q: 0.2, r: -0.3, s: 0.4 };
    const { preconditioners: gradient } = populationGradient(
      { dim: 2, contextLength: 9 },
      { preconditioners: [preconditioner], loops: 1 },
    );
    for (const [k, name] of entries.entries()) {
      const derivative: number = math.derivative(text, name, { simplify: false }).evaluate(point);
      expect(Math.abs(gradient[0]!.get(k >> 1, k & 1) - derivative)).toBeLessThan(1e-13);
    }
  });

  it("is the symbolic derivative in the traces, two loops", () => {
    const { circuit, stages } = buildPolynomial(shape(2));
    const [terms] = expandCircuit(circuit, [stages[0]!.residual]);
    const traces = Float64Array.from(circuit.traces, (_, k) => (k === 0 ? 1 : 0.3 + 0.1 * k));
    const text = terms!
      .map(({ coefficient, inverseN, traces: factors }) =>
        [`(${coefficient})`, ...factors.map((k) => `t${k}`), `(1/9)^${inverseN}`].join(" * "),
      )
      .join(" + ");
    const parsed = math.parse(text);
    const values = sweepValues(circuit, traces, 1 / 9);
    const seeds = new Float64Array(circuit.stateCount);
    const direct = new Float64Array(traces.length);
    for (const { root, coefficient } of stages[0]!.residual) {
      const { state, trace } = circuit.roots[root]!;
      seeds[state]! += coefficient * traces[trace]!;
      direct[trace]! += coefficient * values[state]!;
    }
    const gradient = sweepGradient(circuit, traces, values, 1 / 9, seeds);
    const scope = Object.fromEntries([...traces].map((value, k) => [`t${k}`, value]));
    for (let k = 1; k < traces.length; k++) {
      const derivative: number = math
        .derivative(parsed, `t${k}`, { simplify: false })
        .evaluate(scope);
      expect(Math.abs(gradient[k]! + direct[k]! - derivative)).toBeLessThan(1e-10);
    }
  });

  it("keeps to the symmetric sector on the smaller circuit", () => {
    const symmetric = symmetricPart(preconditioners[0]!);
    const stack = { preconditioners: [symmetric], loops: 3, readIn: weights.readIn };
    const full = populationGradient(setting, stack).preconditioners[0]!;
    const part = populationGradient(setting, stack, { sector: "symmetric" }).preconditioners[0]!;
    expect(Matrix.sub(part, symmetricPart(full)).abs().max()).toBeLessThan(1e-11);
    expect(() => populationGradient(setting, weights, { sector: "symmetric" })).toThrow(
      ArgumentError,
    );
  });
});

describe("exactPopulationGradient", () => {
  it("is what the doubles approximate", () => {
    const exact = exactPopulationGradient(setting, weights);
    const float = populationGradient(setting, weights);
    expect(exact.loss.toNumber()).toBe(populationLoss(setting, weights, { exact: true }).value);
    for (const [k, matrix] of float.preconditioners.entries()) {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) {
          const entry = exact.preconditioners[k]![i]![j]!.toNumber();
          expect(Math.abs(matrix.get(i, j) - entry)).toBeLessThan(1e-12);
        }
      }
    }
  });

  it("keeps all digits at large n, where the isotropic slope is the trace of the gradient", () => {
    const large = { dim: 4, contextLength: 10n ** 12n, loops: 3 };
    const b = Rational.fromNumber(0.999999);
    const { preconditioners: gradient } = exactPopulationGradient(large, {
      preconditioners: [Matrix.eye(4).mul(0.999999)],
      loops: 3,
    });
    const trace = [0, 1, 2, 3].reduce((sum, i) => sum.plus(gradient[0]![i]![i]!), Rational.ZERO);
    expect(trace.equals(IsotropicLoss.of(large).derivativeAt(b))).toBe(true);
  });
});

describe("populationHessianProduct", () => {
  it("is the derivative of the gradient along the direction", () => {
    const products = populationHessianProduct(setting, weights, direction);
    for (const [k, product] of products.entries()) {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) {
          const slope = differentiate((s) =>
            populationGradient(setting, {
              ...weights,
              preconditioners: along(preconditioners, direction, s),
            }).preconditioners[k]!.get(i, j),
          );
          expect(Math.abs(product.get(i, j) - slope)).toBeLessThan(1e-8);
        }
      }
    }
  });

  it("refuses directions that do not fit", () => {
    expect(() => populationHessianProduct(setting, weights, [direction[0]!])).toThrow(
      /directions must be 2 matrices of 3×3/,
    );
  });
});

describe("populationHessian", () => {
  it("is the second derivative in one dimension, where no antisymmetric direction is", () => {
    const [n, b] = [5, 0.7];
    // nS is χ² with n degrees of freedom: E (nS)^k = n(n + 2)…(n + 2k − 2); ℓ = E (1 − bS)⁴.
    const moment = (k: number): number => (k === 0 ? 1 : moment(k - 1) * (n + 2 * (k - 1)));
    const second = [2, 3, 4].reduce((sum, k) => {
      const binomial = [0, 0, 6, 4, 1][k]!;
      return sum + binomial * k * (k - 1) * (-1) ** k * b ** (k - 2) * (moment(k) / n ** k);
    }, 0);
    const hessian = populationHessian(
      { dim: 1, contextLength: n },
      { preconditioners: [new Matrix([[b]])], loops: 2 },
    );
    expect(hessian.eigenvalues).toEqual([expect.closeTo(second, 11)]);
    expect(hessian.antisymmetric.eigenvalues).toEqual([]);
    expect(hessian.coupling).toBe(0);
  });

  it("splits at b*I into the exact antisymmetric curvature and a convex symmetric sector", () => {
    for (const [d, n, loops] of [
      [3, 20, 2],
      [3, 19, 2],
      [4, 30, 3],
      [2, 9, 4],
    ] as const) {
      const exact = antisymmetricCurvatureAtOptimum({ dim: d, contextLength: n, loops });
      const optimum = Matrix.eye(d).mul(exact.stepSize.toNumber());
      const stack = { preconditioners: [optimum], loops };
      const hessian = populationHessian({ dim: d, contextLength: n }, stack);
      expect(hessian.antisymmetric.eigenvalues).toHaveLength((d * (d - 1)) / 2);
      for (const eigenvalue of hessian.antisymmetric.eigenvalues) {
        expect(Math.abs(eigenvalue - exact.curvature.toNumber())).toBeLessThan(1e-10);
      }
      expect(hessian.symmetric.eigenvalues[0]).toBeGreaterThan(0);
      expect(hessian.coupling).toBeLessThan(1e-12);
      expect(Math.min(...hessian.eigenvalues)).toBeCloseTo(exact.curvature.toNumber(), 9);
    }
  });

  it("has the second derivatives along its eigenvectors, away from symmetry", () => {
    const stack = { preconditioners: [preconditioners[0]!], loops: 3 };
    const hessian = populationHessian(setting, stack);
    for (const { eigenvalues, directions } of [hessian.symmetric, hessian.antisymmetric]) {
      const last = directions.at(-1)!;
      expect(last.norm("frobenius")).toBeCloseTo(1, 12);
      const curvature = differentiate((s) =>
        inner(
          populationGradient(setting, {
            ...stack,
            preconditioners: along(stack.preconditioners, [last], s),
          }).preconditioners,
          [last],
        ),
      );
      expect(Math.abs(eigenvalues.at(-1)! - curvature)).toBeLessThan(1e-7);
    }
    expect(hessian.coupling).toBeGreaterThan(1e-3);
  });
});

function shape(loops: number) {
  return {
    layers: new Array<number>(loops).fill(0),
    kind: "general",
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise: false,
    stages: [loops],
  } as const;
}

/** tr(word) for a 2×2 letter [[p, q], [r, s]] as a mathjs expression. */
function traceExpression(alphabet: Alphabet, word: string, [p, q, r, s]: string[]): string {
  if (word.includes(SAMPLE)) throw new Error("a word with S");
  const factors = [...word].map((_, i) =>
    alphabet.decode(word, i)!.transposed
      ? `[[${p}, ${r}], [${q}, ${s}]]`
      : `[[${p}, ${q}], [${r}, ${s}]]`,
  );
  if (factors.length === 0) return "2";
  // Entries of the product written out, for mathjs differentiates scalars only.
  const sums: string[] = [];
  for (let path = 0; path < 2 ** factors.length; path++) {
    const entries = [...word].map((_, i) => {
      const row = (path >> i) & 1;
      const column = (path >> ((i + 1) % word.length)) & 1;
      const [a, b] = alphabet.decode(word, i)!.transposed ? [column, row] : [row, column];
      return [p, q, r, s][2 * a + b];
    });
    sums.push(entries.join(" * "));
  }
  return `(${sums.join(" + ")})`;
}
