import { loopsShown } from "../answer/loop-curves.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { contextText } from "../state/state-hash.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { contextExamples } from "./typescript-snippet.js";

/**
 * A view's numbers from the command line: one `loopgd optimum` a line.
 *
 * Under the prior I the command line knows no optimum of several loops: the lines then ask for the
 * law that has the same b*, and a comment says how the losses differ.
 */
export function commandSnippet(state: ExplorerState): string {
  const law = lawFlags(state);
  const line = (dim: number, context: bigint, loops: number, more = "") =>
    `npx loopgd optimum --dim ${dim} --context ${contextText(context)} --loops ${loops}${law.flags}${more}`;
  const { dim, contextLength, loops } = state;
  const here = (more: string) => [line(dim, contextLength, loops, more)];
  const lines = {
    optimum: () => here(""),
    loops: () =>
      Array.from({ length: loopsShown(loops) }, (_, i) =>
        line(dim, contextLength, i + 1, " --fields untied"),
      ),
    context: () =>
      contextExamples(state).map((context) => line(dim, context, loops, " --fields untied")),
    landscape: () => here(` --fields ${loops > 1 ? "family,saddle,saddleFrom" : "family,saddle"}`),
    bound: () => here(""),
    best: () => here(` --fields best${state.seed === 0 ? "" : ` --seed ${state.seed}`}`),
  }[state.view]();
  return `${[...law.comments, ...lines].join("\n")}\n`;
}

function lawFlags(state: ExplorerState): { flags: string; comments: readonly string[] } {
  const { covariance, noiseVariance, taskPrior } = state;
  const { scale, setting } = whitenedLaw(state);
  if (taskPrior === "identity") {
    const noise = setting.noiseVariance.toNumber();
    const factor = scale.toNumber();
    const comments = [
      "# The prior I, in the law with the same b*: the prior Σ⁻¹ at noise σ²d/tr(Σ).",
      ...(factor === 1
        ? []
        : [`# Losses under the prior I are tr(Σ)/d = ${factor} times those printed.`]),
    ];
    return { flags: noise === 0 ? "" : ` --noise ${noise}`, comments };
  }
  const covarianceFlag = covariance === "identity" ? "" : ` --covariance ${covariance}`;
  return {
    flags: covarianceFlag + (noiseVariance === 0 ? "" : ` --noise ${noiseVariance}`),
    comments: [],
  };
}
