import { describe, expect, test } from "vitest";
import { diagonalPrompt, residualsOf } from "../../proofs-checks/diagonal-prompt.js";
import { chebyshevIterates, chebyshevStepSizes } from "../../src/baseline/chebyshev.js";
import { gradientDescentIterates } from "../../src/baseline/gradient-descent.js";
import { fastestHeavyBall, heavyBallIterates } from "../../src/baseline/heavy-ball.js";
import { leastSquares } from "../../src/baseline/least-squares.js";
import { newtonSchulzIterates } from "../../src/baseline/newton-schulz.js";
import { ArgumentError } from "../../src/errors.js";
import { Matrix, symmetricEigen } from "../../src/numeric/matrix.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { testStream } from "../seed.js";

const interval = { lower: 0.5, upper: 7 };
const spectrum = [0.5, 0.9, 2, 3.75, 5.5, 7];
const LOOPS = 6;

/** One prompt with noisy labels, and the extreme eigenvalues of its Ŝ. */
function drawn(): { prompt: GramPrompt; interval: { lower: number; upper: number } } {
  const law = promptDistribution({ dim: 4, contextLength: 12, noiseVariance: 0.5 });
  const prompt = gramPromptSampler(law)(testStream("accelerated"));
  const covariance = new Matrix(
    [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => prompt.gram[i * 5 + j]! / 12)),
  );
  const { values } = symmetricEigen(covariance);
  return { prompt, interval: { lower: values[0]!, upper: values[3]! } };
}

/** T_t(x) by its recurrence. */
function chebyshevPolynomial(t: number, x: number): number {
  let [previous, current] = [1, x];
  if (t === 0) return 1;
  for (let k = 1; k < t; k++) [previous, current] = [current, 2 * x * current - previous];
  return current;
}

describe("chebyshev", () => {
  const residuals = residualsOf(
    chebyshevIterates(interval, diagonalPrompt(spectrum), LOOPS),
    spectrum.length,
  );

  test("the residual is T_t((θ − s)/δ)/T_t(θ/δ), θ = 3.75, δ = 3.25", () => {
    residuals.forEach((row, k) => {
      row.forEach((value, i) => {
        const polynomial = (s: number) => chebyshevPolynomial(k + 1, (3.75 - s) / 3.25);
        expect(value).toBeCloseTo(polynomial(spectrum[i]!) / polynomial(0), 12);
      });
    });
  });

  test("gradient descent with its step sizes, one each, ends where it ends", () => {
    let weights = spectrum.map(() => 1);
    for (const stepSize of chebyshevStepSizes(interval, LOOPS)) {
      weights = weights.map((value, i) => value * (1 - stepSize * spectrum[i]!));
    }
    weights.forEach((value, i) => {
      expect(value).toBeCloseTo(residuals[LOOPS - 1]![i]!, 12);
    });
  });
});

describe("heavy ball", () => {
  test("without momentum it is gradient descent", () => {
    const { prompt } = drawn();
    const ball = heavyBallIterates({ stepSize: 0.3, momentum: 0 }, prompt, LOOPS);
    expect(ball).toEqual(gradientDescentIterates(Matrix.eye(4).mul(0.3), prompt, LOOPS));
  });

  test("its residual obeys p_{t+1} = (1 + β − αs)p_t − βp_{t−1}", () => {
    const ball = fastestHeavyBall(interval);
    const rows = residualsOf(heavyBallIterates(ball, diagonalPrompt(spectrum), LOOPS), 6);
    const all = [spectrum.map(() => 1), ...rows];
    for (let t = 1; t < LOOPS; t++) {
      all[t + 1]!.forEach((value, i) => {
        const factor = 1 + ball.momentum - ball.stepSize * spectrum[i]!;
        const expected = factor * all[t]![i]! - ball.momentum * all[t - 1]![i]!;
        expect(value).toBeCloseTo(expected, 12);
      });
    }
  });

  test("its rate is √β = (√κ − 1)/(√κ + 1) at both ends: for κ = 9, (1 + ct)(±½)^t", () => {
    const ball = fastestHeavyBall({ lower: 1, upper: 9 });
    // α = ¼: p₁ = 1 − αs is ¾ at s = 1 and −5/4 at s = 9, hence c = ½ and c = 3/2.
    residualsOf(heavyBallIterates(ball, diagonalPrompt([1, 9]), 30), 2).forEach(
      ([low, high], k) => {
        const t = k + 1;
        expect(low).toBeCloseTo((1 + t / 2) * 0.5 ** t, 13);
        expect(high).toBeCloseTo((1 + 1.5 * t) * (-0.5) ** t, 13);
      },
    );
  });
});

test("Newton–Schulz: t loops are 2^t steps of gradient descent", () => {
  const { prompt } = drawn();
  const newton = newtonSchulzIterates(0.3, prompt, 5);
  const descent = gradientDescentIterates(Matrix.eye(4).mul(0.3), prompt, 32);
  for (let t = 1; t <= 5; t++) {
    const expected = descent.subarray((2 ** t - 1) * 4, 2 ** t * 4);
    newton.subarray((t - 1) * 4, t * 4).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 11);
    });
  }
});

test("all of them end at least squares", () => {
  const { prompt, interval: own } = drawn();
  const solution = leastSquares(prompt);
  const runs = [
    chebyshevIterates(own, prompt, 60),
    heavyBallIterates(fastestHeavyBall(own), prompt, 120),
    newtonSchulzIterates(2 / (own.lower + own.upper), prompt, 10),
  ];
  for (const iterates of runs) {
    iterates.slice(-4).forEach((value, i) => {
      expect(value).toBeCloseTo(solution[i]!, 10);
    });
  }
});

test("bad input is refused", () => {
  const { prompt } = drawn();
  expect(() => chebyshevIterates({ lower: 2, upper: 2 }, prompt, 3)).toThrow(
    new ArgumentError("chebyshevIterates", "upper", "above 2", 2),
  );
  expect(() => chebyshevStepSizes({ lower: 0, upper: 2 }, 3)).toThrow(ArgumentError);
  expect(() => fastestHeavyBall({ lower: 1, upper: 0.5 })).toThrow(ArgumentError);
  expect(() => heavyBallIterates({ stepSize: 1, momentum: 1 }, prompt, 3)).toThrow(
    "heavyBallIterates: momentum must be at least 0 and below 1, got 1",
  );
  expect(() => newtonSchulzIterates(-1, prompt, 3)).toThrow(ArgumentError);
  expect(() => newtonSchulzIterates(1, prompt, 0)).toThrow(ArgumentError);
});
