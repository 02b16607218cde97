import { expect, test } from "vitest";
import { diagonalPrompt, residualsOf } from "../../proofs-checks/diagonal-prompt.js";
import { chebyshevIterates } from "../../src/baseline/chebyshev.js";
import { conjugateGradientIterates } from "../../src/baseline/conjugate-gradient.js";
import { leastSquares } from "../../src/baseline/least-squares.js";
import { ArgumentError } from "../../src/errors.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { testStream } from "../seed.js";

test("d steps reach least squares, and the iterate stays there", () => {
  const law = promptDistribution({ dim: 4, contextLength: 9, noiseVariance: 0.5 });
  const prompt = gramPromptSampler(law)(testStream("conjugate-gradient"));
  const iterates = conjugateGradientIterates(prompt, 7);
  leastSquares(prompt).forEach((value, i) => {
    for (const t of [3, 6]) expect(iterates[t * 4 + i]).toBeCloseTo(value, 9);
  });
});

test("as many steps as distinct eigenvalues suffice", () => {
  const spectrum = [1, 1, 3, 3, 3, 8];
  const residuals = residualsOf(conjugateGradientIterates(diagonalPrompt(spectrum), 4), 6);
  expect(Math.max(...residuals[1]!.map(Math.abs))).toBeGreaterThan(1e-3);
  for (const t of [2, 3]) {
    for (const value of residuals[t]!) expect(Math.abs(value)).toBeLessThan(1e-12);
  }
});

test("every step has the least loss of its degree: below Chebyshev's, and stationary", () => {
  const spectrum = [1, 1.5, 2, 4, 7, 11, 16];
  const prompt = diagonalPrompt(spectrum);
  const losses = (iterates: Float64Array) =>
    residualsOf(iterates, 7).map((row) =>
      row.reduce((sum, value, i) => sum + spectrum[i]! * value ** 2, 0),
    );
  const conjugate = losses(conjugateGradientIterates(prompt, 6));
  losses(chebyshevIterates({ lower: 1, upper: 16 }, prompt, 6)).forEach((loss, t) => {
    expect(conjugate[t]!).toBeLessThan(loss);
  });
  // Stationary along S^k r for k < t: Σ s·p·s^{k+1} = 0.
  residualsOf(conjugateGradientIterates(prompt, 3), 7).forEach((row, t) => {
    for (let k = 0; k <= t; k++) {
      const slope = row.reduce((sum, value, i) => sum + value * spectrum[i]! ** (k + 2), 0);
      const scale = spectrum.reduce((sum, s) => sum + s ** (k + 2), 0);
      expect(Math.abs(slope) / scale).toBeLessThan(1e-12);
    }
  });
});

test("bad input is refused", () => {
  expect(() => conjugateGradientIterates(diagonalPrompt([1, 2]), 0)).toThrow(ArgumentError);
});
