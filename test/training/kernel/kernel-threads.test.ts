import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packWeights } from "../../../src/model/model-shape.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { planBatch } from "../../../src/training/kernel/batch-plan.js";
import {
  compileKernel,
  instantiateKernel,
  type KernelExports,
  kernelMemory,
} from "../../../src/training/kernel/kernel-module.js";
import type { KernelProblem } from "../../../src/training/kernel/kernel-problem.js";
import {
  kernelRoutines,
  sumSlots,
  writeNumbers,
} from "../../../src/training/kernel/kernel-routines.js";
import { KernelThreads } from "../../../src/training/kernel/kernel-threads.js";
import { writeKey, writePromptLaw } from "../../../src/training/kernel/prompt-law.js";
import { compileModule } from "../../kernel/compile-kernel.js";
import { testStream } from "../../seed.js";
import { drawBlock } from "./run-kernel.js";

const module = compileKernel();
const root = fileURLToPath(new URL("../../..", import.meta.url));
const problem: KernelProblem = {
  ...{ family: "full", dim: 3, layers: 1, loops: 2 },
  ...{ estimator: "plain", element: "float64" },
};

/** A batch of 200 prompts, ready to be evaluated by threads of the given modules. */
function prepare(
  threads: number,
  options: { readonly workerModule?: WebAssembly.Module; readonly slowdown?: number } = {},
) {
  const stream = testStream("kernel threads");
  const probe = instantiateKernel(module, kernelMemory(1));
  const plan = planBatch({
    ...{ module, exports: probe, problem, threads, items: 200 },
    ...{ source: "drawn", positions: 1 },
  });
  const memory = kernelMemory(plan.bytes);
  const exports = instantiateKernel(module, memory);
  const distribution = promptDistribution({ dim: 3, contextLength: 6 });
  writePromptLaw(exports, memory.buffer, plan.promptLaw, distribution, false);
  writeKey(memory.buffer, plan.key, stream);
  writeNumbers(memory, plan.kernel.lossWeights, [0, 1]);
  writeNumbers(memory, plan.kernel.parameters, packWeights(drawBlock(problem, stream)));
  kernelRoutines(exports, plan.kernel).prepareWeights();
  let own = 0;
  // The calling thread counts its chunks and leaves the others time to take some.
  const slowed: KernelExports = {
    ...exports,
    fullChunk64: (...values) => {
      own++;
      const end = performance.now() + (options.slowdown ?? 0);
      while (performance.now() < end);
      return exports.fullChunk64!(...values);
    },
  };
  const pool = new KernelThreads({
    ...{ module: options.workerModule ?? module, exports: slowed, memory, plan, threads },
  });
  return {
    ...{ pool, plan },
    sums: () => sumSlots(memory, plan.kernel, plan.chunks),
    takeOwn: () => {
      const taken = own;
      own = 0;
      return taken;
    },
  };
}

test("workers take chunks of their own, and the sums keep every bit", async () => {
  const alone = prepare(1);
  await alone.pool.run();
  expect(alone.takeOwn()).toBe(alone.plan.chunks);
  for (const threads of [2, 3, 8]) {
    const shared = prepare(threads, { slowdown: 1 });
    let hasShared = false;
    for (let step = 0; step < 1000 && !hasShared; step++) {
      await shared.pool.run();
      expect(shared.sums()).toEqual(alone.sums());
      hasShared = shared.takeOwn() < shared.plan.chunks;
    }
    shared.pool.close();
    expect(hasShared).toBe(true);
  }
});

test("a worker that cannot start is named by a step after", async () => {
  const { pool, sums } = prepare(2, { workerModule: await compileModule("export const x = 1;") });
  await expect(runRepeatedly(pool)).rejects.toThrow("kernel: worker 1 died: ");
  expect(sums().losses[1]).toBeGreaterThan(0);
  pool.close();
});

test("a worker that dies over its chunk ends the step with its name", async () => {
  const workerModule = await compileModule(`
    export * from "./draw";
    export function fullWeights64(): void {}
    export function fullChunk64(): void { unreachable(); }
  `);
  const { pool } = prepare(2, { workerModule, slowdown: 20 });
  await expect(runRepeatedly(pool)).rejects.toThrow("kernel: worker 1 died: unreachable");
  await expect(runRepeatedly(pool)).rejects.toThrow("kernel: worker 1 died: unreachable");
  pool.close();
});

/** Steps and turns of the event loop, more of them than a thread takes to start. */
async function runRepeatedly(pool: KernelThreads): Promise<void> {
  for (let step = 0; step < 1000; step++) {
    await pool.run();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("closed threads refuse to work", async () => {
  const { pool } = prepare(2);
  await pool.run();
  pool.close();
  expect(() => pool.run()).toThrow("closed before the step");
});

test("threads that nobody closed keep no process alive", async () => {
  const built = (path: string) => JSON.stringify(join(root, "dist/src", path));
  const script = `
    import { kernelObjective } from ${built("training/kernel-objective.js")};
    import { promptDistribution } from ${built("prompt/prompt-distribution.js")};
    import { Stream } from ${built("random/stream.js")};
    const shape = { family: "full", dim: 2, layers: 1, loops: 2 };
    const distribution = promptDistribution({ dim: 2, contextLength: 5 });
    const objective = kernelObjective({ shape, distribution, batch: 100, workers: 3 });
    const stream = Stream.fromSeed(1);
    for (let k = 0; k < 20; k++) await objective.evaluate(new Float64Array(18), stream.split(k));
    process.stdout.write("done");
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { timeout: 30_000 },
  );
  expect(stdout).toBe("done");
});
