import type { Rational } from "../../numeric/rational.js";
import { RotationFamily } from "../../theory/population/rotation-family.js";
import type { RationalMatrix } from "../../theory/population/setting.js";
import { SpectralFamily } from "../../theory/preconditioner-search/spectral-family.js";
import { spectralMatrix } from "../../theory/preconditioner-search/spectrum.js";
import type { WhitenedLaw } from "../state/whitened-law.js";

/** Loss with its derivatives in c and ε, each exact before rounding. */
export interface PlaneJet {
  readonly value: number;
  readonly gradient: readonly [number, number];
}

/**
 * The exact loss of B = cI + εJ, J of ⌊d/2⌋ blocks [[0, 1], [−1, 0]]; for odd d its last row is 0.
 *
 * Conventions.  of the unit-scale law, noise included; even in ε
 * Accuracy.     exact
 */
export interface RotationPlane {
  at(c: Rational, epsilon: Rational): Rational;
  jetAt(c: Rational, epsilon: Rational): PlaneJet;
}

/**
 * The plane of a law.
 *
 * Throws.       HypothesisError beyond 7 loops (6 for odd d or with noise), and for d = 1
 */
export function rotationPlane({ setting }: WhitenedLaw): RotationPlane {
  const { dim, noiseVariance } = setting;
  if (dim % 2 === 0 && noiseVariance.sign() === 0) {
    const family = RotationFamily.of(setting);
    return {
      at: (c, epsilon) => family.at(c, epsilon),
      jetAt: (c, epsilon) => family.exactJetAt(c, epsilon),
    };
  }
  const family = SpectralFamily.of("rotationPlane", setting, "normal");
  const spectrum = (c: Rational, epsilon: Rational) => planeSpectrum(dim, c, epsilon);
  return {
    at: (c, epsilon) => family.at(spectrum(c, epsilon)),
    jetAt(c, epsilon) {
      const { value, gradient } = family.jetAt(spectrum(c, epsilon));
      let [inC, inEpsilon] = [0, 0];
      for (const [i, entry] of gradient.entries()) {
        if (isRotation(dim, i)) inEpsilon += entry;
        else inC += entry;
      }
      return { value, gradient: [inC, inEpsilon] };
    },
  };
}

/** cI + εJ as a matrix. */
export function planeMatrix(dim: number, c: Rational, epsilon: Rational): RationalMatrix {
  return spectralMatrix(planeSpectrum(dim, c, epsilon));
}

function planeSpectrum(dim: number, c: Rational, epsilon: Rational) {
  const coordinates = Array.from({ length: dim }, (_, i) => (isRotation(dim, i) ? epsilon : c));
  return { planes: dim >> 1, coordinates };
}

/** Whether coordinate i of a spectrum with ⌊d/2⌋ planes is a plane's ε. */
function isRotation(dim: number, i: number): boolean {
  return i % 2 === 1 && i < 2 * (dim >> 1);
}
