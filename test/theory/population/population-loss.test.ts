import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { Matrix, symmetricFunction, symmetricPart } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { randomRotation } from "../../../src/prompt/covariance-family.js";
import { isotropicLoss } from "../../../src/theory/isotropic-loss.js";
import {
  populationLoss,
  populationLossPerLoop,
} from "../../../src/theory/population/population-loss.js";
import { positiveDefinite, squareMatrix } from "../../arbitraries.js";
import { checkProperty, testStream } from "../../seed.js";

const scalar = (dim: number, b: number) => Matrix.eye(dim).mul(b);
const looped = (preconditioner: Matrix, loops: number) => ({
  preconditioners: [preconditioner],
  loops,
});

/** cI + εJ, J block-diagonal with [[0, 1], [−1, 0]]. */
function rotationPlanes(dim: number, c: number, epsilon: number): Matrix {
  const result = scalar(dim, c);
  for (let i = 0; i + 1 < dim; i += 2) result.set(i, i + 1, epsilon).set(i + 1, i, -epsilon);
  return result;
}

describe("populationLoss at multiples of the identity", () => {
  // theory.md §3, "Exact isotropic optimum": b* to six digits, the loss to eight decimals.
  it.each([
    [10, 20, 1, 0.645161, 3.5483871],
    [10, 20, 2, 0.628077, 2.10527675],
    [10, 20, 3, 0.611251, 1.45867726],
    [10, 20, 5, 0.577214, 0.86568071],
    [10, 100, 5, 0.874599, 0.00438831],
    [5, 20, 3, 0.715587, 0.26834222],
    [10, 5, 2, 0.294536, 6.18059276],
  ])("d=%i n=%i L=%i", (dim, contextLength, loops, b, loss) => {
    const result = populationLoss({ dim, contextLength }, looped(scalar(dim, b), loops));
    expect(Math.abs(result.value - loss)).toBeLessThan(1e-8);
  });

  it("is the isotropic polynomial, exactly, on the general and the symmetric circuit", () => {
    const inputs = fc.record({
      dim: fc.integer({ min: 1, max: 4 }),
      contextLength: fc.bigInt({ min: 1n, max: 10n ** 30n }),
      loops: fc.integer({ min: 1, max: 4 }),
      numerator: fc.integer({ min: -9, max: 9 }),
      noise: fc.integer({ min: 0, max: 3 }),
    });
    checkProperty(
      fc.property(inputs, ({ numerator, noise, ...setting }) => {
        const b = Rational.of(numerator, 7);
        const noiseVariance = Rational.of(noise, 5);
        const eye = Array.from({ length: setting.dim }, (_, i) =>
          Array.from({ length: setting.dim }, (_, j) => (i === j ? b : Rational.ZERO)),
        );
        const result = populationLoss(
          { ...setting, noiseVariance },
          { preconditioners: [eye], loops: setting.loops },
        );
        const expected = isotropicLoss({ ...setting, noiseVariance }, b);
        expect(result.exact?.toString()).toBe(expected.toString());
      }),
      { numRuns: 25 },
    );
  });

  it("turns to rationals where doubles cancel to garbage", () => {
    // b near 1 at large n: terms of order 10³ cancel down to 1e−13 … 1e−31.
    for (const [contextLength, b] of [
      [10n ** 6n, 0.999],
      [10n ** 9n, 0.99999],
      [10n ** 12n, 0.9999999],
    ] as const) {
      const setting = { dim: 10, contextLength };
      // An off-diagonal pair makes it a general B; its share is below one unit of 1e−40.
      const preconditioner = scalar(10, b).set(0, 1, 1e-25).set(1, 0, -1e-25);
      const result = populationLoss(setting, looped(preconditioner, 3));
      const expected = isotropicLoss({ ...setting, loops: 3 }, Rational.fromNumber(b)).toNumber();
      expect(result.method).toBe("exact");
      expect(result.value).toBeGreaterThan(0);
      expect(Math.abs(result.value / expected - 1)).toBeLessThan(1e-12);
    }
  });
});

describe("populationLoss at any preconditioner", () => {
  // theory.md, "The best preconditioner over all A": c and ε to five digits, losses as published.
  it.each([
    [2, 20, 2, 0.83257, 0.10194, 0.07580377, 1e-8],
    [4, 30, 3, 0.82309, 0.25403, 0.06077571, 1e-8],
    [10, 20, 5, 0.6079, 0.3034, 0.8562908, 1e-7],
    [10, 100, 2, 0.89465, 0.0409, 0.1944797, 1e-7],
    [10, 1000, 3, 0.98821, 0.07613, 6.695599e-5, 1e-11],
  ])("d=%i n=%i L=%i cI + εJ", (dim, contextLength, loops, c, epsilon, loss, tolerance) => {
    const weights = looped(rotationPlanes(dim, c, epsilon), loops);
    const { value } = populationLoss({ dim, contextLength }, weights);
    expect(Math.abs(value - loss)).toBeLessThan(tolerance);
  });

  it("gives the rational witness that b*I is not the best: 0.608 I + 0.303 J", () => {
    const [c, epsilon] = [Rational.parse("0.608"), Rational.parse("0.303")];
    const witness = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 10 }, (_, j) => {
        if (i === j) return c;
        if (i === (j ^ 1)) return i < j ? epsilon : epsilon.negated();
        return Rational.ZERO;
      }),
    );
    const setting = { dim: 10, contextLength: 20 };
    const { value, method } = populationLoss(setting, { preconditioners: [witness], loops: 5 });
    expect(method).toBe("exact");
    expect(value.toFixed(8)).toBe("0.85629214");
  });

  it("bounds the error of its doubles", () => {
    const inputs = fc
      .record({ dim: fc.integer({ min: 1, max: 4 }), loops: fc.integer({ min: 1, max: 3 }) })
      .chain(({ dim, loops }) =>
        fc.record({
          dim: fc.constant(dim),
          loops: fc.constant(loops),
          preconditioner: squareMatrix(dim),
          covariance: positiveDefinite(dim),
          taskCovariance: positiveDefinite(dim),
          contextLength: fc.integer({ min: 1, max: 1000 }),
          noiseVariance: fc.double({ min: 0, max: 2, noNaN: true }),
          readIn: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
            minLength: dim,
            maxLength: dim,
          }),
        }),
      );
    checkProperty(
      fc.property(inputs, ({ preconditioner, loops, readIn, ...setting }) => {
        const weights = { preconditioners: [preconditioner], loops, readIn };
        const float = populationLoss(setting, weights, { relativeTolerance: 1 });
        const { exact } = populationLoss(setting, weights, { exact: true });
        const error = Rational.fromNumber(float.value).minus(exact!).absolute();
        expect(float.method).toBe("float");
        expect(error.compare(Rational.fromNumber(float.errorBound))).toBeLessThanOrEqual(0);
        // A bound that is no use would hold too: it must leave most digits.
        expect(float.errorBound).toBeLessThan(1e-9 * (1 + float.value));
      }),
      { numRuns: 40 },
    );
  });

  it("has ℓ(A) = ℓ(Aᵀ) exactly for L ≤ 2, for d ≤ 2, and not for d = 3, L = 3", () => {
    const stream = testStream("population-loss transpose");
    const loss = (a: Matrix, loops: number) =>
      populationLoss({ dim: a.rows, contextLength: 7 }, looped(a, loops), { exact: true });
    for (const [dim, loops] of [
      [2, 2],
      [4, 2],
      [2, 3],
      [2, 4],
    ] as const) {
      const a = Matrix.from1DArray(dim, dim, [...stream.normals(dim * dim)]);
      const [one, other] = [loss(a, loops), loss(a.transpose(), loops)];
      expect(one.exact?.equals(other.exact!)).toBe(true);
    }
    const a = Matrix.from1DArray(3, 3, [...stream.normals(9)]);
    expect(Math.abs(loss(a, 3).value / loss(a.transpose(), 3).value - 1)).toBeGreaterThan(1e-6);
  });

  it("does not change when prompt and weights are rotated or whitened", () => {
    const stream = testStream("population-loss whitening");
    const dim = 3;
    const rotation = randomRotation(dim, stream.split("rotation"));
    const factor = Matrix.from1DArray(dim, dim, [...stream.normals(dim * dim)]);
    const covariance = symmetricPart(factor.mmul(factor.transpose()).add(Matrix.eye(dim)));
    const root = symmetricFunction(covariance, Math.sqrt);
    const preconditioner = Matrix.from1DArray(dim, dim, [...stream.normals(dim * dim)]).mul(0.2);
    const readIn = [...stream.normals(dim)];
    const setting = { dim, contextLength: 6, noiseVariance: 0.4 };
    const weights = { preconditioners: [preconditioner], loops: 3, readIn };
    const reference = populationLoss(
      { ...setting, covariance, taskCovariance: "identity" },
      weights,
    ).value;

    const vector = (m: Matrix) => m.mmul(Matrix.columnVector(readIn)).to1DArray();
    const conjugated = (m: Matrix, by: Matrix) => by.mmul(m).mmul(by.transpose());
    const rotated = populationLoss(
      {
        ...setting,
        covariance: symmetricPart(conjugated(covariance, rotation)),
        taskCovariance: "identity",
      },
      {
        preconditioners: [conjugated(preconditioner, rotation)],
        loops: 3,
        readIn: vector(rotation),
      },
    ).value;
    const whitened = populationLoss(
      { ...setting, taskCovariance: covariance },
      { preconditioners: [conjugated(preconditioner, root)], loops: 3, readIn: vector(root) },
    ).value;
    expect(Math.abs(rotated / reference - 1)).toBeLessThan(1e-11);
    expect(Math.abs(whitened / reference - 1)).toBeLessThan(1e-11);
  });

  it("is at least the loss without read-in, and tr(ΩΣ) at A = 0", () => {
    const stream = testStream("population-loss read-in");
    const dim = 3;
    for (let run = 0; run < 5; run++) {
      const a = Matrix.from1DArray(dim, dim, [...stream.normals(dim * dim)]).mul(0.4);
      const readIn = [...stream.normals(dim)];
      const setting = { dim, contextLength: 5, noiseVariance: 0.3 };
      const weights = { preconditioners: [a], loops: 2 };
      const plain = populationLoss(setting, weights).value;
      expect(populationLoss(setting, { ...weights, readIn }).value).toBeGreaterThan(plain);
    }
    const covariance = Matrix.diag([1, 2, 4]);
    const atZero = (taskCovariance: "inverse" | "identity") =>
      populationLoss(
        { dim, contextLength: 4, covariance, taskCovariance, noiseVariance: 1 },
        { preconditioners: [Matrix.zeros(dim, dim)], loops: 3, readIn: [1, 2, 3] },
      ).value;
    expect(atZero("inverse")).toBe(3);
    expect(atZero("identity")).toBe(7);
  });
});

describe("populationLoss of stacks", () => {
  const setting = { dim: 2, contextLength: 5, noiseVariance: 0.5, covariance: Matrix.diag([1, 2]) };
  const a = new Matrix([
    [0.4, 0.1],
    [-0.2, 0.3],
  ]);
  const b = new Matrix([
    [0.2, 0],
    [0.1, 0.5],
  ]);

  it("is the looped loss when all layers are equal, exactly", () => {
    const exact = { exact: true };
    const one = populationLoss(setting, { preconditioners: [a, a, a], loops: 1 }, exact);
    const other = populationLoss(setting, looped(a, 3), exact);
    expect(one.exact?.equals(other.exact!)).toBe(true);
    const twice = populationLoss(setting, { preconditioners: [a, b], loops: 2 }, exact);
    const flat = populationLoss(setting, { preconditioners: [a, b, a, b], loops: 1 }, exact);
    expect(twice.exact?.equals(flat.exact!)).toBe(true);
  });

  it("gives the loss after every loop", () => {
    const losses = populationLossPerLoop(setting, { preconditioners: [a, b], loops: 2 });
    expect(losses).toHaveLength(3);
    expect(losses[0]!.value).toBe(2);
    for (const loops of [1, 2]) {
      const { value } = populationLoss(setting, { preconditioners: [a, b], loops });
      expect(Math.abs(losses[loops]!.value / value - 1)).toBeLessThan(1e-13);
    }
  });

  it("follows the mean of test-time looping beyond the trained loops", () => {
    // theory.md §4: exact means 1.137 at T = 4 and 3.23 at T = 8, where sampling is hopeless.
    const weights = looped(scalar(10, 0.628077), 8);
    const losses = populationLossPerLoop({ dim: 10, contextLength: 20 }, weights);
    expect(losses[4]!.value.toFixed(3)).toBe("1.137");
    expect(losses[8]!.value.toFixed(2)).toBe("3.23");
  });
});

describe("populationLoss refuses", () => {
  const setting = { dim: 2, contextLength: 5 };
  const eye = Matrix.eye(2);

  it.each([
    [{ dim: 0, contextLength: 5 }, looped(eye, 1), "dim must be a positive integer, got 0"],
    [{ ...setting, contextLength: 0n }, looped(eye, 1), "contextLength must be"],
    [setting, looped(Matrix.eye(3), 1), "preconditioners[0] must be a 2×2 matrix"],
    [
      setting,
      looped(
        new Matrix([
          [1, Number.NaN],
          [0, 1],
        ]),
        1,
      ),
      "entry (0,1) = NaN",
    ],
    [setting, { preconditioners: [], loops: 1 }, "preconditioners must be at least one"],
    [setting, { preconditioners: [eye], loops: 1, readIn: [1] }, "readIn must be 2 finite"],
    [{ ...setting, noiseVariance: -1 }, looped(eye, 1), "noiseVariance must be"],
    [{ ...setting, covariance: Matrix.diag([1, -1]) }, looped(eye, 1), "covariance must be"],
    [
      {
        ...setting,
        covariance: new Matrix([
          [1, 0.11],
          [0.1, 1],
        ]),
      },
      looped(eye, 1),
      "covariance must be symmetric positive definite",
    ],
    [
      {
        ...setting,
        covariance: [
          [Rational.ONE, Rational.of(1n, 10n ** 30n)],
          [Rational.ZERO, Rational.ONE],
        ],
      },
      looped(eye, 1),
      "covariance must be exactly symmetric",
    ],
  ])("bad input %#", (badSetting, weights, message) => {
    const call = () => populationLoss(badSetting, weights);
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  it("depths out of reach, naming the limit and the alternative", () => {
    const general = new Matrix([
      [1, 1],
      [0, 1],
    ]);
    const call = () => populationLoss(setting, looped(general, 7));
    expect(call).toThrow(HypothesisError);
    expect(call).toThrow(/one layer, general preconditioners, reach 6 applications, got 7; sample/);
    expect(() => populationLoss(setting, looped(eye, 10))).toThrow(/symmetric.* reach 9/);
    const untied = { preconditioners: new Array<Matrix>(5).fill(general), loops: 1 };
    expect(() => populationLoss(setting, untied)).toThrow(/several layers.* reach 4/);
    const withReadIn = { ...looped(general, 6), readIn: [1, 0] };
    expect(() => populationLoss(setting, withReadIn)).toThrow(/prior or read-in.* reach 5/);
  });
});
