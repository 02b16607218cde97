import { defineClaim } from "../../src/claim/claim.js";
import { Matrix } from "../../src/numeric/matrix.js";
import type { Stream } from "../../src/random/stream.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { descendOverMatrices } from "../../src/theory/preconditioner-search/matrix-descent.js";
import { normalityDefect } from "../../src/theory/preconditioner-search/matrix-spectrum.js";
import { SpectralFamily } from "../../src/theory/preconditioner-search/spectral-family.js";
import { searchSpectra } from "../../src/theory/preconditioner-search/spectral-search.js";
import { SpectralWindow } from "../../src/theory/preconditioner-search/spectral-window.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly descents: number;
}

/**
 * Every optimum found is a normal matrix: conjectured of the global minimiser.
 *
 * Statement.    the lowest end B of descents over all matrices has ‖BBᵀ − BᵀB‖_F ≤ 10⁻⁵, and a loss no
 *               lower than the lowest over normal matrices, to 10⁻⁹ of it
 * Conventions.  Ω = Σ⁻¹, no noise, B = Σ^{1/2}AΣ^{1/2}; descents in d² unknowns from b*I plus random matrices,
 *               the search over normal matrices in d unknowns: two programs that share the minimiser only
 * Accuracy.     the losses in doubles, 10⁻¹⁰ relative; components: defect, relative gain over normal ones
 * Source.       observed here, for d = 2 … 5, L = 2, 3, 4
 */
export const bestPreconditionerIsNormal = defineClaim<Setting>({
  id: "best-preconditioner-is-normal",
  title: "Every best preconditioner found is a normal matrix",
  statement: "\\|BB^\\top - B^\\top B\\|_F \\le 10^{-5}",
  source: "observed here",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [point(2, 20, 2), point(3, 20, 2), point(3, 50, 3), point(4, 30, 3, 8), point(3, 20, 4)],
    thorough: [point(5, 50, 3, 20), point(5, 30, 2, 12), point(4, 30, 4, 12), point(6, 60, 3, 20)],
  },
  predicted: () => [1e-5, 1e-9],
  measured: (setting, stream) => {
    const { defect, gain, eigenvaluePlanes } = descend(setting, stream);
    return {
      value: [defect, gain],
      errorBudget: 1e-10,
      method: "certified",
      attained: eigenvaluePlanes,
    };
  },
  rivals: {
    "defect below 10⁻¹⁶: normal to the last bit": () => [1e-16, 1e-9],
    "normal matrices are a millionth worse": () => [1e-5, -1e-6],
  },
});

function point(dim: number, contextLength: number, loops: number, descents = 5) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}`,
    setting: { dim, contextLength, loops, descents },
  };
}

function descend(setting: Setting, stream: Stream) {
  const { dim, contextLength, loops, descents } = setting;
  const law = { dim, contextLength, loops };
  const family = SpectralFamily.of("bestPreconditionerIsNormal", law, "normal");
  const window = SpectralWindow.of(family, law);
  const normal = searchSpectra(family, window, {
    stream: stream.split("spectra"),
    randomStarts: 12,
    agreement: 3,
  }).minima[0]!;
  const isotropic = isotropicOptimum(law);
  const centre = Matrix.eye(dim).mul(isotropic.stepSize.toNumber());
  const ends = Array.from({ length: descents }, (_, i) => {
    const noise = stream
      .split("matrices")
      .split(i)
      .normals(dim * dim);
    const offset = Matrix.from1DArray(dim, dim, [...noise]).mul((2 * window.unit) / Math.sqrt(dim));
    return descendOverMatrices(law, Matrix.add(centre, offset), {
      sector: "full",
      unit: window.unit,
      gradientTolerance: (1e-11 * window.isotropicLoss) / window.unit,
      noise: window.noise,
      maximalEvaluations: 3000,
    });
  });
  const best = ends.reduce((a, b) => (b.loss < a.loss ? b : a));
  const lowest = normal.loss.toNumber();
  return {
    defect: normalityDefect(best.preconditioner),
    gain: (lowest - best.loss) / lowest,
    eigenvaluePlanes: `${normal.spectrum.planes} rotation planes`,
  };
}
