import fc from "fast-check";
import type { Matrix } from "../numeric/matrix.js";

/** Makes fast-check show `text` for a value of a class it cannot print. */
export function printedAs<Value extends object>(value: Value, text: string): Value {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text });
}

/** A matrix that fast-check prints by rows. */
export function printed(matrix: Matrix): Matrix {
  return printedAs(matrix, JSON.stringify(matrix.to2DArray()));
}
