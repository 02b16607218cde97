import { type Side, signOn } from "./bernstein.js";
import { demand, type Field, type Fraction } from "./field.js";
import { type Block, isotropicLoss, lossOf, moments } from "./loss.js";
import * as algebra from "./polynomial.js";

const { add, constant, exponent, multiply, substitute, times, unit, variable } = algebra;
type Polynomial = algebra.Polynomial;

/** Sizes of the prompts and of the model. */
export type Setting = { readonly d: bigint; readonly n: bigint; readonly L: number };
/** What is proved, and the shares of its boxes left undecided. */
export type Proof = { readonly sentence: string; readonly left?: readonly Fraction[] };

/** Σ value · p^exponent over a map of exponents, homogenised to degree `most` by q. */
function at(of: Polynomial, p: bigint, q: bigint, most: number): bigint {
  return [...of].reduce((sum, [k, v]) => sum + v * p ** BigInt(k) * q ** BigInt(most - k), 0n);
}

/**
 * Demands that b* lies in a cell: the derivative of the strictly convex loss changes sign there. Gives
 * q^{2L} times the loss at the lower end, and bounds of the least: tangents below, ends above.
 */
export function leastLoss(loss: Polynomial, L: number, { lower, upper, denominator: q }: Side) {
  const slope = algebra.derivative(loss, 0);
  // The cell is 1/q wide, so that a slope homogenised to one degree less is a rise.
  const [rise, laterRise] = [at(slope, lower, q, 2 * L - 1), at(slope, upper, q, 2 * L - 1)];
  demand(rise <= 0n && laterRise > 0n, "b* lies in the cell");
  const [start, end] = [at(loss, lower, q, 2 * L), at(loss, upper, q, 2 * L)];
  const [left, right] = [start + rise, end - laterRise];
  return { start, floor: left > right ? left : right, ceiling: start < end ? start : end };
}

/** Demands that p/q … r/q, q > 0, lies in a cell. */
function demandInCell(p: bigint, r: bigint, q: bigint, { lower, upper, denominator }: Side): void {
  const isInside = lower * q <= p * denominator && r * denominator < upper * q;
  demand(q > 0n && isInside, "the loss lies in its cell");
}

export function isotropicOptimum({ d, n, L }: Setting, proof: Field): Proof {
  const { stepSize, loss } = proof.fields("stepSize", "loss");
  const b = stepSize.cell();
  const { floor, ceiling } = leastLoss(isotropicLoss(d, n, L), L, b);
  demandInCell(floor, ceiling, (n * b.denominator) ** BigInt(2 * L), loss.cell());
  return { sentence: `the best bΣ⁻¹ has b in ${show(b)}, loss in ${show(loss.cell())}` };
}

/** A block with the eigenvalues x ± iy. */
const plane = (x: Polynomial, y: Polynomial): Block[1] => [
  [x, y],
  [times(y, -1n), x],
];

export function notIsotropic({ d, n, L }: Setting, proof: Field): Proof {
  const fields = proof.fields("stepSize", "denominator", "eigenvalues", "loss");
  const q = fields.denominator.integer(1n);
  const names: string[] = [];
  const blocks = fields.eigenvalues.list(1, 50).map((field): Block => {
    const entry = field.fields("times", "real", "imaginary");
    const count = entry.times.integer(1n);
    const [x, y] = [entry.real.integer(), entry.imaginary.integer(0n)];
    names.push(`${count} × ${x}${y === 0n ? "" : ` ± ${y}i`}`);
    return [count, y === 0n ? [[constant(x)]] : plane(constant(x), constant(y))];
  });
  const size = blocks.reduce((sum, [count, rows]) => sum + count * BigInt(rows.length), 0n);
  if (size !== d) fields.eigenvalues.refuse(`those of a matrix of ${d} rows`);
  const found = lossOf("normal", blocks, constant(n), q, L).get(0) ?? 0n;
  const [p, r] = fields.loss.fraction();
  demand(p * (n * q) ** BigInt(2 * L) === found * r, "the stated loss is that of B");
  const b = fields.stepSize.cell();
  const { floor } = leastLoss(isotropicLoss(d, n, L), L, b);
  const isBetter = found * b.denominator ** BigInt(2 * L) < floor * q ** BigInt(2 * L);
  demand(isBetter, "B has less loss than every bI");
  const which = `${names.join(", ")} over ${q}`;
  return { sentence: `B with eigenvalues ${which} has less loss than every bI` };
}

/** n^{2L} ℓ(bI + εK), K = e₁e₂ᵀ − e₂e₁ᵀ: its coefficients of 1 and ε², in b and x, n = x + least. */
function turnedLoss(d: bigint, least: bigint, L: number): readonly [Polynomial, Polynomial] {
  const [b, x, e] = [variable(0), variable(1), variable(2)];
  const blocks: Block[] = [
    [1n, plane(b, e)],
    [d - 2n, [[b]]],
  ];
  const loss = lossOf("normal", blocks, add(x, constant(least)), 1n, L);
  const order = (of: number) =>
    substitute(loss, (key, value) => (exponent(key, 2) === of ? [[key % unit(2), value]] : []));
  return [order(0), order(2)];
}

/** Demands the sign of the curvature all over a cell that holds b*, at one x. */
function demandSign(turned: readonly Polynomial[], L: number, x: bigint, b: Side, sign: number) {
  const [loss, curvature] = turned.map((of) =>
    substitute(of, (key, value) => [[exponent(key, 0), value * x ** BigInt(exponent(key, 1))]]),
  );
  leastLoss(loss!, L, b);
  demand(signOn(curvature!, [b]) === sign, `the curvature has the sign ${sign} at x = ${x}`);
}

export function saddleOnset({ d, n, L }: Setting, proof: Field): Proof {
  const turned = turnedLoss(d, 1n, L);
  for (const [i, field] of proof.fields("stepSizes").stepSizes.list(Number(n)).entries()) {
    demandSign(turned, L, BigInt(i), field.cell(), i + 1 < n ? 1 : -1);
  }
  return { sentence: "b*I is a strict saddle, and has positive curvature for every smaller n" };
}

export function saddleBeyond({ d, n, L }: Setting, proof: Field): Proof {
  const { stepSize, first, second } = proof.fields("stepSize", "first", "second");
  const turned = turnedLoss(d, n, L);
  demandSign(turned, L, 0n, stepSize.cell(), -1);
  // Lists by powers of b of lists by powers of x.
  const cofactor = (field: Field) =>
    field.list(1, 9).reduce((sum, row, i) => {
      const terms = row.list(1, 99).map((c, j): [number, bigint] => [i + j * unit(1), c.integer()]);
      return add(sum, new Map(terms));
    }, constant(0n));
  const ofSlope = multiply(cofactor(first), algebra.derivative(turned[0], 0));
  const sum = add(ofSlope, multiply(cofactor(second), turned[1]));
  const isPositive = [...sum].every(([key, value]) => exponent(key, 0) === 0 && value > 0n);
  demand(n >= d && sum.has(0) && isPositive, "no x ≥ 0 has slope and curvature 0");
  return { sentence: "b*I is a strict saddle at this and at every larger context length" };
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
  demandInCell(against(0), against(0), c[0]!, loss.cell());
  const steps = cells.map(show).join(", ");
  return { sentence: `the best untied b_lΣ⁻¹ have b in ${steps}, loss in ${show(loss.cell())}` };
}

function show({ lower, upper, denominator }: Side): string {
  const power = `e-${`${denominator}`.length - 1}`;
  return `[${lower}${power}, ${upper}${power})`;
}
