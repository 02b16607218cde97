import { flatten, Matrix } from "../../../numeric/matrix.js";
import {
  addTraceGradient,
  addTraceGradientTangent,
  floatTraceTangents,
} from "../../population/circuit/float-traces.js";
import { traceHessianProduct } from "../../population/circuit/trace-hessian.js";
import { type FloatBinding, factorOf } from "./float-program.js";
import {
  type LinearizedProgram,
  rowsOf,
  slopeOfLetter,
  weightedConstants,
  weightedRoots,
} from "./program-gradient.js";
import type { TraceProgram } from "./trace-program.js";

/** A matrix on a line through it: its value there and its derivative along the line. */
interface Moving {
  readonly value: Matrix;
  readonly rate: Matrix;
}

/**
 * Adds to `products` the derivative of a program's gradient along a line.
 *
 * Statement.    d/ds ∇f(factors + s·directions) at s = 0: forward over reverse, through letters, traces
 *               and circuit
 * Shapes.       `directions` and `products` name the same factors, in the factors' shapes
 */
export function addProgramHessian(
  program: TraceProgram,
  binding: FloatBinding,
  point: LinearizedProgram,
  directions: ReadonlyMap<string, Matrix>,
  products: ReadonlyMap<string, Matrix>,
): void {
  const { circuit, plan } = program;
  const { matrices, traces, values, adjoints, weights } = point;
  const { inverseN } = binding;
  const scale = binding.scale.matrix;
  const dim = scale.rows;
  const move = (name: string): Moving => movingFactor(name, binding, directions);
  const letterDirections = program.letters.flatMap((word) => {
    const { rate } = movingProduct(word.split(" ").map(move));
    return [rate, rate.transpose()].map((one) => flatten(one.mmul(scale)));
  });
  const tangents = floatTraceTangents(plan, traces, matrices, letterDirections);
  const gradientRate = traceHessianProduct(
    circuit,
    weightedRoots(program, weights),
    { traces: traces.values, values, adjoints, inverseN },
    tangents.values,
  );
  const zeros = () => matrices.map(() => new Float64Array(dim * dim));
  const [slopes, slopeRates] = [zeros(), zeros()];
  addTraceGradient(plan, traces, matrices, point.traceGradient, slopes);
  addTraceGradientTangent(
    plan,
    traces,
    tangents,
    matrices,
    letterDirections,
    point.traceGradient,
    gradientRate,
    slopeRates,
  );
  for (const [k, word] of program.letters.entries()) {
    const slope = {
      value: slopeOfLetter(slopes, k, scale),
      rate: slopeOfLetter(slopeRates, k, scale),
    };
    addProductHessian(word, move, slope, products);
  }
  for (const { word, weight } of weightedConstants(program, weights)) {
    const rows = rowsOf(word, binding);
    const slope = { value: Matrix.eye(rows).mul(weight), rate: Matrix.zeros(rows, rows) };
    addProductHessian(word, move, slope, products);
  }
}

function movingFactor(
  name: string,
  binding: FloatBinding,
  directions: ReadonlyMap<string, Matrix>,
): Moving {
  const value = factorOf(name, binding).matrix;
  const plain = directions.get(name);
  const rate =
    plain ??
    directions.get(name.slice(0, -1))?.transpose() ??
    Matrix.zeros(value.rows, value.columns);
  return { value, rate };
}

function movingProduct(factors: readonly Moving[]): Moving {
  return factors.reduce((product, factor) => ({
    value: product.value.mmul(factor.value),
    rate: product.rate.mmul(factor.value).add(product.value.mmul(factor.rate)),
  }));
}

/** The derivative of what `differentiateProgram` adds for one word. */
function addProductHessian(
  word: string,
  move: (name: string) => Moving,
  slope: Moving,
  products: ReadonlyMap<string, Matrix>,
): void {
  if (word === "") return;
  const names = word.split(" ");
  const mirrored = names.map((name) => {
    const { value, rate } = move(name);
    return { value: value.transpose(), rate: rate.transpose() };
  });
  for (const [i, name] of names.entries()) {
    const isPlain = products.has(name);
    const product = products.get(isPlain ? name : name.slice(0, -1));
    if (product === undefined) continue;
    const before = mirrored.slice(0, i).reverse();
    const after = mirrored.slice(i + 1).reverse();
    const { rate } = movingProduct([...before, slope, ...after]);
    product.add(isPlain ? rate : rate.transpose());
  }
}
