import { defineClaim } from "../../src/claim/claim.js";
import {
  decodingSimulation,
  runDecodingSimulation,
} from "../../src/model/construction/decoding-simulation.js";
import { type Decoder, decodeGreedily } from "../../src/model/softmax/decoder.js";
import type { Stream } from "../../src/random/stream.js";
import { randomDecoder, type TransformerShape } from "../random-transformer.js";

interface Setting extends TransformerShape {
  readonly tokens: number;
  readonly promptLength: number;
  readonly steps: number;
}

/**
 * m loops of a looped model decode the m tokens that a chain of thought of m steps has.
 *
 * Statement.    L + 3 layers of width 2d + 3V + 2⌈log₂(n+m)⌉ + 3, looped m times on (v, #ᵐ), hold the m
 *               tokens that greedy decoding appends to v
 * Conventions.  V tokens, n of them in the prompt; the theorem has L + O(1) layers, and a width of
 *               Ω(log(n+m)) more
 * Accuracy.     exact: tokens, and sizes counted in the weights
 * Source.       Saunshi et al. 2025; weights in docs/derivation-reasoning.md
 */
export const loopsSimulateDecoding = defineClaim<Setting>({
  id: "loops-simulate-decoding",
  title: "m loops decode what m steps of a chain of thought decode",
  statement: "G^{m}(v,\\#^m)_{n+t} = \\operatorname{CoT}_t(v),\\quad t=1,\\dots,m",
  source: "Saunshi et al. 2025",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(6, 2, [0, 1], 5, 3, 6),
      point(4, 1, [0], 8, 1, 8),
      point(6, 2, [0, 1, 0], 8, 7, 6),
    ],
    thorough: [point(16, 4, [0, 1, 2, 3], 12, 10, 30)],
  },
  predicted: (setting, stream) => {
    const { decoder, prompt } = draw(setting, stream);
    return [...sizes(setting), ...decodeGreedily(decoder, prompt, setting.steps)];
  },
  measured: (setting, stream) => {
    const { decoder, prompt } = draw(setting, stream);
    const simulation = decodingSimulation(decoder, setting.promptLength, setting.steps);
    const tokens = runDecodingSimulation(simulation, prompt).map((token) => token ?? -1);
    const value = [simulation.width, simulation.layers.length, ...tokens];
    return { value, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "the first token again and again": (setting, stream) => {
      const { decoder, prompt } = draw(setting, stream);
      const [first] = decodeGreedily(decoder, prompt, 1);
      return [...sizes(setting), ...new Array<number>(setting.steps).fill(first!)];
    },
    "one step late": (setting, stream) => {
      const { decoder, prompt } = draw(setting, stream);
      const tokens = decodeGreedily(decoder, prompt, setting.steps);
      return [...sizes(setting), prompt.at(-1)!, ...tokens.slice(0, -1)];
    },
    "addresses of the prompt's positions only": (setting, stream) => {
      const { decoder, prompt } = draw(setting, stream);
      const { promptLength, steps } = setting;
      return [...sizes(setting, promptLength), ...decodeGreedily(decoder, prompt, steps)];
    },
  },
});

function point(
  width: number,
  heads: number,
  order: readonly number[],
  tokens: number,
  promptLength: number,
  steps: number,
) {
  const name = `d=${width} H=${heads} L=${order.length} V=${tokens} n=${promptLength} m=${steps}`;
  const shape = { width, heads, order, headWidth: 2, units: 2 * width, scale: 0.5 };
  return { name, setting: { ...shape, tokens, promptLength, steps } };
}

function draw(setting: Setting, stream: Stream): { decoder: Decoder; prompt: number[] } {
  const { tokens, promptLength, steps } = setting;
  const positions = promptLength + steps;
  const decoder = randomDecoder(setting, { tokens, positions }, stream.split("decoder"));
  const draws = stream.split("prompt");
  const prompt = Array.from({ length: promptLength }, () => draws.integer(tokens));
  return { decoder, prompt };
}

function sizes(
  { width, order, tokens, promptLength, steps }: Setting,
  positions = promptLength + steps,
): number[] {
  const q = Math.ceil(Math.log2(positions));
  return [2 * width + 3 * tokens + 2 * q + 3, order.length + 3];
}
