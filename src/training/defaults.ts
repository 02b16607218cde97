/**
 * Default hyper-parameters of `trainModel`.
 *
 * From experiment, not from first principles: TABLE
 */
export const DEFAULT_STEPS = 500;

/** Prompts a step. */
export const DEFAULT_BATCH = 512;

/** Peak learning rate. */
export const DEFAULT_LEARNING_RATE = 0.05;
