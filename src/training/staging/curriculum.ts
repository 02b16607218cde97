import { ArgumentError, requireInteger } from "../../errors.js";

/**
 * How a whole number, such as the context length, moves over a run.
 *
 * Conventions.  steps count from 0
 */
export interface Curriculum {
  /** The text `parseCurriculum` reads this curriculum from. */
  readonly spec: string;
  /** The first step from which on the value is the last one. */
  readonly settledFrom: number;
  readonly last: number;
  at(step: number): number;
}

/** What a curriculum may be written as. */
const CURRICULUM_FORMS =
  "FROM:TO:STEPS (a linear ramp, e.g. 5:20:2000) or stages VALUE@STEP,… from step 0 on (e.g. 5@0,20@500)";

/** One value throughout. */
export function constantCurriculum(value: number): Curriculum {
  return { spec: `${value}`, settledFrom: 0, last: value, at: () => value };
}

/**
 * A linear ramp from one value to another, then that one.
 *
 * Statement.    round(from + (to − from)·step/steps) for step < steps, to afterwards
 * Throws.       ArgumentError unless from, to and steps are positive integers
 */
export function rampCurriculum(from: number, to: number, steps: number): Curriculum {
  const where = "rampCurriculum";
  for (const [name, value] of Object.entries({ from, to, steps })) {
    requireInteger(where, name, value);
  }
  return {
    spec: `${from}:${to}:${steps}`,
    settledFrom: steps,
    last: to,
    at: (step) => (step < steps ? Math.round(from + ((to - from) * step) / steps) : to),
  };
}

/**
 * Values that hold from a step on.
 *
 * Throws.       ArgumentError unless the first stage begins at step 0, the steps rise and all values are
 *               positive integers
 */
export function stagedCurriculum(
  stages: readonly { readonly value: number; readonly fromStep: number }[],
): Curriculum {
  const where = "stagedCurriculum";
  stages.forEach(({ value, fromStep }, i) => {
    requireInteger(where, `stages[${i}].value`, value);
    requireInteger(where, `stages[${i}].fromStep`, fromStep, 0);
    if (i > 0 && fromStep <= stages[i - 1]!.fromStep) {
      throw new ArgumentError(where, `stages[${i}].fromStep`, "above the one before it", fromStep);
    }
  });
  if (stages[0]?.fromStep !== 0) {
    throw new ArgumentError(where, "stages", "begun at step 0", stages[0]?.fromStep);
  }
  const final = stages.at(-1)!;
  return {
    spec: stages.map(({ value, fromStep }) => `${value}@${fromStep}`).join(","),
    settledFrom: final.fromStep,
    last: final.value,
    at: (step) => stages.findLast(({ fromStep }) => fromStep <= step)!.value,
  };
}

/**
 * The curriculum a specification names.
 *
 * Throws.       ArgumentError when the text has none of CURRICULUM_FORMS
 * @example parseCurriculum("5:20:100").at(50)  // → 13
 */
export function parseCurriculum(spec: string): Curriculum {
  const ramp = /^(\d+):(\d+):(\d+)$/.exec(spec);
  if (ramp !== null) return rampCurriculum(Number(ramp[1]), Number(ramp[2]), Number(ramp[3]));
  if (/^\d+@\d+(,\d+@\d+)*$/.test(spec)) {
    return stagedCurriculum(
      spec.split(",").map((stage) => {
        const [value, fromStep] = stage.split("@").map(Number) as [number, number];
        return { value, fromStep };
      }),
    );
  }
  throw new ArgumentError("parseCurriculum", "curriculum", `one of ${CURRICULUM_FORMS}`, spec);
}
