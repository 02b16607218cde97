import { ArgumentError, HypothesisError } from "../../errors.js";
import type { Enclosure } from "../../numeric/enclosure.js";
import { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import { gdPlusPlusOptimum } from "../../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { paperBound, withinPaperBound } from "../../theory/paper-bound.js";
import { untiedOptimum } from "../../theory/polynomial-family/untied-optimum.js";
import { antisymmetricCurvatureAtOptimum } from "../../theory/population/antisymmetric-curvature.js";
import { rotationOptimum } from "../../theory/population/rotation-optimum.js";
import { saddleOnset } from "../../theory/population/saddle-onset.js";
import { bestPreconditioner } from "../../theory/preconditioner-search/best-preconditioner.js";
import type { NoisyLoopedSetting } from "../../theory/setting.js";
import { bigWholeOf, type Point, positiveOf, wholeOf } from "../axis-value.js";
import type { Cell, Column, Computation } from "./computation.js";

/** Digits of losses, and of what is left of a step size beside 1. */
const DIGITS = 20;

/** A setting with its isotropic optimum, computed when first asked for. */
class Setting implements NoisyLoopedSetting {
  readonly dim: number;
  readonly contextLength: bigint;
  readonly loops: number;
  readonly noiseVariance: Rational;
  #isotropic: ReturnType<typeof isotropicOptimum> | undefined;

  constructor(
    point: Point,
    readonly stream: Stream,
  ) {
    this.dim = wholeOf(point, "dim");
    // n₀(d, L) has no context length of its own.
    this.contextLength = "contextLength" in point ? bigWholeOf(point, "contextLength") : 1n;
    this.loops = wholeOf(point, "loops");
    this.noiseVariance = Rational.fromNumber(positiveOf(point, "noiseVariance", true));
  }

  get isotropic() {
    // |b* − 1| falls like 1/n: its own digits begin where those of n end.
    const digits = DIGITS + String(this.contextLength).length;
    this.#isotropic ??= isotropicOptimum({ ...this.sizes, digits });
    return this.#isotropic;
  }

  get sizes(): NoisyLoopedSetting {
    const { dim, contextLength, loops, noiseVariance } = this;
    return { dim, contextLength, loops, noiseVariance };
  }

  /** 1 − loss/isotropic loss, before it is rounded; 0 below what the enclosures tell apart. */
  gainOf(loss: Rational): number {
    const reference = this.isotropic.loss.midpoint;
    const gain = reference.minus(loss).over(reference).toNumber();
    return Math.abs(gain) < 10 ** (2 - DIGITS) ? 0 : gain;
  }

  requireNoNoise(): void {
    if (this.noiseVariance.sign() > 0)
      throw new HypothesisError("known for noise-free labels only");
  }
}

interface Field {
  readonly columns: readonly string[];
  /** Rough seconds of one point. */
  cost(dim: number, loops: number): number;
  of(setting: Setting): readonly Cell[];
}

const FIELDS = {
  isotropic: {
    columns: ["stepSize", "stepSizeDeviation", "loss"],
    cost: (_, loops) => 1e-4 * loops ** 3,
    of: ({ isotropic: { stepSize, loss } }) => [
      stepSize.toNumber(),
      deviationOf(stepSize).toNumber(),
      loss.toNumber(),
    ],
  },
  paperBound: {
    columns: ["paperC", "vacuous", "withinBound", "looseness"],
    cost: (_, loops) => 2e-5 * loops,
    of(setting) {
      setting.requireNoNoise();
      const { c, vacuous } = paperBound(setting);
      const { stepSize } = setting.isotropic;
      const within = withinPaperBound(stepSize, setting);
      return [c, Number(vacuous), Number(within), c / deviationOf(stepSize).toNumber()];
    },
  },
  untied: {
    columns: ["untiedLoss", "untiedGain"],
    cost: (_, loops) => 3e-4 * loops ** 3,
    of(setting) {
      const { loss } = untiedOptimum(setting.sizes);
      return [loss.toNumber(), setting.gainOf(loss.midpoint)];
    },
  },
  saddle: {
    columns: ["curvature", "curvatureSign"],
    cost: (_, loops) => 1e-4 * 4 ** loops,
    of(setting) {
      setting.requireNoNoise();
      const { curvature, sign } = antisymmetricCurvatureAtOptimum(setting.sizes);
      return [curvature.toNumber(), sign];
    },
  },
  saddleFrom: {
    columns: ["saddleFrom", "saddleCheckedTo"],
    cost: (dim, loops) => 1e-4 * 4 ** loops * (dim * dim + 20 * dim + 100),
    of(setting) {
      setting.requireNoNoise();
      const { onset, checkedTo } = saddleOnset(setting.dim, setting.loops);
      return [onset, checkedTo];
    },
  },
  family: {
    columns: ["familyStep", "familyAntisymmetric", "familyLoss", "familyGain"],
    cost: (_, loops) => 2e-3 * 4 ** loops,
    of(setting) {
      setting.requireNoNoise();
      if (setting.dim % 2 === 1) throw new HypothesisError("cI + εJ needs an even dim");
      const { stepSize, antisymmetric, loss, lossExact } = rotationOptimum(setting.sizes);
      return [stepSize, antisymmetric, loss, setting.gainOf(lossExact)];
    },
  },
  best: {
    columns: ["bestLoss", "bestGain", "antisymmetricNorm", "foundBy"],
    cost: (dim, loops) => 2e-3 * dim ** 2 * 3 ** loops,
    of(setting) {
      const stream = setting.stream.split("best");
      const found = bestPreconditioner(setting.sizes, { stream });
      const gain = setting.gainOf(found.lossExact);
      return [found.loss, gain, found.antisymmetricNorm, found.foundBy];
    },
  },
  gdPlusPlus: {
    columns: ["gdPlusPlusStep", "gdPlusPlusValue", "gdPlusPlusLoss"],
    cost: (_, loops) => 0.02 * 6 ** loops,
    of(setting) {
      const { layers, loss } = gdPlusPlusOptimum(setting.sizes);
      return [layers[0]!.stepSize, layers[0]!.covariateValue, loss];
    },
  },
} as const satisfies Record<string, Field>;

export type OptimumField = keyof typeof FIELDS;

/** Every field of `optimum`, in the order of their columns. */
export const OPTIMUM_FIELDS = Object.keys(FIELDS) as OptimumField[];

const TEXT_COLUMNS: ReadonlySet<string> = new Set(["foundBy"]);

/**
 * The exact optimum of a looped model at a point: what `loopgd optimum` says, as columns.
 *
 * Conventions.  gains are 1 − loss/isotropic loss; `stepSizeDeviation` is |b* − 1|; `looseness` is the
 *               paper's c over it; booleans are 0 and 1
 * Accuracy.     step sizes, losses and deviations exact before they are rounded to doubles, gains to 18
 *               digits after the point; `best` is the best found
 */
export function optimumComputation(fields: readonly OptimumField[]): Computation {
  const chosen = fields.map((name) => ({ name, field: FIELDS[name] as Field }));
  const needsContext = fields.some((name) => name !== "saddleFrom");
  return {
    name: "optimum",
    required: ["dim", ...(needsContext ? ["contextLength"] : []), "loops"],
    optional: { noiseVariance: 0 },
    columns: chosen.flatMap(({ field }) =>
      field.columns.map(
        (name): Column => ({ name, kind: TEXT_COLUMNS.has(name) ? "text" : "number" }),
      ),
    ),
    cost: (point) =>
      chosen.reduce(
        (sum, { field }) => sum + field.cost(Number(point.dim), Number(point.loops)),
        1e-4,
      ),
    requireUsable(point) {
      wholeOf(point, "dim");
      wholeOf(point, "loops");
      positiveOf(point, "noiseVariance", true);
      if (needsContext) bigWholeOf(point, "contextLength");
    },
    run(point, stream) {
      const setting = new Setting(point, stream);
      const cells: Record<string, Cell> = {};
      const notes: string[] = [];
      for (const { name, field } of chosen) {
        let values: readonly Cell[] = field.columns.map(() => null);
        try {
          values = field.of(setting);
        } catch (error) {
          if (!(error instanceof HypothesisError)) throw error;
          notes.push(`${name}: ${error.message}`);
        }
        for (const [i, column] of field.columns.entries()) cells[column] = values[i]!;
      }
      return { cells, ...(notes.length > 0 && { note: notes.join("; ") }) };
    },
  };
}

/** Throws an ArgumentError unless the text names a field. */
export function requireOptimumField(where: string, name: unknown): OptimumField {
  const field = OPTIMUM_FIELDS.find((candidate) => candidate === name);
  if (field !== undefined) return field;
  throw new ArgumentError("sweep", where, `one of ${OPTIMUM_FIELDS.join(", ")}`, name);
}

function deviationOf(stepSize: Enclosure): Rational {
  return stepSize.midpoint.minus(Rational.of(1n)).absolute();
}
