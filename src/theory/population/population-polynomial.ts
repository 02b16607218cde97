import { Alphabet, type LetterKind } from "./circuit/alphabet.js";
import { buildCircuit, type Circuit, type RootTerm } from "./circuit/circuit.js";
import { planTraces, type TracePlan } from "./circuit/trace-plan.js";
import { expandLoss, type LossTerm } from "./loss-terms.js";

/** What a population loss depends on before any number is known. */
export interface PopulationShape {
  /** Letter of each applied layer in order: [0, 0, 0] loops one layer, [0, 1] is untied. */
  readonly layers: readonly number[];
  readonly kind: LetterKind;
  /** Whether Ω′ + uuᵀ differs from the identity, so that it needs a letter. */
  readonly hasPrior: boolean;
  /** Whether Ω′ itself differs from the identity. */
  readonly hasPlainPrior: boolean;
  readonly hasNoise: boolean;
  /** Numbers of layers after which the loss is wanted, rising. */
  readonly stages: readonly number[];
}

/** The loss after each stage as a combination of the roots of one circuit. */
export interface PopulationPolynomial {
  readonly shape: PopulationShape;
  /** Layer letters 0 … k−1, then Ω′ + uuᵀ (letter k), then Ω′ (letter k + 1). */
  readonly layerLetters: number;
  readonly circuit: Circuit;
  readonly plan: TracePlan;
  /** The words of the roots, to count letters in. */
  readonly rootWords: readonly string[];
  readonly stages: readonly PopulationStage[];
}

export interface PopulationStage {
  readonly residual: readonly RootTerm[];
  readonly noise: readonly RootTerm[];
}

const REMEMBERED = 6;
const remembered = new Map<string, PopulationPolynomial>();

/**
 * The exact population loss of a shape, as a function of n and traces; the last few are remembered.
 *
 * Throws.       HypothesisError when the circuit is out of reach
 */
export function populationPolynomial(shape: PopulationShape): PopulationPolynomial {
  const key = JSON.stringify(shape);
  const known = remembered.get(key);
  const polynomial = known ?? buildPolynomial(shape);
  remembered.delete(key);
  remembered.set(key, polynomial);
  if (remembered.size > REMEMBERED) {
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }
  return polynomial;
}

/** As `populationPolynomial`, always built afresh. */
export function buildPolynomial(shape: PopulationShape): PopulationPolynomial {
  const layerLetters = 1 + Math.max(0, ...shape.layers);
  const layerKinds = new Array<LetterKind>(layerLetters).fill(shape.kind);
  const alphabet = new Alphabet([...layerKinds, "symmetric", "symmetric"]);
  const prior = {
    withReadIn: shape.hasPrior ? alphabet.letter(layerLetters) : "",
    plain: shape.hasPlainPrior ? alphabet.letter(layerLetters + 1) : "",
  };
  const symbols = shape.layers.map((letter) => alphabet.letter(letter));
  const expanded = expandLoss(alphabet, symbols, prior, shape.hasNoise);

  const roots = new Map<string, number>();
  const toRoot = ({ word, length, coefficient }: LossTerm): RootTerm => {
    const root = roots.get(word) ?? roots.size;
    roots.set(word, root);
    return { root, length, coefficient };
  };
  const stages = shape.stages.map((layers) => ({
    residual: expanded[layers]!.residual.map(toRoot),
    noise: expanded[layers]!.noise.map(toRoot),
  }));
  const rootWords = [...roots.keys()];
  const circuit = buildCircuit(alphabet, rootWords);
  const plan = planTraces(alphabet, circuit.traces);
  return { shape, layerLetters, circuit, plan, rootWords, stages };
}
