import { type Side, signOn } from "./bernstein.js";
import type { Field } from "./field.js";
import { type Block, isotropicLoss, lossOf } from "./loss.js";
import { leastLoss, type Proof, type Setting } from "./optima.js";
import * as algebra from "./polynomial.js";
import { shareLeft } from "./tree.js";

const { add, constant, derivative, exponent, multiply, power, times, unit, variable } = algebra;

/** Half the side of the cube searched; beyond it z = u/t, 0 ≤ t ≤ 1/4, some |u_i| = 1. */
const RADIUS = 4n;

export function bestSymmetric({ d, n, L }: Setting, proof: Field): Proof {
  const { stepSize, inside, above, below } = proof.fields("stepSize", "inside", "above", "below");
  const axes = Array.from({ length: Number(d) }, (_, i) => i);
  const eigenvalues = axes.map((i): Block => [1n, [[variable(i)]]]);
  const loss = lossOf("symmetric", eigenvalues, constant(n), 1n, L);
  const cell = stepSize.cell();
  // The loss less that at the lower end of the cell, which is no less than at b*.
  const { start } = leastLoss(isotropicLoss(d, n, L), L, cell);
  const excess = add(times(loss, cell.denominator ** BigInt(2 * L)), constant(start), -1n);
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
}

/** Whether z₁ ≤ z₂ ≤ … can hold in the box at most on its boundary. */
function isUnsorted(box: readonly Side[]): boolean {
  const isBefore = (a: Side, b: Side) => b.lower * a.denominator < a.upper * b.denominator;
  return box.slice(1).some((next, i) => !isBefore(next, box[i]!));
}

/** t^most P(z) with z_largest = 1/t (the last) or −1/t (the first), the others u/t in order. */
function inChart(of: algebra.Polynomial, axes: number[], largest: number, most: number) {
  return algebra.substitute(of, (key, value) => {
    const e = axes.map((i) => exponent(key, i));
    const t = most - e.reduce((sum, one) => sum + one);
    const newKey = e.toSpliced(largest, 1).reduce((sum, one, i) => sum + one * unit(i + 1), t);
    return [[newKey, largest === 0 && e[0]! % 2 === 1 ? -value : value]];
  });
}

export function gradientDominance({ d, n, L }: Setting, proof: Field): Proof {
  const fields = proof.fields("stepSize", "tree", "left");
  const cell = fields.stepSize.cell();
  const { start } = leastLoss(isotropicLoss(d, n, L), L, cell);
  // Up to rotation B = [[c + p, ε], [−ε, c − p]] for d = 2, and B = [c] for d = 1.
  const [c, p, e] = [variable(0), variable(1), variable(2)];
  const rows =
    d === 1n
      ? [[c]]
      : [
          [add(c, p), e],
          [times(e, -1n), add(c, p, -1n)],
        ];
  const whole = lossOf("general", [[1n, rows]], constant(n), 1n, L);
  // It is even in p and ε: a polynomial in c, p² and ε².
  const loss = algebra.substitute(whole, (key, value) => [[(key + exponent(key, 0)) / 2, value]]);
  // d‖∇ℓ‖² = (∂ℓ/∂c)² + (∂ℓ/∂p)² + (∂ℓ/∂ε)², where ∂/∂p = 2p ∂/∂p².
  const square = (axis: number) => power(derivative(loss, axis), 2);
  const steepness = add(square(0), add(multiply(square(1), p), multiply(square(2), e)), 4n);
  const dominance = times(power(steepness, L), (16n / d) ** BigInt(L));
  const slack = add(dominance, power(loss, 2 * L - 1), -(n ** BigInt(2 * L)));
  // The threshold is 3/2 of the loss at the lower end of the cell.
  const above = times(loss, 2n * cell.denominator ** BigInt(2 * L));
  const excess = add(above, constant(-3n * start));
  const squares = { lower: 0n, upper: 1n, denominator: 1n };
  const box = [{ lower: -1n, upper: 4n, denominator: 2n }, squares, squares];
  const left = shareLeft(fields, box.slice(0, d === 1n ? 1 : 3), (part) =>
    signOn(excess, part) < 0 ? "t" : signOn(slack, part) > 0 ? "g" : null,
  );
  const where = d === 1n ? "−1/2 ≤ b ≤ 2" : "−1/2 ≤ c ≤ 2, |p| ≤ 1, |ε| ≤ 1";
  const bound = `16‖∇ℓ‖² ≥ ℓ^{(2L−1)/L} where ℓ ≥ 3/2 ℓ(bI), b = ${cell.lower}/${cell.denominator}`;
  return { sentence: `for ${where}: ${bound}`, left: [left] };
}
