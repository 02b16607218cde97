import { type Side, signOn } from "./bernstein.js";
import { demand, type Field, type Fraction } from "./field.js";
import { isotropicLoss, lossOf, moments } from "./loss.js";
import * as algebra from "./polynomial.js";
import { shareLeft } from "./tree.js";

const { add, constant, derivative, exponent, multiply, power, substitute, unit, variable } =
  algebra;
type Polynomial = algebra.Polynomial;
type Setting = { readonly d: bigint; readonly n: bigint; readonly L: number };

/** What is proved, and the shares of its boxes left undecided. */
type Proof = { readonly sentence: string; readonly left?: readonly Fraction[] };

/** One kind of certificate: least and largest d, largest L, and the check. */
interface Kind {
  readonly dims: readonly [bigint, bigint];
  readonly loops: bigint;
  check(setting: Setting, proof: Field): Proof;
}

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
function leastLoss(loss: Polynomial, L: number, { lower, upper, denominator: q }: Side) {
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

const isotropicOptimum: Kind = {
  dims: [1n, 1_000_000n],
  loops: 12n,
  check({ d, n, L }, proof) {
    const { stepSize, loss } = proof.fields("stepSize", "loss");
    const b = stepSize.cell();
    const { floor, ceiling } = leastLoss(isotropicLoss(d, n, L), L, b);
    demandInCell(floor, ceiling, (n * b.denominator) ** BigInt(2 * L), loss.cell());
    return { sentence: `the best bΣ⁻¹ has b in ${show(b)}, loss in ${show(loss.cell())}` };
  },
};

/** Trace of a product of [[a, b], [c, d]], letter B, and its transpose, letter b. */
function planeTrace([a, b, c, d]: readonly Polynomial[], gap: string): Polynomial {
  let rows = [
    [constant(1n), constant(0n)],
    [constant(0n), constant(1n)],
  ];
  for (const letter of gap) {
    const columns = letter === "B" ? [a, c, b, d] : [a, b, c, d];
    rows = rows.map(([x, y]) =>
      [0, 2].map((k) => add(multiply(x!, columns[k]!), multiply(y!, columns[k + 1]!))),
    );
  }
  return add(rows[0]![0]!, rows[1]![1]!);
}

const negative = (of: Polynomial) => multiply(of, constant(-1n));

const notIsotropic: Kind = {
  dims: [1n, 1000n],
  loops: 5n,
  check({ d, n, L }, proof) {
    const fields = proof.fields("stepSize", "denominator", "eigenvalues", "loss");
    const q = fields.denominator.integer(1n);
    // B is normal: planes [[x, y], [−y, x]] for eigenvalues x ± iy, and real eigenvalues.
    const blocks = fields.eigenvalues.list(1, 50).map((field) => {
      const { times, real, imaginary } = field.fields("times", "real", "imaginary");
      const [x, y] = [constant(real.integer()), constant(imaginary.integer(0n))];
      return { times: times.integer(1n), x, y, size: y.size === 0 ? 1n : 2n };
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
    return { sentence: `B = Σ^{1/2}AΣ^{1/2} as given has less loss than every A = bΣ⁻¹` };
  },
};

const saddleOnset: Kind = {
  dims: [2n, 1000n],
  loops: 5n,
  check({ d, n: onset, L }, proof) {
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
  },
};

const untiedOptimum: Kind = {
  dims: [1n, 1_000_000n],
  loops: 10n,
  check({ d, n, L }, proof) {
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
  },
};

/** Half the side of the cube searched; beyond it z = u/t, 0 ≤ t ≤ 1/4, some |u_i| = 1. */
const RADIUS = 4n;

const bestSymmetric: Kind = {
  dims: [2n, 4n],
  loops: 4n,
  check({ d, n, L }, proof) {
    const { stepSize, inside, above, below } = proof.fields("stepSize", "inside", "above", "below");
    const axes = Array.from({ length: Number(d) }, (_, i) => i);
    const traceOf = (gap: string) =>
      axes.reduce((sum, i) => add(sum, power(variable(i), gap.length)), constant(0n));
    const loss = lossOf({ kind: "symmetric", n: constant(n), traceOf }, 1n, L);
    const cell = stepSize.cell();
    // The loss less that at the lower end of the cell, which is no less than at b*.
    const { start } = leastLoss(isotropicLoss(d, n, L), L, cell);
    const scale = constant(cell.denominator ** BigInt(2 * L));
    const excess = add(multiply(loss, scale), constant(start), -1n);
    const last = axes.length - 1;
    const slopes = add(derivative(loss, 0), derivative(loss, last), -1n);
    const turn = algebra.dividedDifference(slopes, 0, last);
    const cube = axes.map(() => ({ lower: -RADIUS, upper: RADIUS, denominator: 1n }));
    const left = [
      shareLeft(inside.fields("tree", "left"), cube, (box) => {
        if (isUnsorted(box)) return "x";
        return signOn(excess, box) > 0 ? "v" : signOn(turn, box) === 0 ? null : "d";
      }),
    ];
    const chart = cube.map(() => ({ lower: -1n, upper: 1n, denominator: 1n }));
    chart[0] = { lower: 0n, upper: 1n, denominator: RADIUS };
    for (const [field, largest] of [[above, last] as const, [below, 0] as const]) {
      const far = inChart(excess, axes, largest, 2 * L);
      const decide = (box: readonly Side[]) =>
        isUnsorted(box.slice(1)) ? "x" : signOn(far, box) > 0 ? "v" : null;
      left.push(shareLeft(field.fields("tree", "left"), chart, decide));
    }
    return { sentence: "of all symmetric Σ^{1/2}AΣ^{1/2} only b*I has the least loss", left };
  },
};

/** Whether z₁ ≤ z₂ ≤ … can hold in the box at most on its boundary. */
function isUnsorted(box: readonly Side[]): boolean {
  return box.slice(1).some((next, i) => {
    const { lower, denominator } = box[i]!;
    return lower * next.denominator >= next.upper * denominator;
  });
}

/** t^most P(z) with z_largest = 1/t (the last) or −1/t (the first), the others u/t in order. */
function inChart(of: Polynomial, axes: number[], largest: number, most: number): Polynomial {
  return substitute(of, (key, value) => {
    const e = axes.map((i) => exponent(key, i));
    const t = most - e.reduce((sum, one) => sum + one);
    const newKey = e.toSpliced(largest, 1).reduce((sum, one, i) => sum + one * unit(i + 1), t);
    return [[newKey, largest === 0 && e[0]! % 2 === 1 ? -value : value]];
  });
}

const gradientDominance: Kind = {
  dims: [1n, 2n],
  loops: 3n,
  check({ d, n, L }, proof) {
    const fields = proof.fields("threshold", "tree", "left");
    // Up to rotation B = [[c + p, ε], [−ε, c − p]] for d = 2, and B = [c] for d = 1.
    const [c, p, e] = [variable(0), variable(1), variable(2)];
    const entries = [add(c, p), e, negative(e), add(c, p, -1n)];
    const traceOf = (gap: string) => (d === 1n ? power(c, gap.length) : planeTrace(entries, gap));
    // It is even in p and ε: a polynomial in c, p² and ε².
    const loss = substitute(
      lossOf({ kind: d === 1n ? "symmetric" : "general", n: constant(n), traceOf }, 1n, L),
      (key, value) => [[(key + exponent(key, 0)) / 2, value]],
    );
    // d‖∇ℓ‖² = (∂ℓ/∂c)² + (∂ℓ/∂p)² + (∂ℓ/∂ε)², where ∂/∂p = 2p ∂/∂p².
    const square = (axis: number) => power(derivative(loss, axis), 2);
    const steepness = [1, 2].reduce(
      (sum, axis) => add(sum, multiply(square(axis), variable(axis)), 4n),
      square(0),
    );
    const scale = n ** BigInt(2 * L);
    const least = multiply(power(loss, 2 * L - 1), constant(scale));
    const slack = add(multiply(power(steepness, L), constant((16n / d) ** BigInt(L))), least, -1n);
    const [top, bottom] = fields.threshold.fraction();
    const above = add(multiply(loss, constant(bottom)), constant(top * scale), -1n);
    const sides = [{ lower: -1n, upper: 4n, denominator: 2n }];
    const unitSide = { lower: 0n, upper: 1n, denominator: 1n };
    if (d === 2n) sides.push(unitSide, unitSide);
    const left = shareLeft(fields, sides, (box) =>
      signOn(above, box) < 0 ? "t" : signOn(slack, box) > 0 ? "g" : null,
    );
    const box = d === 1n ? "−1/2 ≤ b ≤ 2" : "−1/2 ≤ c ≤ 2, |p| ≤ 1, |ε| ≤ 1";
    const bound = `16‖∇ℓ‖² ≥ ℓ^{(2L−1)/L} where ℓ ≥ ${top}/${bottom}`;
    return { sentence: `for ${box}: ${bound} (Σ = I)`, left: [left] };
  },
};

function show({ lower, upper, denominator }: Side): string {
  const digits = denominator.toString().length - 1;
  return `[${lower}e-${digits}, ${upper}e-${digits})`;
}

export const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["isotropic-optimum-is-enclosed", isotropicOptimum],
  ["best-preconditioner-is-not-isotropic", notIsotropic],
  ["isotropic-optimum-turns-into-saddle", saddleOnset],
  ["untied-optimum-is-enclosed", untiedOptimum],
  ["best-symmetric-is-isotropic", bestSymmetric],
  ["gradient-dominates-above-threshold", gradientDominance],
]);
