import { ArgumentError } from "../../errors.js";
import type { KernelObjectiveOptions } from "../kernel-objective.js";
import { TRAINING_DEFAULTS } from "../training-defaults.js";
import type { Engine } from "./engine.js";

/** How losses are estimated, and by what. */
export interface EngineOptions
  extends Partial<
    Omit<KernelObjectiveOptions, "shape" | "distribution" | "prompts" | "lossWeights">
  > {
  /**
   * "kernel": the fused kernel; "tfjs": TensorFlow.js; or one of your own, such as `populationEngine`,
   * which takes none of the other options. Default: the kernel, unless a backend is named.
   */
  readonly engine?: "kernel" | "tfjs" | Engine;
  /** ω of Σ_t ω_t (ŷ_t − y)², one per loop; default: the last loop alone. */
  readonly lossWeights?: readonly number[];
  /** A TensorFlow.js backend by name; default: the first that works. */
  readonly backend?: string;
}

/** Options that only one engine has. */
const ONLY_KERNEL = ["estimator", "positions", "precision", "workers"] as const;
const ONLY_TFJS = ["backend"] as const;
const ALL = [...ONLY_KERNEL, ...ONLY_TFJS, "batch", "lossWeights"] as const;

/**
 * The engine that options ask for, loaded.
 *
 * Throws.       ArgumentError when an option is given that the engine does not have, or a backend is not
 *               usable
 */
export async function chooseEngine(options: EngineOptions): Promise<Engine> {
  const { backend, batch = TRAINING_DEFAULTS.batch, lossWeights } = options;
  const engine = options.engine ?? (backend === undefined ? "kernel" : "tfjs");
  const shared = { batch, ...(lossWeights !== undefined && { lossWeights }) };
  if (typeof engine === "object") {
    refuse(options, ALL, `"${engine.name}"`);
    return engine;
  }
  if (engine === "tfjs") {
    refuse(options, ONLY_KERNEL, engine);
    // TensorFlow.js is loaded by those who train with it, not by everyone who imports the package.
    const { tensorflowEngine } = await import("./tensorflow-engine.js");
    return tensorflowEngine({ ...shared, ...(backend !== undefined && { backend }) });
  }
  if (engine !== "kernel") {
    throw new ArgumentError("trainInContext", "engine", '"kernel", "tfjs" or an engine', engine);
  }
  refuse(options, ONLY_TFJS, engine);
  const { kernelEngine } = await import("./kernel-engine.js");
  const { estimator, positions, precision, workers } = options;
  return kernelEngine({
    ...shared,
    ...(estimator !== undefined && { estimator }),
    ...(positions !== undefined && { positions }),
    ...(precision !== undefined && { precision }),
    ...(workers !== undefined && { workers }),
  });
}

/** Whether the losses of these options are E(ŷ − y_q)² after the last loop, as references are. */
export function estimatesPlainLoss({ lossWeights, positions }: EngineOptions): boolean {
  const isLastLoop =
    lossWeights === undefined ||
    lossWeights.every((weight, t) => weight === (t === lossWeights.length - 1 ? 1 : 0));
  return isLastLoop && positions !== "all";
}

function refuse(
  options: EngineOptions,
  names: readonly (keyof EngineOptions)[],
  engine: string,
): void {
  const name = names.find((candidate) => options[candidate] !== undefined);
  if (name === undefined) return;
  const requirement = `absent with engine ${engine}, which has no such option`;
  throw new ArgumentError("trainInContext", name, requirement, options[name]);
}
