import * as tf from "@tensorflow/tfjs-core";
import { ArgumentError, Description } from "../errors.js";

/** TensorFlow.js backends in the order they are tried. */
const BACKEND_NAMES = ["tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];

/** The one version of the native packages that matches the tfjs-core loopgd ships with. */
const NATIVE_VERSION = "4.22.0";

/** The backend that runs, and why those before it in the order do not. */
export interface SelectedBackend {
  readonly name: BackendName;
  /** "gpu" only when TensorFlow says that it computes on one. */
  readonly device: "gpu" | "cpu";
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** Loads a package by name; rejects when it is absent or fails. */
export type ModuleLoader = (specifier: string) => Promise<unknown>;

/**
 * Makes the first usable TensorFlow.js backend the active one of this process, or the requested one.
 *
 * Statement.    tried in the order of BACKEND_NAMES; a native package is passed over when Node is too
 *               new for it, it is not installed, of another version, or fails to load.
 * @param options.requested    default: the first that works
 * @param options.load         default: `import()`; tests give a loader with a module path of its own
 * @param options.nodeVersion  default: that of this process
 * Throws.       ArgumentError, saying what to install, when the requested backend is unknown or
 *               unusable, or tfjs-node-gpu was requested and TensorFlow finds no GPU
 * @example (await selectBackend({ requested: "wasm" })).name  // → "wasm"
 */
export async function selectBackend(
  options: {
    readonly requested?: string;
    readonly load?: ModuleLoader;
    readonly nodeVersion?: string;
  } = {},
): Promise<SelectedBackend> {
  const { requested, load = importModule, nodeVersion = process.versions.node } = options;
  // Without it the cpu backend prints a banner that recommends the native packages.
  tf.enableProdMode();
  if (requested !== undefined) {
    const name = BACKEND_NAMES.find((candidate) => candidate === requested);
    if (name === undefined) {
      const names = BACKEND_NAMES.join(", ");
      throw new ArgumentError("selectBackend", "backend", `one of ${names}`, requested);
    }
    const outcome = await activate(name, load, nodeVersion);
    const reason = "reason" in outcome ? outcome.reason : missingDevice(name, outcome.device);
    if (reason === undefined && "device" in outcome) {
      return { name, device: outcome.device, passedOver: [] };
    }
    throw new ArgumentError(
      "selectBackend",
      "backend",
      `usable here (${remedy(name)})`,
      new Description(`"${name}": ${reason}`),
    );
  }
  const passedOver: { name: BackendName; reason: string }[] = [];
  for (const name of BACKEND_NAMES) {
    const outcome = await activate(name, load, nodeVersion);
    if ("device" in outcome) return { name, device: outcome.device, passedOver };
    passedOver.push({ name, reason: outcome.reason });
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new ArgumentError(
    "selectBackend",
    "backend",
    "loadable: reinstall loopgd's dependencies (npm ci)",
    new Description(`none (${reasons})`),
  );
}

/** The selection in one line, e.g. "wasm (tfjs-node-gpu: not installed; tfjs-node: not installed)". */
export function describeBackend({ name, device, passedOver }: SelectedBackend): string {
  const native = name.startsWith("tfjs-node") ? ` on ${device}` : "";
  if (passedOver.length === 0) return `${name}${native}`;
  const reasons = passedOver.map((other) => `${other.name}: ${other.reason}`).join("; ");
  return `${name}${native} (passed over: ${reasons})`;
}

type Outcome = { readonly device: "gpu" | "cpu" } | { readonly reason: string };

function activate(name: BackendName, load: ModuleLoader, nodeVersion: string): Promise<Outcome> {
  return name.startsWith("tfjs-node")
    ? activateNative(`@tensorflow/${name}`, load, nodeVersion)
    : activateBundled(name, load);
}

async function activateNative(
  specifier: string,
  load: ModuleLoader,
  nodeVersion: string,
): Promise<Outcome> {
  // tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed: it loads, then fails on use.
  if (Number.parseInt(nodeVersion, 10) >= 23) {
    return { reason: `needs Node 22 or older, this is Node ${nodeVersion}` };
  }
  // Ampere and later GPUs otherwise round products to TensorFloat-32, ten bits of fraction.
  process.env.NVIDIA_TF32_OVERRIDE ??= "0";
  try {
    const version = nativeVersion(await load(specifier));
    if (version !== NATIVE_VERSION) {
      return { reason: `version ${version ?? "unknown"}, ${NATIVE_VERSION} needed` };
    }
    if (!(await tf.setBackend("tensorflow"))) return { reason: "TensorFlow did not initialise" };
  } catch (error) {
    return { reason: isMissing(error, specifier) ? "not installed" : firstLine(error) };
  }
  const backend: object = tf.backend();
  const usesGpu = "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
  return { device: usesGpu ? "gpu" : "cpu" };
}

async function activateBundled(
  name: "wasm" | "cpu" | string,
  load: ModuleLoader,
): Promise<Outcome> {
  try {
    await load(`@tensorflow/tfjs-backend-${name}`);
    if (!(await tf.setBackend(name))) return { reason: "did not initialise" };
    return { device: "cpu" };
  } catch (error) {
    return { reason: firstLine(error) };
  }
}

function nativeVersion(loaded: unknown): string | undefined {
  const namespace = loaded as { version?: Record<string, unknown>; default?: typeof loaded };
  const version = namespace.version ?? (namespace.default as typeof namespace | undefined)?.version;
  const text = version?.["tfjs-node"];
  return typeof text === "string" ? text : undefined;
}

function missingDevice(name: BackendName, device: "gpu" | "cpu"): string | undefined {
  if (name !== "tfjs-node-gpu" || device === "gpu") return undefined;
  return "the package loads, but TensorFlow finds no GPU with its CUDA 11 libraries";
}

function remedy(name: BackendName): string {
  if (!name.startsWith("tfjs-node")) return "reinstall loopgd's dependencies: npm ci";
  const install = `npm install @tensorflow/${name}@${NATIVE_VERSION}, on Node 22 or older`;
  return name === "tfjs-node-gpu" ? `${install}; see docs/gpu.md` : install;
}

/** Whether the package itself is absent, rather than something it needs. */
function isMissing(error: unknown, specifier: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const isNotFound = error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
  return isNotFound && (error.message.split("\n")[0] ?? "").includes(`'${specifier}'`);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").trim() || "failed to load";
}

const importers: Readonly<Record<string, () => Promise<unknown>>> = {
  "@tensorflow/tfjs-node-gpu": () => import("@tensorflow/tfjs-node-gpu"),
  "@tensorflow/tfjs-node": () => import("@tensorflow/tfjs-node"),
  "@tensorflow/tfjs-backend-wasm": () => import("@tensorflow/tfjs-backend-wasm"),
  "@tensorflow/tfjs-backend-cpu": () => import("@tensorflow/tfjs-backend-cpu"),
};

function importModule(specifier: string): Promise<unknown> {
  const importer = importers[specifier];
  return importer ? importer() : Promise.reject(new Error(`unknown package ${specifier}`));
}
