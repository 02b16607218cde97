import type { WeightComparison } from "../compare/compare-weights.js";
import { describeShape } from "../model/model-shape.js";
import type { TrainingRun } from "../training/training-run.js";
import { type Html, html } from "./html.js";
import { numberText, percentText, secondsText } from "./number-text.js";

/** One sentence on what was trained, where and how it ended. */
export function describeRun({
  distribution,
  shape,
  status,
  engine,
  seconds,
  history,
  positions,
}: TrainingRun): string {
  const { dim, contextLength } = distribution;
  const ending = {
    converged: "converged",
    "max-steps": "ran to its last step",
    diverged: "diverged",
    interrupted: "was interrupted",
  }[status];
  const last = history.at(-1)?.step ?? 0;
  return `A linear model (${describeShape(shape)}), d = ${dim}, n = ${contextLength}; training ${ending} (last step ${last}) after ${secondsText(seconds)} on ${engine}.${positions === "all" ? " Training weighed a query after every example; the losses of the weights are of the last position alone." : ""}`;
}

/** What the weights are worth and where they lie, quantity by quantity. */
export function comparisonTable(comparison: WeightComparison): Html {
  const rows = [...lossRows(comparison), ...weightRows(comparison)];
  return html`<div class="scroll" role="region" aria-label="Trained weights against the closed form" tabindex="0">
<table>
<caption>Trained weights against the closed form</caption>
<thead><tr><th scope="col">Quantity</th><th scope="col" class="number">Value</th></tr></thead>
<tbody>
${rows.map(
  ({ quantity, value, how }) =>
    html`<tr><th scope="row">${quantity}<span class="how">${how}</span></th><td class="number">${value}</td></tr>\n`,
)}</tbody>
</table>
</div>`;
}

interface Row {
  readonly quantity: string;
  readonly value: string;
  readonly how: string;
}

function lossRows({
  reference,
  sampledLoss,
  exactLoss,
  optimalLosses,
  untiedLoss,
  excessLoss,
  excessLossStandardError,
}: WeightComparison): Row[] {
  const { mean, standardError, prompts } = sampledLoss.at(-1)!;
  const loss = [
    {
      quantity: "Loss of the trained weights",
      value:
        "unavailable" in exactLoss ? "out of reach" : numberText(exactLoss.perLoop.at(-1)!, 10),
      how: "unavailable" in exactLoss ? exactLoss.unavailable : "exact, nearest double",
    },
    {
      quantity: "Loss on fresh prompts",
      value: `${numberText(mean, 7)} ± ${numberText(standardError, 2)}`,
      how: `sampled on ${prompts.toLocaleString("en")} prompts, one standard error`,
    },
  ];
  if (reference.kind === "none") {
    return [
      ...loss,
      { quantity: "Loss of the closed form", value: "none known", how: reference.reason },
    ];
  }
  const rows = [
    ...loss,
    {
      quantity: "Loss of the closed form",
      value: numberText(reference.loss, 10),
      how: "exact, nearest double",
    },
  ];
  if (reference.kind === "isotropic") {
    const value = numberText(reference.stepSize.toNumber(), 10);
    rows.push({
      quantity: "Step size b* of the closed form",
      value,
      how: "certified enclosure, nearest double",
    });
  }
  if (excessLoss !== null && excessLossStandardError !== null) {
    const isExact = excessLossStandardError === 0;
    rows.push({
      quantity: "Excess loss, relative",
      value: isExact
        ? percentText(excessLoss)
        : `${percentText(excessLoss)} ± ${percentText(excessLossStandardError, 2)}`,
      how: isExact ? `exact; ${negativeExcess(reference.kind)}` : "sampled, one standard error",
    });
  }
  if (untiedLoss !== null) {
    rows.push({
      quantity: "Loss of the best untied multiples of Σ⁻¹",
      value: numberText(untiedLoss, 10),
      how: "exact, nearest double; below that of one multiple for all layers",
    });
  }
  if (optimalLosses.best !== null) {
    rows.push({
      quantity: "Best loss found over all preconditioners",
      value: numberText(optimalLosses.best, 10),
      how: "exact loss of the best found, symmetric or not",
    });
  }
  return rows;
}

function negativeExcess(kind: "isotropic" | "one-layer"): string {
  return kind === "isotropic"
    ? "negative: better than every multiple of Σ⁻¹"
    : "never negative, for the closed form is optimal";
}

function weightRows({ layers, family, offFamily, agreement }: WeightComparison): Row[] {
  const perLayer = layers.flatMap((layer, i): Row[] => {
    const of = layers.length === 1 ? "" : `, layer ${i + 1}`;
    const { symmetricDistance, antisymmetricNorm, readInNorm, eigenvalues } = layer;
    return [
      ...(symmetricDistance === null
        ? []
        : [row(`Symmetric part${of}`, symmetricDistance, "‖sym(B) − B*‖ / ‖B*‖")]),
      row(`Antisymmetric part${of}`, antisymmetricNorm, "‖anti(B)‖ / ‖B‖"),
      row(`Read-in${of}`, readInNorm, "‖Σ¹ᐟ² u‖"),
      {
        quantity: `Eigenvalues of B${of}`,
        value: spectrumText(eigenvalues),
        how: "real parts from least to greatest, and the greatest imaginary part",
      },
    ];
  });
  const last = agreement.at(-1);
  return [
    ...perLayer,
    ...(family === "full"
      ? [row("Outside the restricted family", offFamily, "share of ‖(P, Q)‖, canonical gauge")]
      : []),
    ...(last === undefined
      ? []
      : [
          row(
            "Distance to GD’s predictions",
            last.predictionDistance,
            `sampled, relative, after loop ${last.loop}`,
          ),
          {
            quantity: "Sensitivity cosine with GD",
            value: numberText(last.sensitivityCosine, 7),
            how: `sampled, between ∂ŷ/∂x_q and GD’s weights, after loop ${last.loop}`,
          },
        ]),
  ];
}

function row(quantity: string, value: number, how: string): Row {
  return { quantity, value: numberText(value), how };
}

function spectrumText(eigenvalues: readonly (readonly [number, number])[]): string {
  const real = eigenvalues.map(([part]) => part);
  const imaginary = Math.max(...eigenvalues.map(([, part]) => Math.abs(part)));
  const range = `${numberText(Math.min(...real))} … ${numberText(Math.max(...real))}`;
  return imaginary === 0 ? range : `${range}, ± ${numberText(imaginary, 3)} i`;
}
