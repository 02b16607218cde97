import type { ModelShape } from "../../model/model-shape.js";

/** Number format of the kernel's arithmetic: two or four prompts per vector instruction. */
export type KernelElement = "float64" | "float32";

/**
 * What a kernel computes: the shape of a model and the arithmetic it is evaluated in.
 *
 * Conventions.  the conditional estimator integrates task and query out; it exists for the restricted
 *               family alone
 */
export interface KernelProblem extends ModelShape {
  readonly estimator: "plain" | "conditional";
  readonly element: KernelElement;
}
