/**
 * How a model is trained unless told otherwise: Adam, a cosine to zero, these.
 *
 * From experiment, not from first principles. Restricted, d = 10, n = 20, seed 0, excess over the
 * isotropic optimum (exact in w and x_q, over 20 000 draws of the context): 600 steps leave 0.26 % for
 * L = 2, identity; 500 leave 0.28 and 0.23 % (L = 1, identity and condition 10), 0.42 and 0.29 %
 * (L = 2); 600 leave 0.6 ± 0.3 % for L = 5, identity. What is left is noise of the batches: 800 steps of
 * 1024 at a rate of 0.05 leave 0.06 ± 0.05 % (L = 2, condition 10). A rate of 0.05 does as
 * well for L = 2, but ends 25 % off for L = 5, where rare prompts have huge gradients. Full models
 * come further at 0.01 than at 0.05 (L = 2); with five loops they diverge at 0.01 even when clipped.
 */
export const TRAINING_DEFAULTS = {
  steps: 600,
  batch: 512,
  learningRate: { restricted: 0.03, "gd++": 0.01, full: 0.01 },
} as const;
