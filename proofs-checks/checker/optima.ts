import { type Side, signOn } from "./bernstein.js";
import { demand, type Field, type Fraction } from "./field.js";
import { isotropicLoss, lossOf, moments } from "./loss.js";
import * as algebra from "./polynomial.js";

const { add, constant, derivative, exponent, multiply, power, substitute, variable } = algebra;
type Polynomial = algebra.Polynomial;

/** Sizes of the prompts and of the model. */
export type Setting = { readonly d: bigint; readonly n: bigint; readonly L: number };

/** What is proved, and the shares of its boxes left undecided. */
export type Proof = { readonly sentence: string; readonly left?: readonly Fraction[] };

/** Σ value · p^exponent over a map of exponents, homogenised to degree `most` by q. */
function at(of: Polynomial, p: bigint, q: bigint, most: number): bigint {
  let sum = 0n;
  for (const [k, value] of of) sum += value * p ** BigInt(k) * q ** BigInt(most - k);
  return sum;
}

/**
 * Demands that b* lies in a cell: the derivative of the strictly convex loss changes sign there. Gives
 * q^{2L} times the loss at the lower end, and bounds of the least: tangents below, ends above.
 */
export function leastLoss(loss: Polynomial, L: number, { lower, upper, denominator: q }: Side) {
  const slope = derivative(loss, 0);
  // The cell is 1/q wide, so that a slope homogenised to one degree less is a rise.
  const [rise, laterRise] = [at(slope, lower, q, 2 * L - 1), at(slope, upper, q, 2 * L - 1)];
  demand(rise <= 0n && laterRise > 0n, "b* lies in the cell");
  const [start, end] = [at(loss, lower, q, 2 * L), at(loss, upper, q, 2 * L)];
  const [left, right] = [start + rise, end - laterRise];
  return { start, floor: left > right ? left : right, ceiling: start < end ? start : end };
}

/** Demands that p/q … r/q lies in a cell. */
function demandInCell(p: bigint, r: bigint, q: bigint, { lower, upper, denominator }: Side): void {
  demand(lower * q <= p * denominator && r * denominator < upper * q, "the loss lies in its cell");
}

export function isotropicOptimum({ d, n, L }: Setting, proof: Field): Proof {
  const { stepSize, loss } = proof.fields("stepSize", "loss");
  const b = stepSize.cell();
  const { floor, ceiling } = leastLoss(isotropicLoss(d, n, L), L, b);
  demandInCell(floor, ceiling, (n * b.denominator) ** BigInt(2 * L), loss.cell());
  return { sentence: `the best bΣ⁻¹ has b in ${show(b)}, loss in ${show(loss.cell())}` };
}

/** Trace of a product of [[a, b], [c, d]], letter B, and its transpose, letter b. */
export function planeTrace([a, b, c, d]: readonly Polynomial[], gap: string): Polynomial {
  let m = [constant(1n), constant(0n), constant(0n), constant(1n)];
  for (const letter of gap) {
    const k = letter === "B" ? [a!, c!, b!, d!] : [a!, b!, c!, d!];
    const dot = (i: number, j: number) =>
      add(multiply(m[i]!, k[j]!), multiply(m[i + 1]!, k[j + 1]!));
    m = [dot(0, 0), dot(0, 2), dot(2, 0), dot(2, 2)];
  }
  return add(m[0]!, m[3]!);
}

export const negative = (of: Polynomial) => multiply(of, constant(-1n));

export function notIsotropic({ d, n, L }: Setting, proof: Field): Proof {
  const fields = proof.fields("stepSize", "denominator", "eigenvalues", "loss");
  const q = fields.denominator.integer(1n);
  // B is normal: planes [[x, y], [−y, x]] for eigenvalues x ± iy, and real eigenvalues.
  const blocks = fields.eigenvalues.list(1, 50).map((field) => {
    const { times, real, imaginary } = field.fields("times", "real", "imaginary");
    const [x, y] = [constant(real.integer()), constant(imaginary.integer(0n))];
    const text = y.size === 0 ? real.value : `${real.value} ± ${imaginary.value}i`;
    return { times: times.integer(1n), x, y, size: y.size === 0 ? 1n : 2n, text };
  });
  const rows = blocks.reduce((sum, { times, size }) => sum + times * size, 0n);
  if (rows !== d) fields.eigenvalues.refuse(`those of a matrix of ${d} rows`);
  const traceOf = (gap: string) =>
    blocks.reduce((sum, { times, x, y, size }) => {
      const one = size === 1n ? power(x, gap.length) : planeTrace([x, y, negative(y), x], gap);
      return add(sum, one, times);
    }, constant(0n));
  const found = lossOf({ kind: "normal", n: constant(n), traceOf }, q, L).get(0) ?? 0n;
  const [p, r] = fields.loss.fraction();
  demand(p * (n * q) ** BigInt(2 * L) === found * r, "the stated loss is that of B");
  const b = fields.stepSize.cell();
  const { floor } = leastLoss(isotropicLoss(d, n, L), L, b);
  const isBetter = found * b.denominator ** BigInt(2 * L) < floor * q ** BigInt(2 * L);
  demand(isBetter, "B has less loss than every bI");
  const names = blocks.map(({ times, text }) => `${times} × ${text}`).join(", ");
  return { sentence: `B with eigenvalues ${names} over ${q} has less loss than every bI` };
}

export function saddleOnset({ d, n: onset, L }: Setting, proof: Field): Proof {
  // B = bI + εK, K of one plane: a polynomial in b, n and, to second order, ε.
  const [b, e] = [variable(0), variable(algebra.INFINITESIMAL)];
  const traceOf = (gap: string) =>
    add(planeTrace([b, e, negative(e), b], gap), power(b, gap.length), d - 2n);
  const loss = lossOf({ kind: "normal", n: variable(1), traceOf }, 1n, L);
  const cells = proof.fields("stepSizes").stepSizes.list(Number(onset));
  for (const [i, field] of cells.entries()) {
    const [n, cell] = [BigInt(i + 1), field.cell()];
    const order = (of: number) =>
      substitute(loss, (key, value) =>
        exponent(key, algebra.INFINITESIMAL) === of
          ? [[exponent(key, 0), value * n ** BigInt(exponent(key, 1))]]
          : [],
      );
    leastLoss(order(0), L, cell);
    const isExpected = signOn(order(2), [cell]) === (n < onset ? 1 : -1);
    demand(isExpected, `the curvature at n = ${n} is ${n < onset ? "positive" : "negative"}`);
  }
  const rest = "this n is the least where that is so";
  return { sentence: `b*I is a strict saddle, with negative antisymmetric curvature; ${rest}` };
}

export function untiedOptimum({ d, n, L }: Setting, proof: Field): Proof {
  const { polynomial, stepSizes, loss } = proof.fields("polynomial", "stepSizes", "loss");
  const c = polynomial.list(L + 1).map((field) => field.integer());
  const m = moments(d, n, 2 * L);
  const against = (k: number) => c.reduce((sum, value, j) => sum + value * m[j + k]!, 0n);
  for (let k = 1; k <= L; k++) demand(against(k) === 0n, `orthogonality to w^${k - 1}`);
  // Roots w = n/b: (b/n)^L P(n/b) changes sign in L cells that follow each other.
  const mirrored = new Map(c.map((value, k) => [L - k, value * n ** BigInt(k)]));
  const cells = stepSizes.list(L).map((field) => field.cell());
  for (const [i, { lower, upper, denominator: q }] of cells.entries()) {
    const { upper: last, denominator } = cells[i - 1] ?? { upper: 0n, denominator: 1n };
    demand(last * q <= lower * denominator && lower > 0n, "the step sizes rise from 0");
    const [start, end] = [at(mirrored, lower, q, L), at(mirrored, upper, q, L)];
    demand(start * end < 0n || start === 0n, `step size ${i + 1} lies in its cell`);
  }
  const sign = c[0]! < 0n ? -1n : 1n;
  demandInCell(sign * against(0), sign * against(0), sign * c[0]!, loss.cell());
  const steps = cells.map(show).join(", ");
  return { sentence: `the best untied b_lΣ⁻¹ have b in ${steps}, loss in ${show(loss.cell())}` };
}

function show({ lower, upper, denominator }: Side): string {
  const digits = denominator.toString().length - 1;
  return `[${lower}e-${digits}, ${upper}e-${digits})`;
}
