import { sampleLoss } from "../../compare/sampled-loss.js";
import { promptDistribution } from "../../prompt/prompt-distribution.js";
import { Stream } from "../../random/stream.js";
import { layerCosines, type TrainedStack } from "../../report/figure/learned/layer-similarity.js";
import { parseStacking } from "../../training/staging/stacking.js";
import { type ContextTraining, trainInContext } from "../../training/train-in-context.js";
import { countedContext, type FigureSettings } from "./settings.js";
import { announceTraining } from "./trained.js";

/** Fresh prompts for the loss of each model. */
const PROMPTS = 20_000;

/** Untied models of depth L trained three ways: from scratch, stacked, with a likeness penalty. */
export async function trainedStacks(settings: FigureSettings): Promise<TrainedStack[]> {
  const { dim, loops: layers, seed, io } = settings;
  const distribution = promptDistribution({ dim, contextLength: countedContext(settings) });
  const shape = { family: "restricted", dim, layers, loops: 1 } as const;
  const ways: { name: string; options: Partial<ContextTraining> }[] = [
    { name: "from scratch", options: {} },
    { name: "stacked", options: { stacking: parseStacking("last:1") } },
    { name: "regularised, λ = 1", options: { similarity: { strength: 1, blockLayers: 1 } } },
  ];
  const stacks: TrainedStack[] = [];
  for (const { name, options } of ways) {
    announceTraining(settings, `${layers} untied layers ${name}, d = ${dim}`);
    const stream = Stream.fromSeed(seed).split("train").split(name);
    const run = await trainInContext({
      ...{ distribution, shape, stream, signal: io.signal },
      batch: 512,
      ...options,
    });
    io.signal.throwIfAborted();
    if (run.weights.family !== "restricted") throw new TypeError(run.weights.family);
    const cosines = layerCosines(run.weights.layers.map(({ preconditioner }) => preconditioner));
    const sampled = sampleLoss(run.weights, distribution, {
      ...{ loops: 1, prompts: PROMPTS },
      stream: Stream.fromSeed(seed).split("compare"),
    }).at(-1)!;
    stacks.push({ name, cosines, loss: sampled.mean, standardError: sampled.standardError });
  }
  return stacks;
}
