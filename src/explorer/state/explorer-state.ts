/** The parts of the page that have a link and code of their own. */
export const VIEWS = ["optimum", "loops", "context", "landscape", "bound", "best"] as const;

export type View = (typeof VIEWS)[number];

/** All that the explorer's pictures and numbers depend on. */
export interface ExplorerState {
  readonly dim: number;
  /** Of any size. */
  readonly contextLength: bigint;
  readonly loops: number;
  readonly noiseVariance: number;
  /** Σ by its spectrum: identity, condition:10, ar1:0.5 or diag:1,1,0.25, as the command line reads it. */
  readonly covariance: string;
  /** Ω: Σ⁻¹ or I. */
  readonly taskPrior: "inverse" | "identity";
  /** Of the search over all matrices. */
  readonly seed: number;
  /** The part of the page that a link leads to. */
  readonly view: View;
}

export const DEFAULT_STATE: ExplorerState = {
  dim: 10,
  contextLength: 20n,
  loops: 5,
  noiseVariance: 0,
  covariance: "identity",
  taskPrior: "inverse",
  seed: 0,
  view: "optimum",
};

/** What the page takes; the engine and the command line take more. */
export const LIMITS = { dim: 200, contextDigits: 60, loops: 16, noise: 1e6 } as const;
