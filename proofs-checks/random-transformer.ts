import type { Decoder } from "../src/model/softmax/decoder.js";
import type { LinearMap } from "../src/model/softmax/linear-map.js";
import type { TransformerBlock } from "../src/model/softmax/transformer-block.js";
import type { UntiedModel } from "../src/model/softmax/untied-model.js";
import type { Stream } from "../src/random/stream.js";

/** Sizes of a random transformer. */
export interface TransformerShape {
  readonly width: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly units: number;
  /** The layer run at each depth. */
  readonly order: readonly number[];
  /** Standard deviation of all weights and biases. */
  readonly scale: number;
}

/** Layers of normal weights and biases, but for the output of attention, which has no bias. */
export function randomUntiedModel(shape: TransformerShape, stream: Stream): UntiedModel {
  const { width, heads, headWidth, units, order, scale } = shape;
  const distinct = Math.max(...order) + 1;
  const layers = Array.from({ length: distinct }, (_, r): TransformerBlock => {
    const draw = stream.split(r);
    const map = (outputs: number, inputs: number): LinearMap => ({
      inputs,
      rows: Array.from({ length: outputs }, () =>
        [...draw.normals(inputs)].map((weight, j) => [j, scale * weight] as const),
      ),
      bias: [...draw.normals(outputs)].map((entry) => scale * entry),
    });
    return {
      width,
      heads: Array.from({ length: heads }, () => ({
        query: map(headWidth, width),
        key: map(headWidth, width),
        value: map(headWidth, width),
        output: { inputs: headWidth, rows: map(width, headWidth).rows },
      })),
      feedForward: { hidden: map(units, width), output: map(width, units) },
    };
  });
  return { layers, order };
}

/** A decoder of normal weights. */
export function randomDecoder(
  shape: TransformerShape,
  { tokens, positions }: { readonly tokens: number; readonly positions: number },
  stream: Stream,
): Decoder {
  const rows = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => stream.split(name).split(i).normals(shape.width));
  return {
    body: randomUntiedModel(shape, stream.split("layers")),
    embedding: rows("embedding", tokens),
    unembedding: rows("unembedding", tokens),
    positions: rows("positions", positions),
  };
}
