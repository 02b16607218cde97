import { HypothesisError } from "../../errors.js";
import { minimize } from "../../numeric/minimize.js";
import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { type WhitenedLaw, whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber, logTen } from "./exact-number.js";
import { stepDigits } from "./loop-curves.js";
import { type RotationPlane, rotationPlane } from "./rotation-plane.js";

/** The exact loss over B = cI + εJ around b*I, with its optimum. */
export interface Landscape {
  /** b*, the centre. */
  readonly centre: number;
  /** Offsets c − b* of the columns, and ε of the rows, from 0 up: the loss is even in ε. */
  readonly offsets: readonly number[];
  readonly rotations: readonly number[];
  /** Loss over the loss at b*I, by rows. */
  readonly ratios: readonly (readonly number[])[];
  readonly optimum: PlaneOptimum;
}

/** The best point found of the plane. */
export interface PlaneOptimum {
  /** c − b*, in doubles of its own. */
  readonly offset: number;
  readonly c: number;
  readonly epsilon: number;
  readonly loss: ExactNumber;
  /** Loss over the loss at b*I: 1 where b*I is the best. */
  readonly ratio: number;
}

/** Where descents start, in units of b*·n^{−1/2}: off ε = 0, which symmetry makes stationary. */
const STARTS = [0.05, 0.45, 1.4, 3, 6] as const;

/** Binary digits of coordinates after the point, in those units. */
const FRACTION_BITS = 40;

/** A gain below this share of the loss is none: the search stops at such. */
const NO_GAIN = 1e-12;

/** Half the width of the plane shown, over its height above ε = 0: the valley of c is the narrower. */
const WIDTH = 0.55;

/** Columns crowd around b*, where the valley is: positions go by this power. */
const CROWDING = 1.7;

const COLUMNS = 37;
const ROWS = 26;

/**
 * The plane of a state, on a grid of exact losses.
 *
 * Accuracy.     losses exact before rounding; that nothing better exists in the plane is observed
 * Throws.       HypothesisError where rotationPlane does, or b*I is no critical point
 */
export function landscape(state: ExplorerState): Landscape {
  const law = whitenedLaw(state);
  requireScalar(law);
  if (state.dim === 1) throw new HypothesisError("landscape: d = 1 has no antisymmetric direction");
  const frame = frameOf(state, law);
  const optimum = bestInPlane(frame, law);
  const height = Math.max(1.2, 1.7 * (optimum.epsilon / frame.unit));
  const rows = Array.from({ length: ROWS + 1 }, (_, i) => (height * i) / ROWS);
  const columns = Array.from({ length: COLUMNS }, (_, i) => {
    const t = (2 * i) / (COLUMNS - 1) - 1;
    return WIDTH * height * Math.sign(t) * Math.abs(t) ** CROWDING;
  });
  return {
    centre: frame.centre.toNumber(),
    offsets: columns.map((u) => u * frame.unit),
    rotations: rows.map((v) => v * frame.unit),
    ratios: rows.map((v) => columns.map((u) => ratioOf(frame, frame.lossAt(u, v)))),
    optimum,
  };
}

/** Throws where the best A is not a matter of B alone. */
export function requireScalar({ isScalar }: WhitenedLaw): void {
  if (isScalar) return;
  throw new HypothesisError(
    "landscape: under this prior b*Σ⁻¹ is no critical point of the loss over all A",
  );
}

/** Coordinates (u, v) ↦ (b* + u·unit, v·unit) in which the good points are of size 1 at every n. */
interface Frame {
  readonly plane: RotationPlane;
  readonly centre: Rational;
  readonly unit: number;
  readonly isotropicLoss: Rational;
  lossAt(u: number, v: number): Rational;
  point(u: number, v: number): [Rational, Rational];
}

function frameOf(state: ExplorerState, law: WhitenedLaw): Frame {
  const { setting } = law;
  const plane = rotationPlane(law);
  const { stepSize } = isotropicOptimum({ ...setting, digits: stepDigits(state) });
  const root = Math.sqrt(Number(state.contextLength));
  const exponent = Math.max(0, Math.round(Math.log2(root / stepSize.toNumber())));
  const denominator = 1n << BigInt(FRACTION_BITS + exponent);
  const { numerator, denominator: q } = stepSize.midpoint;
  const centre = (numerator * denominator) / q;
  const scaled = (value: number) => BigInt(Math.round(value * 2 ** FRACTION_BITS));
  const point = (u: number, v: number): [Rational, Rational] => [
    Rational.of(centre + scaled(u), denominator),
    Rational.of(scaled(v), denominator),
  ];
  return {
    plane,
    centre: Rational.of(centre, denominator),
    unit: 2 ** -exponent,
    isotropicLoss: plane.at(...point(0, 0)),
    lossAt: (u, v) => plane.at(...point(u, v)),
    point,
  };
}

function bestInPlane(frame: Frame, { scale }: WhitenedLaw): PlaneOptimum {
  const { plane, unit, isotropicLoss, point } = frame;
  const size = isotropicLoss.toNumber();
  const loss = (at: Float64Array) => {
    const jet = plane.jetAt(...point(at[0]!, at[1]!));
    return {
      value: jet.value / size,
      gradient: Float64Array.from(jet.gradient, (entry) => (entry * unit) / size),
    };
  };
  let best = { u: 0, v: 0, loss: isotropicLoss };
  // A loss below every double cannot be descended.
  for (const start of size > 0 ? STARTS : []) {
    const { value } = minimize(loss, Float64Array.of(0, start), {
      ...{ gradientTolerance: 1e-10, noise: 2 ** -50, maximalSteps: 200, firstStep: 0.1 },
    });
    const [u, v] = [value.point[0]!, Math.abs(value.point[1]!)];
    const found = frame.lossAt(u, v);
    const gain = 1 - ratioOf(frame, found);
    if (gain > NO_GAIN && found.compare(best.loss) < 0) best = { u, v, loss: found };
  }
  return {
    offset: best.u * unit,
    c: point(best.u, 0)[0].toNumber(),
    epsilon: best.v * unit,
    loss: exactNumber(best.loss.times(scale)),
    ratio: ratioOf(frame, best.loss),
  };
}

function ratioOf({ isotropicLoss }: Frame, loss: Rational): number {
  return 10 ** (logTen(loss) - logTen(isotropicLoss));
}
