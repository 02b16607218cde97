import { ArgumentError } from "../errors.js";
import { adam } from "./adam.js";
import { adamW } from "./adam-w.js";
import type { Optimizer } from "./optimizer.js";
import { sgd } from "./sgd.js";

/** What an optimiser may be written as. */
export const OPTIMIZER_FORMS =
  "adam, adam:BETA1:BETA2, adamw:DECAY, sgd, sgd:MOMENTUM or nesterov:MOMENTUM (BETA1, BETA2 and MOMENTUM in (0, 1), DECAY > 0)";

/**
 * The optimiser a specification names.
 *
 * Throws.       ArgumentError when the text has none of OPTIMIZER_FORMS
 * @example parseOptimizer("sgd:0.9").spec  // → "sgd:0.9"
 */
export function parseOptimizer(spec: string): Optimizer {
  const [family, ...parameters] = spec.split(":");
  const parameter = parameters.length === 1 ? readNumber(parameters[0]!) : undefined;
  const isFraction = parameter !== undefined && parameter > 0 && parameter < 1;
  if (spec === "adam") return adam();
  if (family === "adam" && parameters.length === 2) {
    const [firstDecay, secondDecay] = parameters.map(readNumber);
    const areFractions = [firstDecay, secondDecay].every(
      (decay) => decay !== undefined && decay > 0 && decay < 1,
    );
    if (areFractions) return adam({ firstDecay: firstDecay!, secondDecay: secondDecay! });
  }
  if (spec === "sgd") return sgd();
  if (family === "adamw" && parameter !== undefined && parameter > 0) return adamW(parameter);
  if (family === "sgd" && isFraction) return sgd({ momentum: parameter });
  if (family === "nesterov" && isFraction) return sgd({ momentum: parameter, nesterov: true });
  throw new ArgumentError("parseOptimizer", "optimizer", `one of ${OPTIMIZER_FORMS}`, spec);
}

function readNumber(text: string): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
