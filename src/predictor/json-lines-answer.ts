import { LoopgdError } from "../errors.js";
import { PredictorFailure } from "./predictor.js";

/** A program's own word that it cannot answer a question. */
class PredictionRefused extends LoopgdError {}

/**
 * The predictions in a line that a program answered.
 *
 * Throws.       PredictorFailure for a line that is no answer to question `id`; another LoopgdError where
 *               the program says that it cannot answer
 */
export function readAnswer(line: string, id: number, name: string): number | number[] {
  const refuse = (what: string): never => {
    throw new PredictorFailure(`${name} answered ${what}: ${line.slice(0, 200)}`);
  };
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    return refuse("what is no JSON");
  }
  if (typeof answer !== "object" || answer === null) return refuse("no JSON object");
  const { id: answered, predictions, prediction, error } = answer as Record<string, unknown>;
  if (answered !== id) return refuse(`another question than ${id}`);
  if (error !== undefined) throw new PredictionRefused(String(error));
  if (typeof prediction === "number") return prediction;
  if (Array.isArray(predictions)) return predictions as number[];
  return refuse("without predictions");
}
