import { adamCorrections } from "../adam.js";
import type { StepBlock, StepsTaken } from "../step-block.js";
import type { BatchPlan } from "./batch-plan.js";
import type { KernelExports } from "./kernel-module.js";
import { routineName } from "./kernel-plan.js";
import { writeKey } from "./prompt-law.js";
import { BLOCK_STEPS, ROW_NUMBERS, type StepLoopPlan } from "./step-loop-plan.js";

/** In the order of the routine numbers of kernel/steps.ts. */
const ROUTINES = ["restricted", "full", "gdPlusPlus", "conditional"];
/** In the order of what `takeSteps` returns. */
const ENDINGS = ["whole", "unsound-estimate", "unsound-parameters"] as const;

/**
 * Takes blocks of at most BLOCK_STEPS steps by one thread of the kernel, without JavaScript in between.
 *
 * Statement.    equals, bit for bit, evaluating, clipping, moving and averaging one step at a time
 */
export function stepLoop(
  exports: KernelExports,
  memory: WebAssembly.Memory,
  plan: BatchPlan,
  at: StepLoopPlan,
): (block: StepBlock) => StepsTaken {
  const { kernel, items, chunkItems, chunks, positions } = plan;
  const { problem, parameterCount, slots } = kernel;
  const view = (address: number, length = parameterCount) =>
    new Float64Array(memory.buffer, address, length);
  const [limits, adam] = [view(at.loop, 3), view(at.adam, 3)];
  const words = new Uint32Array(memory.buffer, at.loop + 8 * limits.length, 27);
  words.set([
    ...[at.adam, ROUTINES.indexOf(routineName(problem)), problem.element === "float32" ? 1 : 0],
    ...[problem.dim, problem.layers, problem.loops, items, chunkItems, chunks, parameterCount],
    ...[plan.promptLaw, kernel.law, kernel.lossWeights, kernel.weights, kernel.workspaces[0]!],
    ...[kernel.records[0]!, plan.scratch[0]!, slots[0]!, (slots[1] ?? slots[0]!) - slots[0]!],
    ...[kernel.parameters, at.first, at.second, at.average, at.gradient, at.before, at.rows],
  ]);
  const [parameters, first, second] = [view(kernel.parameters), view(at.first), view(at.second)];
  const [average, before] = [view(at.average), view(at.before)];
  const rows = view(at.rows, ROW_NUMBERS * BLOCK_STEPS);
  return (block) => {
    const { optimizer, rule, learningRates } = block;
    const { first: m, second: v } = optimizer.slots;
    const count = learningRates.length;
    limits.set([1 / (items * positions), block.clipNorm, block.lossLimit]);
    adam.set([rule.firstDecay, rule.secondDecay, rule.epsilon]);
    for (let i = 0; i < count; i++) {
      const row = ROW_NUMBERS * i;
      writeKey(memory.buffer, at.rows + 8 * row, block.streamOf(i));
      const learningRate = learningRates[i]!;
      const corrections = adamCorrections(rule, optimizer.step + i + 1);
      rows[row + 2] = learningRate;
      rows[row + 3] = 1 - learningRate * rule.weightDecay;
      rows[row + 4] = corrections[0];
      rows[row + 5] = corrections[1];
      rows[row + 6] = block.averageWeights[i]!;
    }
    parameters.set(block.parameters);
    first.set(m!);
    second.set(v!);
    if (block.average !== undefined) average.set(block.average);
    const ending = ENDINGS[exports.takeSteps!(at.loop, count)]!;
    const steps = words[26]!;
    block.parameters.set(parameters);
    m!.set(first);
    v!.set(second);
    block.average?.set(average);
    optimizer.step += steps;
    const found = Math.min(count, steps + 1);
    return {
      ...{ steps, ending },
      losses: Float64Array.from({ length: found }, (_, i) => rows[ROW_NUMBERS * i + 7]!),
      gradientNorms: Float64Array.from({ length: found }, (_, i) => rows[ROW_NUMBERS * i + 8]!),
      before: steps > 0 ? Float64Array.from(before) : undefined,
    };
  };
}
