import type { GramPrompt } from "../../prompt/gram-prompt.js";
import { Stream } from "../../random/stream.js";
import type { BatchPlan } from "./batch-plan.js";
import type { KernelExports } from "./kernel-module.js";
import { lanesOf } from "./kernel-plan.js";
import { kernelRoutines, writePrompts } from "./kernel-routines.js";

/**
 * What one thread does with a chunk: draws its prompts where they are not given, and evaluates them.
 *
 * @param draw  what samples prompts, where the plan's source is a law
 */
export function chunkWork(
  exports: KernelExports,
  memory: WebAssembly.Memory,
  plan: BatchPlan,
  thread: number,
  draw?: (stream: Stream) => GramPrompt,
): (chunk: number) => void {
  const { kernel, items, chunkItems } = plan;
  const { evaluateChunk } = kernelRoutines(exports, kernel);
  const itemsOf = (chunk: number) => Math.min(chunkItems, items - chunk * chunkItems);
  if (plan.source === "given") {
    return (chunk) =>
      evaluateChunk({ worker: thread, records: chunk, slot: chunk, prompts: itemsOf(chunk) });
  }
  if (draw !== undefined) {
    const words = new Int32Array(memory.buffer, plan.key, 4);
    return (chunk) => {
      const stream = Stream.fromWords(words);
      const own = Array.from({ length: itemsOf(chunk) }, (_, i) =>
        draw(stream.split(chunk * chunkItems + i)),
      );
      writePrompts(memory, kernel, thread, own);
      evaluateChunk({ worker: thread, records: thread, slot: chunk, prompts: own.length });
    };
  }
  if (plan.positions > 1) return sequenceWork(exports, memory, plan, thread);
  const lanes = lanesOf(kernel.problem.element);
  const drawGram = kernel.problem.element === "float64" ? exports.drawGram64! : exports.drawGram32!;
  const [records, scratch] = [kernel.records[thread]!, plan.scratch[thread]!];
  return (chunk) => {
    const prompts = itemsOf(chunk);
    const groups = Math.ceil(prompts / lanes);
    drawGram(plan.promptLaw, plan.key, chunk * chunkItems, groups, records, scratch);
    evaluateChunk({ worker: thread, records: thread, slot: chunk, prompts });
  };
}

/** Chunks of sequences, whose positions are drawn and evaluated in runs that the record buffer holds. */
function sequenceWork(
  exports: KernelExports,
  memory: WebAssembly.Memory,
  plan: BatchPlan,
  thread: number,
): (chunk: number) => void {
  const { kernel, items, positions, chunkItems, chunks } = plan;
  const { evaluateChunk } = kernelRoutines(exports, kernel);
  const { element, loops } = kernel.problem;
  const lanes = lanesOf(element);
  const bits = element === "float64" ? "64" : "32";
  const start = exports[`startSequences${bits}`]!;
  const draw = exports[`drawPositions${bits}`]!;
  const [records, state] = [kernel.records[thread]!, plan.scratch[thread]!];
  const slotView = (slot: number) =>
    new Float64Array(memory.buffer, kernel.slots[slot]!, loops + kernel.parameterCount);
  const partSlot = chunks + thread;
  const part = slotView(partSlot);
  return (chunk) => {
    const total = slotView(chunk).fill(0);
    const end = Math.min((chunk + 1) * chunkItems, items);
    for (let first = chunk * chunkItems; first < end; first += lanes) {
      const active = Math.min(lanes, end - first);
      // Only a last group may have idle lanes: with some, a run is a single position.
      const run = active === lanes ? kernel.chunkPrompts / lanes : 1;
      start(plan.promptLaw, plan.key, first, state);
      for (let position = 1; position <= positions; position += run) {
        const count = Math.min(run, positions + 1 - position);
        draw(plan.promptLaw, position, count, records, state);
        evaluateChunk({
          ...{ worker: thread, records: thread, slot: partSlot },
          prompts: active === lanes ? count * lanes : active,
        });
        for (let i = 0; i < total.length; i++) total[i]! += part[i]!;
      }
    }
  };
}
