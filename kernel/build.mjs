// @ts-check
// Compiles the fused kernel to dist/kernel/fused.wasm; called by `npm run build`.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(new URL("../dist/kernel/", import.meta.url), { recursive: true });

// The memory is shared by worker threads, each with an instance of its own, so nothing mutable may lie
// in static memory. Its first page up to `dataEnd` belongs to the module.
const { error, stderr } = await asc.main([
  "kernel/fused.ts",
  ...["--baseDir", root, "--outFile", "dist/kernel/fused.wasm"],
  ...["-O3", "--noAssert", "--runtime", "stub"],
  ...["--enable", "simd", "--enable", "threads"],
  ...["--importMemory", "--noExportMemory", "--sharedMemory", "--memoryBase", "1024"],
  ...["--initialMemory", "1", "--maximumMemory", "65536"],
  // v128 parameters of inner functions: nothing crosses to JavaScript.
  ...["--disableWarning", "112"],
]);
if (error !== null) {
  process.stderr.write(`${stderr.toString()}${error.message}\n`);
  process.exitCode = 1;
}
