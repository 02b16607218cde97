import { ArgumentError, LoopgdError } from "../../errors.js";
import { covarianceSpectrum } from "./covariance-spectrum.js";
import { type ExplorerState, LIMITS, VIEWS } from "./explorer-state.js";

/** The fields of the state, by the names that links use. */
export type FieldName = keyof typeof READERS;

/** A field's text as part of a state, or why it cannot be. */
export type FieldReading =
  | { readonly change: Partial<ExplorerState> }
  | { readonly message: string };

/** Reads typed text. A message is a sentence for the person who typed it. */
export function readField(name: FieldName, text: string): FieldReading {
  return READERS[name](text.trim());
}

/** Why a state cannot be explored although each of its fields can be read, by field; else null. */
export function conflictIn(state: ExplorerState): { field: FieldName; message: string } | null {
  try {
    covarianceSpectrum(state.covariance, state.dim);
    return null;
  } catch (error) {
    if (!(error instanceof LoopgdError)) throw error;
    const { message } = error;
    return { field: "covariance", message: sentence(message.slice(message.indexOf(": ") + 2)) };
  }
}

const READERS = {
  d: (text: string) => integerField(text, LIMITS.dim, 1, (dim) => ({ dim }), `The dimension is`),
  n: readContextLength,
  L: (text: string) =>
    integerField(text, LIMITS.loops, 1, (loops) => ({ loops }), "The number of loops is"),
  noise: readNoise,
  covariance: (text: string): FieldReading => {
    try {
      // The count of a list is checked against the dimension when the whole state is.
      const count = text.startsWith("diag:") ? text.split(",").length : 2;
      covarianceSpectrum(text, count);
      return { change: { covariance: text } };
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      const { message } = error;
      return { message: sentence(message.slice(message.indexOf(": ") + 2)) };
    }
  },
  prior: (text: string): FieldReading =>
    text === "inverse" || text === "identity"
      ? { change: { taskPrior: text } }
      : { message: "The task prior is “inverse” or “identity”." },
  seed: (text: string) =>
    integerField(text, Number.MAX_SAFE_INTEGER, 0, (seed) => ({ seed }), "The seed is"),
  view: (text: string): FieldReading => {
    const view = VIEWS.find((candidate) => candidate === text);
    return view ? { change: { view } } : { message: `The view is one of ${VIEWS.join(", ")}.` };
  },
} as const;

function integerField(
  text: string,
  most: number,
  least: number,
  change: (value: number) => Partial<ExplorerState>,
  subject: string,
): FieldReading {
  const value = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && Number.isSafeInteger(value)) {
    return { change: change(value) };
  }
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return { message: `${subject} a whole number ${range}.` };
}

/** 20, 1000000, 1e30, 2.5e6, 10^30: the integer itself, never rounded. */
function readContextLength(text: string): FieldReading {
  const message = `The context length is a whole number from 1 to 10^${LIMITS.contextDigits}: 20, 1e30 or 10^30.`;
  const power = /^10\^(\d{1,3})$/.exec(text);
  const plain = power === null ? text : `1e${power[1]}`;
  const match = /^\+?(\d{1,80})(?:\.(\d{1,80}))?(?:[eE]\+?(\d{1,3}))?$/.exec(plain);
  if (match === null) return { message };
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent) - fraction.length;
  if (shift < 0 || shift > LIMITS.contextDigits) return { message };
  const contextLength = BigInt(whole + fraction) * 10n ** BigInt(shift);
  const isInRange = contextLength >= 1n && contextLength <= 10n ** BigInt(LIMITS.contextDigits);
  return isInRange ? { change: { contextLength } } : { message };
}

function readNoise(text: string): FieldReading {
  const value = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= LIMITS.noise
    ? { change: { noiseVariance: value } }
    : { message: `The noise variance is a number from 0 to ${LIMITS.noise}.` };
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
