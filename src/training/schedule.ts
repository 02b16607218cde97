import { ArgumentError, requireInteger, requirePositive } from "../errors.js";

/**
 * How the learning rate moves over a run, as a factor of its peak.
 *
 * Conventions.  `factor(step, steps)` for step = 0 … steps − 1; it depends on `steps` only when
 *               `usesHorizon`, so other runs may be prolonged.
 */
export interface Schedule {
  /** The text `parseSchedule` reads this schedule from. */
  readonly spec: string;
  readonly usesHorizon: boolean;
  factor(step: number, steps: number): number;
}

/** What a schedule may be written as. */
const SCHEDULE_FORMS =
  "constant, cosine, cosine:WARMUP or step:EVERY:FACTOR (whole numbers of steps, 0 < FACTOR < 1)";

/** The peak learning rate throughout. */
export function constantSchedule(): Schedule {
  return { spec: "constant", usesHorizon: false, factor: () => 1 };
}

/**
 * Half a cosine from the peak to zero, after an optional linear rise.
 *
 * Statement.    (k + 1)/(warmup + 1) for k < warmup, then ½(1 + cos(π(k − warmup)/(steps − warmup)));
 *               a warm-up that fills the run leaves no descent.
 * Source.       Loshchilov and Hutter 2017, without restarts
 */
export function cosineSchedule(warmup = 0): Schedule {
  requireInteger("cosineSchedule", "warmup", warmup, 0);
  return {
    spec: warmup === 0 ? "cosine" : `cosine:${warmup}`,
    usesHorizon: true,
    factor: (step, steps) =>
      step < warmup
        ? (step + 1) / (warmup + 1)
        : 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup))),
  };
}

/** The peak times `decay` once for every `every` steps done. */
export function stepSchedule(every: number, decay: number): Schedule {
  requireInteger("stepSchedule", "every", every);
  requirePositive("stepSchedule", "decay", decay);
  if (decay >= 1) throw new ArgumentError("stepSchedule", "decay", "below 1", decay);
  return {
    spec: `step:${every}:${decay}`,
    usesHorizon: false,
    factor: (step) => decay ** Math.floor(step / every),
  };
}

/**
 * The schedule a specification names.
 *
 * Throws.       ArgumentError when the text has none of SCHEDULE_FORMS
 * @example parseSchedule("step:200:0.5").factor(400, 1000)  // → 0.25
 */
export function parseSchedule(spec: string): Schedule {
  const refuse = (): never => {
    throw new ArgumentError("parseSchedule", "schedule", `one of ${SCHEDULE_FORMS}`, spec);
  };
  const [family, ...texts] = spec.split(":");
  const numbers = texts.map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const isCount = (value: number, minimum: number) =>
    Number.isSafeInteger(value) && value >= minimum;
  if (family === "constant" && numbers.length === 0) return constantSchedule();
  if (family === "cosine" && numbers.length === 0) return cosineSchedule();
  if (family === "cosine" && numbers.length === 1) {
    return isCount(numbers[0]!, 0) ? cosineSchedule(numbers[0]) : refuse();
  }
  if (family === "step" && numbers.length === 2) {
    const [every, decay] = numbers as [number, number];
    return isCount(every, 1) && decay > 0 && decay < 1 ? stepSchedule(every, decay) : refuse();
  }
  return refuse();
}
