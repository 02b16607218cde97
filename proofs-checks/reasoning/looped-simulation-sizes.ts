import { defineClaim } from "../../src/claim/claim.js";
import { loopedSimulation } from "../../src/model/construction/looped-simulation.js";
import { Stream } from "../../src/random/stream.js";
import { randomUntiedModel, type TransformerShape } from "../random-transformer.js";

/**
 * The sizes of the looped block that simulates untied layers.
 *
 * Statement.    width d + R + 2, R·d_FF + R + L units, R·H heads
 * Conventions.  L layers, R of them distinct, with H heads and d_FF units; the theorem has R·d_FF + O(L)
 * Accuracy.     exact: counted in the weights
 * Source.       Saunshi et al. 2025
 */
export const loopedSimulationSizes = defineClaim<TransformerShape>({
  id: "looped-simulation-sizes",
  title: "The sizes of the looped block that simulates untied layers",
  statement: "\\text{width } d+R+2,\\quad R\\,d_{FF}+R+L\\text{ units},\\quad RH\\text{ heads}",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [point(4, 2, 8, [0, 1, 2]), point(6, 1, 64, [0, 1, 0, 0, 1]), point(3, 3, 5, [0])],
    thorough: [],
  },
  predicted: (shape) => sizes(shape, {}),
  measured: (shape) => {
    // The sizes are the same for all weights.
    const model = randomUntiedModel(shape, Stream.fromSeed(0));
    const { block, loops } = loopedSimulation(model);
    const units = block.feedForward.hidden.rows.length;
    const value = [block.width, units, block.heads.length, loops];
    return { value, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "no entry for the depth": (shape) => sizes(shape, { entries: 1 }),
    "no units for the biases": (shape) => sizes(shape, { constants: 0 }),
    "units for every depth": (shape) =>
      sizes({ ...shape, order: shape.order.map((_, t) => t) }, {}),
  },
});

function point(width: number, heads: number, units: number, order: readonly number[]) {
  const name = `d=${width} H=${heads} d_FF=${units} layers=${order.map((r) => r + 1).join("")}`;
  return { name, setting: { width, heads, units, order, headWidth: 2, scale: 1 } };
}

function sizes(
  { width, heads, units, order }: TransformerShape,
  { entries = 2, constants = 1 },
): number[] {
  const distinct = new Set(order).size;
  const total = distinct * units + constants * distinct + order.length;
  return [width + distinct + entries, total, distinct * heads, order.length];
}
