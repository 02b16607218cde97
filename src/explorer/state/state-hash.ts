import { DEFAULT_STATE, type ExplorerState } from "./explorer-state.js";
import { conflictIn, type FieldName, readField } from "./read-field.js";

/**
 * The state as the fragment of a link, without its "#".
 *
 * @example stateToHash({ ...DEFAULT_STATE, contextLength: 10n ** 30n })  // → "d=10&n=1e30&L=5"
 */
export function stateToHash(state: ExplorerState): string {
  const all: [FieldName, string][] = [
    ["d", String(state.dim)],
    ["n", contextText(state.contextLength)],
    ["L", String(state.loops)],
  ];
  if (state.noiseVariance !== 0) all.push(["noise", String(state.noiseVariance)]);
  if (state.covariance !== "identity") all.push(["covariance", state.covariance]);
  if (state.taskPrior !== "inverse") all.push(["prior", state.taskPrior]);
  if (state.seed !== 0) all.push(["seed", String(state.seed)]);
  if (state.view !== "optimum") all.push(["view", state.view]);
  return all.map(([name, value]) => `${name}=${escaped(value)}`).join("&");
}

/** The state that a fragment names; what it does not name, or names badly, has its default. */
export function stateFromHash(hash: string): {
  readonly state: ExplorerState;
  /** One sentence for each part that could not be read. */
  readonly complaints: readonly string[];
} {
  let state = DEFAULT_STATE;
  const complaints: string[] = [];
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (!isFieldName(name)) {
      complaints.push(`The link names “${name}”, which is nothing here.`);
      continue;
    }
    const reading = readField(name, text);
    if ("change" in reading) state = { ...state, ...reading.change };
    else complaints.push(reading.message);
  }
  const conflict = conflictIn(state);
  if (conflict === null) return { state, complaints };
  return {
    state: { ...state, covariance: DEFAULT_STATE.covariance },
    complaints: [...complaints, conflict.message],
  };
}

/** A context length that is read back exactly: "20", "1e30", "12345678901". */
export function contextText(contextLength: bigint): string {
  const digits = contextLength.toString();
  const mantissa = digits.replace(/0+$/, "");
  const zeros = digits.length - mantissa.length;
  return zeros >= 5 ? `${mantissa}e${zeros}` : digits;
}

function isFieldName(name: string): name is FieldName {
  return ["d", "n", "L", "noise", "covariance", "prior", "seed", "view"].includes(name);
}

/** Percent-encoded, but for the marks that fragments may hold and people like to read. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",");
}
