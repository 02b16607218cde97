import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ModuleLoader } from "../../src/training/backend.js";

const require = createRequire(import.meta.url);

/**
 * A loader that finds the native packages in a module path of the test's own, and all others where
 * loopgd's are.
 */
export function loaderFrom(folder: string): ModuleLoader {
  const own = createRequire(join(folder, "anywhere.js"));
  return (specifier) => {
    const isNative = specifier.startsWith("@tensorflow/tfjs-node");
    const path = isNative ? resolve(own, specifier) : require.resolve(specifier);
    return path instanceof Error ? Promise.reject(path) : import(pathToFileURL(path).href);
  };
}

function resolve(own: NodeJS.Require, specifier: string): string | Error {
  try {
    return own.resolve(specifier);
  } catch (error) {
    return error as Error;
  }
}

/** Writes a package of the given source into the folder's node_modules. */
export function installStandIn(folder: string, name: string, source: string): void {
  const path = join(folder, "node_modules", ...name.split("/"));
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, main: "index.js" }));
  writeFileSync(join(path, "index.js"), source);
}

/**
 * Source of a stand-in that behaves as the native packages do on loading: it registers a backend
 * "tensorflow", here the kernels of the cpu backend under that name.
 *
 * @param options.breaks  a kernel that returns its input unchanged
 */
export function nativeSource(options: {
  readonly version?: string;
  readonly usesGpu?: boolean;
  readonly breaks?: string;
}): string {
  const { version = "4.22.0", usesGpu = false, breaks } = options;
  const core = JSON.stringify(require.resolve("@tensorflow/tfjs-core"));
  const cpu = JSON.stringify(require.resolve("@tensorflow/tfjs-backend-cpu"));
  return `
    const tf = require(${core});
    const { MathBackendCPU } = require(${cpu});
    class Backend extends MathBackendCPU {
      isUsingGpuDevice = ${usesGpu};
    }
    for (const kernel of tf.getKernelsForBackend("tensorflow")) {
      tf.unregisterKernel(kernel.kernelName, "tensorflow");
    }
    tf.copyRegisteredKernels("cpu", "tensorflow");
    ${
      breaks === undefined
        ? ""
        : `tf.unregisterKernel("${breaks}", "tensorflow");
           tf.registerKernel({
             kernelName: "${breaks}",
             backendName: "tensorflow",
             kernelFunc: ({ inputs, backend }) => {
               backend.incRef(inputs.x.dataId);
               return inputs.x;
             },
           });`
    }
    tf.registerBackend("tensorflow", () => new Backend(), 3);
    exports.version = { "tfjs-core": "${version}", "tfjs-node": "${version}" };
  `;
}
