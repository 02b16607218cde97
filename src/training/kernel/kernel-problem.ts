import { requireInteger } from "../../errors.js";
import type { LayerFamily } from "../../model/weights.js";

/** Number format of the kernel's arithmetic: two or four prompts per vector instruction. */
export type KernelElement = "float64" | "float32";

/**
 * What a kernel computes: the shape of a model and the arithmetic it is evaluated in.
 *
 * Conventions.  a block of `layers` layers applied `loops` times; the conditional estimator integrates
 *               task and query out and exists for the restricted family alone
 */
export interface KernelProblem {
  readonly family: LayerFamily;
  readonly estimator: "plain" | "conditional";
  readonly dim: number;
  readonly layers: number;
  readonly loops: number;
  readonly element: KernelElement;
}

/** Number of packed parameters; per layer P, Q (full), A, u (restricted) or C, u, A (GD++), row-major. */
export function kernelParameterCount({ family, dim, layers }: KernelProblem): number {
  switch (family) {
    case "full":
      return layers * 2 * (dim + 1) ** 2;
    case "restricted":
      return layers * (dim * dim + dim);
    case "gd++":
      return layers * (2 * dim * dim + dim);
  }
}

/** Throws an ArgumentError unless every size is a positive integer. */
export function requireKernelProblem(where: string, problem: KernelProblem): void {
  requireInteger(where, "dim", problem.dim);
  requireInteger(where, "layers", problem.layers);
  requireInteger(where, "loops", problem.loops);
}
