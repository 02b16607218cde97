import { ArgumentError } from "../../errors.js";
import type { Figure } from "../../report/figure/figure.js";
import type { FigureOption, FigureSettings } from "./settings.js";

/** A figure that `loopgd figure` draws. */
export interface CatalogueEntry {
  readonly about: string;
  /** The options it takes, with what they are when not given; null: none. */
  readonly takes: Partial<Record<Exclude<FigureOption, "run">, number>> & {
    readonly run?: "train" | "verify";
  };
  draw(settings: FigureSettings): Promise<Figure>;
}

/** Figures by name: each loads only what it draws. */
export const FIGURES = {
  "training-loss": {
    about: "training loss against the exact optimum and gradient flow",
    takes: { dim: 4, context: 20, loops: 2, run: "train" },
    async draw(settings) {
      const { descendedModel } = await import("./trained.js");
      const { trainingLossFigure } = await import("../../report/figure/training-loss.js");
      const { flowAlongTraining } = await import("../../report/figure/learned/training-flow.js");
      const { run, comparison, descentFrom } = await descendedModel(settings);
      const flow =
        descentFrom === undefined ? {} : { flow: await flowAlongTraining(run, descentFrom) };
      return trainingLossFigure({ id: "training-loss", run, comparison, ...flow });
    },
  },
  "flow-time": {
    about: "time of gradient flow to a loss, exact against both bounds",
    takes: { dim: 10, context: 1000, loops: 2 },
    async draw({ dim, context, loops }) {
      const { flowTimes } = await import("../../report/figure/exact/flow-times.js");
      const { flowTimeFigure } = await import("../../report/figure/exact/flow-time.js");
      const times = flowTimes({ dim, contextLength: context, loops }, { points: 24 });
      return flowTimeFigure({ id: "flow-time", times });
    },
  },
  preconditioner: {
    about: "learned, closed form and difference, symmetric and antisymmetric parts apart",
    takes: { dim: 6, context: 30, loops: 3, run: "train" },
    async draw(settings) {
      const { trainedModel } = await import("./trained.js");
      const { whitenedClosedForm } = await import("../../report/training-figures.js");
      const { preconditionerPartsFigure } = await import(
        "../../report/figure/learned/preconditioner-parts.js"
      );
      const { comparison } = await trainedModel(settings);
      const { reference, distribution, layers } = comparison;
      const closedForm = whitenedClosedForm(reference, distribution.covariance);
      if (closedForm === null)
        throw new ArgumentError("figure", "--run", "of a law with a closed form", settings.run);
      return preconditionerPartsFigure({
        ...{ id: "preconditioner", closedForm },
        learned: layers[0]!.whitened,
      });
    },
  },
  eigenvalues: {
    about: "eigenvalues of the learned, the closed-form and the best found B",
    takes: { dim: 6, context: 30, loops: 3, run: "train" },
    async draw(settings) {
      const { trainedModel } = await import("./trained.js");
      const { spectraOf } = await import("./spectra.js");
      const { eigenvaluePlaneFigure } = await import(
        "../../report/figure/learned/eigenvalue-plane.js"
      );
      const { comparison } = await trainedModel(settings);
      return eigenvaluePlaneFigure({
        id: "eigenvalues",
        spectra: spectraOf(comparison, settings.seed),
      });
    },
  },
  loops: {
    about: "loss per loop, mean and median, in and out of distribution, beyond the trained loops",
    takes: { dim: 5, context: 25, loops: 2, run: "train" },
    async draw(settings) {
      const { loopsBeyondTraining } = await import("./beyond-training.js");
      return loopsBeyondTraining(settings);
    },
  },
  depth: {
    about: "looped against untied against k ⊗ L at equal depth",
    takes: { dim: 10, context: 20, loops: 12 },
    async draw({ dim, context, loops }) {
      const { depthLosses } = await import("../../report/figure/exact/depth-losses.js");
      const { lossByDepthFigure } = await import("../../report/figure/exact/loss-by-depth.js");
      const losses = depthLosses(
        { dim, contextLength: context },
        { depth: loops, blockLayers: [1, 2, 3] },
      );
      return lossByDepthFigure({ id: "depth", losses });
    },
  },
  "context-gain": {
    about: "|b* − 1|, gain of the best A found and the paper's bound against n",
    takes: { dim: 4, loops: 2, decades: 30 },
    async draw({ dim, loops, decades, seed }) {
      const { contextGains } = await import("../../report/figure/exact/context-gains.js");
      const { contextGainFigure } = await import("../../report/figure/exact/context-gain.js");
      const gains = contextGains({ dim, loops, decades, seed });
      return contextGainFigure({ id: "context-gain", gains });
    },
  },
  "context-rate": {
    about: "|b* − 1| and the paper's bound against n, for several L",
    takes: { dim: 10, decades: 30 },
    async draw({ dim, decades }) {
      const { optimumRates } = await import("../../report/figure/optimum-rates.js");
      const { optimumRateFigure } = await import("../../report/figure/optimum-rate.js");
      const rates = optimumRates({ dim, loops: [1, 2, 3, 5], decades });
      return optimumRateFigure({ id: "context-rate", dim, rates });
    },
  },
  "saddle-map": {
    about: "the context length n₀ from which b*I is a saddle, for d and L up to those given",
    takes: { dim: 10, loops: 5 },
    async draw({ dim, loops }) {
      if (dim < 2) throw new ArgumentError("figure", "--dim", "at least 2", dim);
      if (loops < 2) throw new ArgumentError("figure", "--loops", "at least 2", loops);
      const { saddleMap, saddleMapFigure } = await import(
        "../../report/figure/exact/saddle-map.js"
      );
      const upTo = (last: number) => Array.from({ length: last - 1 }, (_, i) => i + 2);
      return saddleMapFigure({ id: "saddle-map", map: saddleMap(upTo(dim), upTo(loops)) });
    },
  },
  constants: {
    about: "tight against stated constants, of the bounds that a verification checked",
    takes: { run: "verify" },
    async draw(settings) {
      const { tightness } = await import("./tightness.js");
      const { tightConstantsFigure } = await import("../../report/figure/exact/tight-constants.js");
      return tightConstantsFigure({ id: "constants", bounds: await tightness(settings) });
    },
  },
  similarity: {
    about: "likeness of an untied model's layers: from scratch, stacked, regularised",
    takes: { dim: 5, context: 20, loops: 4 },
    async draw(settings) {
      const { trainedStacks } = await import("./layer-stacks.js");
      const { layerSimilarityFigure } = await import(
        "../../report/figure/learned/layer-similarity.js"
      );
      const { dim, context, loops } = settings;
      return layerSimilarityFigure({
        id: "similarity",
        stacks: await trainedStacks(settings),
        setting: `${loops} untied layers, d = ${dim}, n = ${context}.`,
      });
    },
  },
  landscape: {
    about: "the loss over (c, ε) on cI + εJ with the optima marked",
    takes: { dim: 4, context: 30, loops: 3 },
    async draw({ dim, context, loops }) {
      const { rotationLandscape } = await import("../../report/figure/exact/rotation-landscape.js");
      const { lossLandscapeFigure } = await import("../../report/figure/exact/loss-landscape.js");
      const setting = { dim, contextLength: context, loops };
      const landscape = rotationLandscape(setting, { points: 41 });
      return lossLandscapeFigure({ id: "landscape", landscape });
    },
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];
