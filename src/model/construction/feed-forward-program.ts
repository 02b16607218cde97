import type { TransformerBlock } from "../softmax/transformer-block.js";

/** An entry of the state, or of the hidden units, with its weight. */
type Term = readonly [entry: number, weight: number];

/** The units of a ReLU layer, written one purpose at a time. */
export class FeedForwardProgram {
  readonly #hidden: (readonly Term[])[] = [];
  readonly #bias: number[] = [];
  readonly #output: Term[][];

  constructor(private readonly width: number) {
    this.#output = Array.from({ length: width }, () => []);
  }

  /** One unit: outputs += weight · ReLU(inputs + bias). */
  unit(inputs: readonly Term[], bias: number, outputs: readonly Term[]): void {
    const index = this.#hidden.push(inputs) - 1;
    this.#bias.push(bias);
    for (const [entry, weight] of outputs) this.#output[entry]!.push([index, weight]);
  }

  /** outputs += weight · entry, whatever its sign: x = ReLU(x) − ReLU(−x). */
  add(entry: number, outputs: readonly Term[]): void {
    this.unit([[entry, 1]], 0, outputs);
    const negative = outputs.map(([output, weight]): Term => [output, -weight]);
    this.unit([[entry, -1]], 0, negative);
  }

  /** Sets entries to 0, at the end of the layer. */
  erase(entries: readonly number[]): void {
    for (const entry of entries) this.add(entry, [[entry, -1]]);
  }

  /** Moves `from` to `to`, in place of what stood there; `from` is left empty. */
  move(from: readonly number[], to: readonly number[]): void {
    this.erase(to);
    from.forEach((entry, k) => {
      this.add(entry, [
        [to[k]!, 1],
        [entry, -1],
      ]);
    });
  }

  /**
   * to += from where every flag ±1 has its sign, and nothing otherwise; `from` lies in [−1, 1].
   */
  addWhere(from: readonly number[], to: readonly number[], flags: readonly Term[]): void {
    from.forEach((entry, k) => {
      for (const sign of [1, -1]) {
        this.unit([[entry, sign], ...flags], -flags.length, [[to[k]!, sign]]);
      }
    });
  }

  /** Adds units that always have the same output to an entry. */
  constant(entry: number, value: number): void {
    this.unit([], 1, [[entry, value]]);
  }

  layer(): TransformerBlock["feedForward"] {
    return {
      hidden: { inputs: this.width, rows: this.#hidden, bias: this.#bias },
      output: { inputs: this.#hidden.length, rows: this.#output },
    };
  }
}
