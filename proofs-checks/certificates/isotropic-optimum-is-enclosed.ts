import { NumericalError } from "../../src/errors.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import type { Rational } from "../../src/numeric/rational.js";
import { IsotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import type { LoopedSetting } from "../../src/theory/setting.js";
import { requireCertifiable } from "./certifiable.js";
import {
  type Cell,
  type CertificateKind,
  cellOf,
  cellOfNumber,
  certificateOf,
  enclosureOf,
} from "./certificate.js";

const DIGITS = 20;

/** Significant digits of the certified loss. */
const LOSS_DIGITS = 12;

/** The cell of b* with that many digits after the point. */
export function stepSizeCell(setting: LoopedSetting, digits: number): Cell {
  return cellOfNumber(
    (wanted) => isotropicOptimum({ ...setting, digits: wanted }).stepSize,
    digits,
  );
}

/** Places after the point at which a positive number has that many significant digits. */
export function decimalPlaces(value: Rational, significant: number): number {
  const exponent = Number(/e([+-]\d+)$/.exec(value.toNumber().toExponential())?.[1] ?? 0);
  return Math.max(1, significant - 1 - exponent);
}

/** Best step size and least loss of A = bΣ⁻¹, each in a cell. */
export const isotropicOptimumIsEnclosed: CertificateKind = {
  id: "isotropic-optimum-is-enclosed",
  title: "The best isotropic preconditioner and its loss, enclosed",
  example: { dim: 10, contextLength: 20n, loops: 5 },
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 1_000_000, loops: 12 });
    const loss = IsotropicLoss.of(setting);
    // The loss is flat at b*: it has about twice the digits of the step size, less those of its curvature.
    for (let digits = DIGITS; digits <= 160; digits += 10) {
      const stepSize = stepSizeCell(setting, digits);
      const range = lossRange(loss, enclosureOf(stepSize));
      const places = decimalPlaces(range.upper, LOSS_DIGITS);
      const cell = range.lower.sign() > 0 ? cellOf(range, places) : null;
      if (cell !== null) return certificateOf(this.id, setting, { stepSize, loss: cell });
    }
    throw new NumericalError("isotropicOptimumIsEnclosed: the loss is too near a cell's end");
  },
};

/** Bounds of the least loss: tangents at the ends of the cell, and the values there. */
function lossRange(loss: IsotropicLoss, { lower, upper, width }: Enclosure): Enclosure {
  const [start, end] = [loss.at(lower), loss.at(upper)];
  const fromStart = start.plus(loss.derivativeAt(lower).times(width));
  const fromEnd = end.minus(loss.derivativeAt(upper).times(width));
  return Enclosure.of(
    fromStart.compare(fromEnd) > 0 ? fromStart : fromEnd,
    start.compare(end) < 0 ? start : end,
  );
}
