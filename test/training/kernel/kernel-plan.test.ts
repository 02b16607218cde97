import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { packWeights } from "../../../src/model/model-shape.js";
import { multiplyAddsPerPrompt } from "../../../src/training/kernel/kernel-arithmetic.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../../../src/training/kernel/kernel-module.js";
import { type KernelPlan, planKernel } from "../../../src/training/kernel/kernel-plan.js";
import type { KernelProblem } from "../../../src/training/kernel/kernel-problem.js";
import {
  kernelRoutines,
  sumSlots,
  writeNumbers,
  writePrompts,
} from "../../../src/training/kernel/kernel-routines.js";
import { testStream } from "../../seed.js";
import { drawBlock, drawPrompts } from "./run-kernel.js";

const module = compileKernel();
const problem: KernelProblem = {
  ...{ family: "full", dim: 3, layers: 1, loops: 3 },
  ...{ estimator: "plain", element: "float64" },
};
const sizes = { chunkPrompts: 5, chunks: 4, workers: 2, recordBuffers: 4 };

describe("planKernel", () => {
  test.each([
    [{ ...problem, dim: 0 }, sizes, "dim must be a positive integer, got 0"],
    [{ ...problem, loops: 1.5 }, sizes, "loops must be a positive integer, got 1.5"],
    [problem, { ...sizes, workers: 0 }, "workers must be a positive integer, got 0"],
    [
      problem,
      { ...sizes, chunks: 2 ** 26 },
      "chunks must be such that the memory stays below 4 GiB",
    ],
    [{ ...problem, estimator: "conditional" as const }, sizes, 'estimator must be "plain"'],
  ])("refuses %j with %j", (wrongProblem, wrongSizes, message) => {
    const plan = () => planKernel(module, wrongProblem, wrongSizes);
    expect(plan).toThrow(ArgumentError);
    expect(plan).toThrow(message);
  });

  test("gives every part a place of its own, aligned to a cache line", () => {
    const plan = planKernel(module, problem, sizes);
    const { parameters, lossWeights, law, weights, workspaces, records, slots } = plan;
    const starts = [parameters, lossWeights, law, weights, ...workspaces, ...records, ...slots];
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(starts).size).toBe(starts.length);
    expect(starts.filter((start) => start % 64 !== 0)).toEqual([]);
  });
});

test("two threads on one memory: the bits of one thread", async () => {
  const stream = testStream("kernel threads");
  const prompts = drawPrompts({ dim: 3, contextLength: 6, noiseVariance: 0.1 }, 18, stream);
  const prepare = () => {
    const plan = planKernel(module, problem, sizes);
    const memory = kernelMemory(plan.bytes);
    const routines = kernelRoutines(instantiateKernel(module, memory), plan);
    writeNumbers(memory, plan.parameters, packWeights(drawBlock(problem, stream.split("weights"))));
    writeNumbers(memory, plan.lossWeights, [0.5, 0, 1]);
    for (let chunk = 0; chunk < 4; chunk++) {
      writePrompts(memory, plan, chunk, prompts.slice(chunk * 5, chunk * 5 + 5));
    }
    routines.prepareWeights();
    return { plan, memory, routines };
  };
  const alone = prepare();
  for (let chunk = 0; chunk < 4; chunk++) {
    const count = chunk === 3 ? 3 : 5;
    alone.routines.evaluateChunk({ worker: 0, records: chunk, slot: chunk, prompts: count });
  }
  const shared = prepare();
  await Promise.all([evaluateInThread(shared, 0, [0, 2]), evaluateInThread(shared, 1, [1, 3])]);
  const expected = sumSlots(alone.memory, alone.plan, 4);
  expect(expected.gradient.some((slope) => slope !== 0)).toBe(true);
  expect(sumSlots(shared.memory, shared.plan, 4)).toEqual(expected);
});

async function evaluateInThread(
  { plan, memory }: { readonly plan: KernelPlan; readonly memory: WebAssembly.Memory },
  worker: number,
  chunks: readonly number[],
): Promise<void> {
  const calls = chunks.map((chunk) => [
    ...[3, 1, 3, plan.lossWeights, plan.weights, plan.records[chunk]],
    ...[chunk === 3 ? 3 : 5, plan.workspaces[worker], plan.slots[chunk]],
  ]);
  const code = `
    const { workerData } = require("node:worker_threads");
    const { module, memory, calls } = workerData;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    for (const call of calls) exports.fullChunk64(...call);
  `;
  const thread = new Worker(code, { eval: true, workerData: { module, memory, calls } });
  const [status] = await once(thread, "exit");
  expect(status).toBe(0);
}

describe("multiplyAddsPerPrompt", () => {
  const last = [0, 0, 0, 0, 1];
  const at10 = { ...problem, dim: 10, loops: 5 };

  test("counts by hand at d = 10, L = 5", () => {
    // m = 11. Thin products of the last two layers 25·121, rank 8 and z̄ before them 8·66 + 121; three
    // layers up 3·1331 + 11·66 + 121, two down 12·121 + 5·1331 + 11·66 + 121, the first 12·121 + 3·1331.
    expect(multiplyAddsPerPrompt(at10, last)).toBe(3025 + 649 + 3 * 4840 + 2 * 8954 + 5445);
    // S u, then four products of matrix and vector and one outer product in each loop, the first S c none.
    expect(multiplyAddsPerPrompt({ ...at10, family: "restricted" }, last)).toBe(25 * 100);
  });

  test("loops that do not count at the end cost nothing", () => {
    for (const family of ["full", "gd++", "restricted"] as const) {
      const long = multiplyAddsPerPrompt({ ...at10, family }, [0, 1, 0, 0, 0]);
      expect(long).toBe(multiplyAddsPerPrompt({ ...at10, family, loops: 2 }, [0, 1]));
    }
  });
});
