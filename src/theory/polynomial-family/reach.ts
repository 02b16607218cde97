import { HypothesisError } from "../../errors.js";

/** Degree in S beyond which the exact Hankel solve would run for minutes. */
const MAXIMAL_DEGREE = 128;

/** Throws HypothesisError when a polynomial of that degree in S is out of reach. */
export function requireReachableDegree(where: string, degree: number): void {
  if (degree > MAXIMAL_DEGREE) {
    throw new HypothesisError(
      `${where}: exact solves reach degree ${MAXIMAL_DEGREE} in S, got ${degree}; sample the loss instead`,
    );
  }
}
