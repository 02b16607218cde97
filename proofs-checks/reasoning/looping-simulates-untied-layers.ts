import { defineClaim } from "../../src/claim/claim.js";
import {
  loopedSimulation,
  runLoopedSimulation,
} from "../../src/model/construction/looped-simulation.js";
import { runUntied, type UntiedModel } from "../../src/model/softmax/untied-model.js";
import type { Stream } from "../../src/random/stream.js";
import { randomUntiedModel, type TransformerShape } from "../random-transformer.js";

interface Setting extends TransformerShape {
  readonly length: number;
}

/**
 * A one-layer block looped L times computes what L layers compute.
 *
 * Statement.    the block with one more position and d + R + 2 entries, looped L times, has the states of
 *               the L layers, R of them distinct
 * Conventions.  random layers and states, biases included; causal softmax attention
 * Accuracy.     exact: equal doubles, since all that is added to a sum is 0
 * Source.       Saunshi et al. 2025; weights in docs/derivation-reasoning.md
 */
export const loopingSimulatesUntiedLayers = defineClaim<Setting>({
  id: "looping-simulates-untied-layers",
  title: "A looped block computes what any untied layers compute",
  statement: "G^{L}(\\#,x_1,\\dots,x_n) = (F_{r_L}\\circ\\dots\\circ F_{r_1})(x_1,\\dots,x_n)",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(4, 2, [0, 1, 2], 0.5, 6),
      point(6, 1, [0, 1, 0, 0, 1], 0.4, 5),
      point(3, 3, [0], 1, 8),
      point(5, 2, [2, 0, 1, 1, 2, 0], 0.1, 10),
    ],
    thorough: [point(16, 4, [0, 1, 2, 3, 4, 5, 6, 7], 0.2, 32)],
  },
  predicted: (setting, stream) => untied(setting, stream, (model) => model),
  measured: (setting, stream) => {
    const simulation = loopedSimulation(randomUntiedModel(setting, stream.split("model")));
    const outputs = runLoopedSimulation(simulation, statesOf(setting, stream));
    return { value: outputs.flatMap((state) => [...state]), errorBudget: 0, method: "exact" };
  },
  rivals: {
    "the last layer not run": (setting, stream) =>
      untied(setting, stream, ({ layers, order }) => ({
        layers,
        order: order.length === 1 ? order : order.slice(0, -1),
      })),
    "the layers from the last to the first": (setting, stream) =>
      untied(setting, stream, ({ layers, order }) => ({ layers, order: order.toReversed() })),
    "the extra position seen": (setting, stream) => {
      const model = randomUntiedModel(setting, stream.split("model"));
      const extra = new Float64Array(setting.width);
      const [, ...outputs] = runUntied(model, [extra, ...statesOf(setting, stream)]);
      return outputs.flatMap((state) => [...state]);
    },
  },
});

function point(
  width: number,
  heads: number,
  order: readonly number[],
  scale: number,
  length: number,
) {
  const name = `d=${width} H=${heads} layers=${order.map((r) => r + 1).join("")} n=${length} scale=${scale}`;
  const shape = { width, heads, order, scale, length };
  return { name, setting: { ...shape, headWidth: 2, units: 2 * width } };
}

function statesOf({ length, width }: Setting, stream: Stream): Float64Array[] {
  const draws = stream.split("states");
  return Array.from({ length }, (_, i) => draws.split(i).normals(width));
}

function untied(
  setting: Setting,
  stream: Stream,
  change: (model: UntiedModel) => UntiedModel,
): number[] {
  const model = change(randomUntiedModel(setting, stream.split("model")));
  return runUntied(model, statesOf(setting, stream)).flatMap((state) => [...state]);
}
