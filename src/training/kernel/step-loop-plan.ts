/** Where the loop over whole steps finds what chunks do not need; vectors are padded to 16 bytes. */
export interface StepLoopPlan {
  readonly loop: number;
  readonly adam: number;
  readonly first: number;
  readonly second: number;
  readonly average: number;
  readonly gradient: number;
  readonly before: number;
  readonly rows: number;
}

/** The most steps of one call: few enough that an interruption is heard soon. */
export const BLOCK_STEPS = 256;

// Of StepLoop and AdamStep in kernel/steps.ts and kernel/adam.ts.
const [LOOP_BYTES, ADAM_BYTES] = [144, 56] as const;
/** Numbers of 8 bytes in a StepRow of kernel/steps.ts. */
export const ROW_NUMBERS = 9;

/** Takes room for the loop over whole steps. */
export function planStepLoop(
  take: (bytes: number) => number,
  parameterCount: number,
): StepLoopPlan {
  const vector = () => take(8 * (parameterCount + 1));
  return {
    loop: take(LOOP_BYTES),
    adam: take(ADAM_BYTES),
    first: vector(),
    second: vector(),
    average: vector(),
    gradient: vector(),
    before: vector(),
    rows: take(8 * ROW_NUMBERS * BLOCK_STEPS),
  };
}
