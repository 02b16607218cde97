import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = fileURLToPath(new URL("../../kernel/", import.meta.url));

/** Bytes below this belong to the module's own tables. */
export const FREE_MEMORY = 1 << 20;

/** What a compiled piece of the kernel exports, and the memory it works on. */
export interface CompiledKernel {
  readonly exports: Readonly<Record<string, (...values: number[]) => number>>;
  readonly memory: WebAssembly.Memory;
}

/**
 * Compiles an AssemblyScript entry that is not shipped, next to the sources in kernel/: so tests reach
 * what the kernel keeps to itself.
 */
export async function compileKernel(entry: string): Promise<CompiledKernel> {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256, shared: true });
  const instance = await WebAssembly.instantiate(await compileModule(entry), { env: { memory } });
  return { memory, exports: instance.exports as unknown as CompiledKernel["exports"] };
}

/** The module alone, as a thread would be sent it. */
export async function compileModule(entry: string): Promise<WebAssembly.Module> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main(
    [
      ...["entry.ts", "--outFile", "entry.wasm", "-O3", "--runtime", "stub", "--noAssert"],
      ...["--enable", "simd,threads", "--importMemory", "--sharedMemory"],
      ...["--initialMemory", "1", "--maximumMemory", "65536"],
    ],
    {
      readFile: (name) => (name === "entry.ts" ? entry : readSource(name)),
      writeFile: (_, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${error}\n${stderr}`);
  return WebAssembly.compile(Uint8Array.from(binary));
}

function readSource(name: string): string | null {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return null;
  }
}
