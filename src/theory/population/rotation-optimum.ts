import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../isotropic-optimum.js";
import type { LoopedSetting } from "../setting.js";
import { RotationFamily, type RotationJet } from "./rotation-family.js";

/** The best preconditioner found of the form cI + εJ. */
export interface RotationOptimum {
  /** c */
  readonly stepSize: number;
  /** ε ≥ 0 */
  readonly antisymmetric: number;
  readonly loss: number;
  /** The exact loss at the doubles c and ε. */
  readonly lossExact: Rational;
}

/** Starts, relative to b*: below n₀ the best ε > 0 may be cut off from b*I by a ridge. */
const STEP_STARTS = [1, 1.15];
const ROTATION_STARTS = [0, 0.05, 0.2, 0.45, 0.8];

/** Starts of ε in units of 1/√n, on which scale the best ε lies at large n. */
const SCALED_STARTS = [0.8, 2, 4];

const MAXIMAL_STEPS = 100;

/**
 * Best exact loss on the family cI + εJ, d even.
 *
 * Statement.    the least of the local minima that damped Newton steps reach from b*I and twelve more
 *               starts; at most the loss of the best bI, which is one of the candidates
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened; ε and −ε have the same loss
 * Accuracy.     c, ε: stationary to the doubles' last digits; loss exact there. That no better
 *               local minimum exists is observed, not proved
 * Throws.       ArgumentError for a bad setting or odd d; HypothesisError beyond 7 loops
 */
export function rotationOptimum(setting: LoopedSetting): RotationOptimum {
  const family = RotationFamily.of(setting);
  const isotropic = isotropicOptimum({ ...setting, digits: 20 }).stepSize.toNumber();
  let best = exactly(family, isotropic, 0);
  const consider = (step: number, offset: number) => {
    const [c, epsilon] = descend(family, step * isotropic, offset);
    const candidate = exactly(family, c, Math.abs(epsilon));
    if (candidate.lossExact.compare(best.lossExact) < 0) best = candidate;
  };
  for (const step of STEP_STARTS) {
    for (const rotation of ROTATION_STARTS) {
      // ε = 0 is stationary by symmetry: a start must leave it to see the saddle.
      consider(step, (rotation === 0 ? 1e-3 : rotation) * isotropic);
    }
  }
  for (const scaled of SCALED_STARTS) {
    consider(1, scaled / Math.sqrt(Number(setting.contextLength)));
  }
  return best;
}

function exactly(family: RotationFamily, c: number, epsilon: number): RotationOptimum {
  const lossExact = family.at(Rational.fromNumber(c), Rational.fromNumber(epsilon));
  return { stepSize: c, antisymmetric: epsilon, loss: lossExact.toNumber(), lossExact };
}

/** Newton steps on |Hessian| with backtracking: descent even where the loss is not convex. */
function descend(family: RotationFamily, c0: number, epsilon0: number): [number, number] {
  let [c, epsilon] = [c0, epsilon0];
  let jet = family.jetAt(c, epsilon);
  for (let step = 0; step < MAXIMAL_STEPS; step++) {
    const [stepC, stepEpsilon] = newtonStep(jet);
    let length = 1;
    let next = family.jetAt(c + stepC, epsilon + stepEpsilon);
    while (!(next.value < jet.value) && length > 2 ** -30) {
      length /= 2;
      next = family.jetAt(c + length * stepC, epsilon + length * stepEpsilon);
    }
    if (!(next.value < jet.value)) break;
    c += length * stepC;
    epsilon += length * stepEpsilon;
    jet = next;
  }
  return [c, epsilon];
}

/** −|H|⁻¹ g, |H| with the eigenvalues' absolute values. */
function newtonStep({ gradient: [gc, ge], hessian: [a, b, e] }: RotationJet): [number, number] {
  const angle = Math.atan2(2 * b, a - e) / 2;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const spread = Math.hypot((a - e) / 2, b);
  const floor = Number.MIN_VALUE;
  const first = Math.max(Math.abs((a + e) / 2 + spread), floor);
  const second = Math.max(Math.abs((a + e) / 2 - spread), floor);
  const along = -(cosine * gc + sine * ge) / first;
  const across = -(-sine * gc + cosine * ge) / second;
  return [cosine * along - sine * across, sine * along + cosine * across];
}
