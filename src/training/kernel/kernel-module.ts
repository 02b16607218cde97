import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What the WebAssembly module exports: numbers are sizes or addresses in the shared memory. */
export type KernelExports = Readonly<Record<string, (...args: number[]) => number>>;

const PAGE = 65_536;

/** The compiled kernel; a module can be sent to worker threads, which instantiate it again. */
export function compileKernel(): WebAssembly.Module {
  const path = createRequire(import.meta.url).resolve("#fused-kernel");
  return new WebAssembly.Module(readFileSync(path));
}

/** Memory of at least `bytes` that an instance in each thread shares. */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** An instance of the kernel for the calling thread. */
export function instantiateKernel(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as KernelExports;
}
