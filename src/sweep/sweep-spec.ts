import type { Axis } from "./axis.js";
import type { OptimumField } from "./computation/optimum.js";

/** One thing to do at every point. */
export type ComputationSpec =
  | { readonly kind: "optimum"; readonly fields: readonly OptimumField[] }
  | { readonly kind: "claims"; readonly ids: readonly string[] }
  | { readonly kind: "train" }
  | { readonly kind: "compare" | "identify"; readonly weights: string };

/** A straight line through logarithms, asked of a sweep's results. */
export interface FitSpec {
  readonly x: string;
  readonly y: string;
  /** Axes over which one line each is fitted; default: every axis but x. */
  readonly by?: readonly string[];
}

/** A heat map, asked of a sweep's results. */
export interface MapSpec {
  readonly x: string;
  readonly y: string;
  readonly value: string;
}

/** A sweep file, read and checked: plain values only, fit to be sent to a thread. */
export interface SweepSpec {
  readonly name: string;
  readonly seed: number;
  readonly axes: readonly Axis[];
  readonly where: readonly string[];
  readonly compute: readonly ComputationSpec[];
  /** Result columns to keep; undefined: all. */
  readonly keep?: readonly string[];
  readonly limits: {
    /** Seconds a point may take. */
    readonly seconds?: number;
    /** MiB of heap a thread may take. */
    readonly memory?: number;
  };
  readonly maps: readonly MapSpec[];
  readonly fits: readonly FitSpec[];
}
