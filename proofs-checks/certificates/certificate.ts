import { NumericalError } from "../../src/errors.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { Rational } from "../../src/numeric/rational.js";

/**
 * The interval [lower, upper) · 10^−digits between neighbouring integers lower and upper.
 *
 * Conventions.  decimal strings; no other interval is written into a certificate, so that none can
 *               be widened
 */
export interface Cell {
  readonly lower: string;
  readonly upper: string;
  readonly digits: string;
}

/** A tree of halved boxes and the share of the whole box that it leaves undecided, as p/q. */
export interface HalvingTree {
  readonly tree: string;
  readonly left: string;
}

/** Sizes that a certificate is about, as decimal strings. */
export interface CertificateSetting {
  readonly dim: string;
  readonly contextLength: string;
  readonly loops: string;
}

/** A certificate, schema loopgd.certificate/1: docs/certificates.md says what each proof holds. */
export interface Certificate {
  readonly schema: "loopgd.certificate/1";
  readonly kind: string;
  readonly setting: CertificateSetting;
  readonly verdict: "holds" | "inconclusive";
  readonly proof: object;
}

/** What to prove: sizes, each with the kind's default where absent, and how long to try. */
export interface CertificateRequest {
  readonly dim?: number;
  readonly contextLength?: bigint;
  readonly loops?: number;
  /** Seed of a search for a witness. */
  readonly seed: number;
  /** Boxes of a branch and bound, in each region. */
  readonly maximalBoxes: number;
}

/** One kind of certificate. */
export interface CertificateKind {
  readonly id: string;
  readonly title: string;
  /** What is proved where nothing is asked for. */
  readonly example: {
    readonly dim: number;
    readonly contextLength: bigint;
    readonly loops: number;
  };
  /** Throws ArgumentError or HypothesisError for a setting out of reach. */
  make(request: CertificateRequest): Certificate;
}

/** The cell of 10^−digits that holds an enclosure; null where a cell's end parts the enclosure. */
export function cellOf({ lower, upper }: Enclosure, digits: number): Cell | null {
  const scale = Rational.of(10n).power(digits);
  const first = floor(lower.times(scale));
  if (floor(upper.times(scale)) !== first) return null;
  return { lower: `${first}`, upper: `${first + 1n}`, digits: `${digits}` };
}

/** The interval that a cell stands for. */
export function enclosureOf({ lower, upper, digits }: Cell): Enclosure {
  const scale = Rational.of(10n).power(Number(digits));
  const end = (text: string) => Rational.of(BigInt(text)).over(scale);
  return Enclosure.of(end(lower), end(upper));
}

/**
 * The cell of a number that can be enclosed as narrowly as wanted.
 *
 * Throws.       NumericalError when 40 digits more do not part the number from the cell's ends
 */
export function cellOfNumber(enclose: (digits: number) => Enclosure, digits: number): Cell {
  for (const more of [3, 10, 40]) {
    const cell = cellOf(enclose(digits + more), digits);
    if (cell !== null) return cell;
  }
  throw new NumericalError(`cellOfNumber: the number is a multiple of 10^-${digits}, or nearly so`);
}

/** "p/q", with q = 1 written out. */
export function fractionText({ numerator, denominator }: Rational): string {
  return `${numerator}/${denominator}`;
}

/** The envelope around a proof. */
export function certificateOf(
  kind: string,
  { dim, contextLength, loops }: CertificateKind["example"],
  proof: object,
  trees: readonly HalvingTree[] = [],
): Certificate {
  const isOpen = trees.some(({ left }) => !left.startsWith("0/"));
  return {
    schema: "loopgd.certificate/1",
    kind,
    setting: { dim: `${dim}`, contextLength: `${contextLength}`, loops: `${loops}` },
    verdict: isOpen ? "inconclusive" : "holds",
    proof,
  };
}

function floor({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return quotient * denominator > numerator ? quotient - 1n : quotient;
}
