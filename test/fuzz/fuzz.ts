import { LoopgdError } from "../../src/errors.js";
import type { Stream } from "../../src/random/stream.js";
import { mutate } from "./mutate.js";

/** Something that reads bytes from outside: it may refuse them, by a LoopgdError, and nothing else. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs to start from, sound ones and found ones. */
  readonly corpus: readonly Uint8Array[];
  /** Reads at once, or promises to. */
  read(bytes: Uint8Array): unknown;
}

/** Milliseconds of the processor that one input may take: those on a clock depend on who else runs. */
const LONGEST = 2000;

/** Mutants kept as starts for others, since they got further than their parents. */
const MOST_KEPT = 500;

/**
 * Reads the corpus and `count` mutants of it.
 *
 * Statement.    throws at the first input that ends in another error than a LoopgdError, or takes longer
 *               than LONGEST; the message holds the input in base64. Mutants that a target accepts, or
 *               refuses by a message of a new kind, join the starts.
 */
export async function fuzz(
  { name, corpus, read }: FuzzTarget,
  count: number,
  stream: Stream,
): Promise<void> {
  const starts = [...corpus];
  const kinds = new Set<string>();
  for (const input of corpus) await readOne(name, read, input);
  for (let i = 0; i < count; i++) {
    const own = stream.split(i);
    const input = mutate(
      starts[own.integer(starts.length)]!,
      starts[own.integer(starts.length)]!,
      own,
    );
    const kind = await readOne(name, read, input);
    if (starts.length < corpus.length + MOST_KEPT && !kinds.has(kind)) {
      kinds.add(kind);
      starts.push(input);
    }
  }
}

/** How the reading ended: "accepted", or the refusal without its numbers and quotes. */
async function readOne(
  name: string,
  read: (bytes: Uint8Array) => unknown,
  input: Uint8Array,
): Promise<string> {
  const started = process.cpuUsage();
  let ending = "accepted";
  try {
    await read(input);
  } catch (error) {
    if (!(error instanceof LoopgdError)) {
      throw new Error(`${name} crashed on ${encode(input)}`, { cause: error });
    }
    ending = error.message.replace(/"[^"]*"|[\d.e+-]+/g, "#").slice(0, 120);
  }
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  if (milliseconds > LONGEST) {
    throw new Error(`${name} took ${milliseconds.toFixed(0)} ms on ${encode(input)}`);
  }
  return ending;
}

function encode(input: Uint8Array): string {
  return `base64 ${Buffer.from(input).toString("base64")}`;
}
