import { ArgumentError } from "../../errors.js";

/** Settings of mathjs' adaptive Dormand–Prince method. */
export interface OdeOptions {
  /** Bound on the error estimate of a step per unit of time, in the greatest component. */
  readonly tol: number;
  readonly maxIter: number;
}

/** mathjs' solveODE for states of one number type. */
export type OdeSolver<Scalar> = (
  derivative: (time: Scalar, state: Scalar[]) => Scalar[],
  span: [Scalar, Scalar],
  start: Scalar[],
  options: OdeOptions,
) => { t: Scalar[]; y: Scalar[][] };

/** What a flow needs of a decimal number; mathjs' BigNumber has it. */
export interface Decimal {
  toString(): string;
  toNumber(): number;
  times(factor: Decimal): Decimal;
}

/** A solver in decimals of a stated precision, and their constructor. */
export interface DecimalOdeSolver {
  readonly solve: OdeSolver<Decimal>;
  decimal(digits: string): Decimal;
}

/** mathjs' solveODE on doubles; the import takes about a second and happens once. */
export async function loadOdeSolver(): Promise<OdeSolver<number>> {
  const { create, createSolveODE, dependencies } = await pickDependencies();
  return createSolveODE(create(dependencies, {})) as OdeSolver<number>;
}

/**
 * mathjs' solveODE on decimals of `digits` significant digits.
 *
 * Accuracy.     that of the method at any tolerance above 10^−digits. mathjs itself stops at 1e−16,
 *               because its Runge–Kutta coefficients are doubles such as 0.3333333333333333: here the
 *               fractions behind them are given in full
 */
export async function loadDecimalOdeSolver(digits: number): Promise<DecimalOdeSolver> {
  const { create, createSolveODE, dependencies } = await pickDependencies();
  const math = create(dependencies, { precision: digits });
  const { bignumber } = math;
  const exactly = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(exactly);
    if (typeof value !== "number") return bignumber(value);
    const fraction = smallFraction(value);
    if (fraction === null) return bignumber(value);
    return math.divide(bignumber(fraction.numerator), bignumber(fraction.denominator));
  };
  return {
    solve: createSolveODE({ ...math, bignumber: exactly }) as OdeSolver<Decimal>,
    decimal: (text) => bignumber(text) as Decimal,
  };
}

/** The fraction of denominator below a million whose nearest double this is, by continued fractions. */
export function smallFraction(value: number): { numerator: number; denominator: number } | null {
  if (!Number.isFinite(value)) throw new ArgumentError("smallFraction", "value", "finite", value);
  let rest = Math.abs(value);
  let [lastNumerator, numerator] = [0, 1];
  let [lastDenominator, denominator] = [1, 0];
  for (;;) {
    const digit = Math.floor(rest);
    [lastNumerator, numerator] = [numerator, digit * numerator + lastNumerator];
    [lastDenominator, denominator] = [denominator, digit * denominator + lastDenominator];
    if (denominator >= 1e6 || numerator >= 2 ** 53) return null;
    if (numerator / denominator === Math.abs(value)) {
      return { numerator: Math.sign(value) * numerator, denominator };
    }
    rest = 1 / (rest - digit);
    if (!Number.isFinite(rest)) return null;
  }
}

type MathScope = Record<string, (...values: unknown[]) => unknown> & {
  bignumber(value: unknown): unknown;
  divide(a: unknown, b: unknown): unknown;
};

/** The part of mathjs that its published types leave out. */
interface UntypedMath {
  create(dependencies: object, config: object): MathScope;
  createSolveODE(scope: object): unknown;
}

/** The functions solveODE is made of: mathjs' dependency list, by name. */
const REQUIRED = [
  "typed",
  "add",
  "subtract",
  "multiply",
  "divide",
  "max",
  "map",
  "abs",
  "isPositive",
  "isNegative",
  "larger",
  "smaller",
  "matrix",
  "bignumber",
  "unaryMinus",
];

async function pickDependencies(): Promise<UntypedMath & { dependencies: object }> {
  const mathjs: Record<string, unknown> = await import("mathjs");
  const { create, createSolveODE } = mathjs as unknown as UntypedMath;
  const dependencies = Object.fromEntries(
    REQUIRED.map((name) => [`${name}Dependencies`, mathjs[`${name}Dependencies`]]),
  );
  return { create, createSolveODE, dependencies };
}
