/**
 * What a step of the fused kernel takes with drawing, for short and long contexts, and what threads save.
 *
 * Run:  npm run build && node bench/kernel-engine.mjs
 */
import { performance } from "node:perf_hooks";
import { parameterCount } from "../dist/src/model/model-shape.js";
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import {
  compileKernel,
  instantiateKernel,
  kernelMemory,
} from "../dist/src/training/kernel/kernel-module.js";
import {
  promptLawBytes,
  writeKey,
  writePromptLaw,
} from "../dist/src/training/kernel/prompt-law.js";
import { kernelObjective } from "../dist/src/training/kernel-objective.js";
import { circumstances } from "./measure.mjs";

const DIM = 10;
const BATCH = 1024;

function report(what, figures) {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${what.padEnd(52)} ${text.join("  ")}\n`);
}

/** Fastest and median of `runs`; CPU time too, which other processes on the machine do not add to. */
async function time(runs, work) {
  const wall = [];
  for (let run = 0; run < runs / 4; run++) await work(run);
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work(run);
    wall.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  wall.sort((a, b) => a - b);
  return { fastest: wall[0], median: wall[runs >> 1], cpu: (user + system) / 1000 / runs };
}

async function measureStep(name, options) {
  const { contextLength, shape, ...rest } = options;
  const distribution = promptDistribution({ dim: DIM, contextLength });
  const objective = kernelObjective({ shape, distribution, batch: BATCH, ...rest });
  const stream = Stream.fromSeed(1);
  const parameters = stream.normals(parameterCount(shape)).map((value) => 0.03 * value);
  const { fastest, median, cpu } = await time(80, async (step) => {
    await objective.evaluate(parameters, stream.split(step));
    // Workers start meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  objective.dispose();
  report(name, {
    "fastest ms": fastest.toFixed(2),
    median: median.toFixed(2),
    "CPU ms": cpu.toFixed(2),
  });
}

async function measureDrawing(contextLength, covariatesOnly, element) {
  const module = compileKernel();
  const memory = kernelMemory(2 ** 20);
  const exports = instantiateKernel(module, memory);
  const law = Math.ceil(exports.dataEnd.value / 64) * 64;
  const scratch = law + 64 * Math.ceil((promptLawBytes(exports, DIM) + 64) / 64);
  const records = scratch + exports.drawScratchBytes(DIM);
  const distribution = promptDistribution({ dim: DIM, contextLength });
  writePromptLaw(exports, memory.buffer, law + 64, distribution, covariatesOnly);
  writeKey(memory.buffer, law, Stream.fromSeed(1));
  const draw = element === "float64" ? exports.drawGram64 : exports.drawGram32;
  const groups = element === "float64" ? 16 : 8;
  const { fastest, median } = await time(200, () => {
    for (let chunk = 0; chunk < BATCH / 32; chunk++) {
      draw(law + 64, law, 32 * chunk, groups, records, scratch);
    }
  });
  report(`drawing, n=${contextLength}, ${covariatesOnly ? "covariates only" : "all"}, ${element}`, {
    "fastest µs a prompt": ((1000 * fastest) / BATCH).toFixed(3),
    median: ((1000 * median) / BATCH).toFixed(3),
  });
}

process.stdout.write(`${circumstances().join("\n")}\n`);
process.stdout.write(`dim ${DIM}, batch ${BATCH}, drawing included unless it is alone\n\n`);
for (const contextLength of [20, 1000, 1_000_000]) {
  for (const covariatesOnly of [false, true]) {
    await measureDrawing(contextLength, covariatesOnly, "float64");
  }
}
await measureDrawing(20, false, "float32");
const shapes = [
  ["full", 5, {}],
  ["gd++", 5, {}],
  ["restricted", 5, {}],
  ["restricted", 2, {}],
  ["restricted", 2, { estimator: "conditional" }],
  ["restricted", 5, { estimator: "conditional" }],
];
for (const [family, loops, options] of shapes) {
  const shape = { family, dim: DIM, layers: 1, loops };
  const name = `${family} L=${loops} ${Object.values(options).join(" ")}`.trim();
  for (const contextLength of [20, 1000, 1_000_000]) {
    await measureStep(`${name}, n=${contextLength}, 1 worker`, {
      ...{ shape, contextLength, workers: 1 },
      ...options,
    });
  }
  await measureStep(`${name}, n=20, 2 workers`, {
    ...{ shape, contextLength: 20, workers: 2 },
    ...options,
  });
  await measureStep(`${name}, n=20, 1 worker, float32`, {
    ...{ shape, contextLength: 20, workers: 1, precision: "float32" },
    ...options,
  });
}
