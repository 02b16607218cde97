import { ArgumentError } from "../../errors.js";
import type { CliIo } from "../io.js";

/** The options of `loopgd figure` that say what is drawn. */
export interface FigureOptions {
  readonly dim?: number;
  readonly context?: bigint;
  readonly loops?: number;
  readonly decades?: number;
  readonly run?: string;
}

export type FigureOption = keyof FigureOptions;

/** What a figure is drawn from: its options with the defaults filled in. */
export interface FigureSettings {
  readonly dim: number;
  readonly context: bigint;
  readonly loops: number;
  readonly decades: number;
  readonly run: string | undefined;
  readonly seed: number;
  readonly io: CliIo;
}

/**
 * A context length as a double, for models that are trained.
 *
 * Throws.       ArgumentError beyond what a double counts exactly
 */
export function countedContext({ context }: FigureSettings): number {
  if (context <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(context);
  throw new ArgumentError("figure", "--context", "below 2⁵³ for a figure that trains", context);
}
