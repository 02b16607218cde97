import type { WeightComparison } from "../compare/compare-weights.js";
import { comparisonVerdict } from "../compare/comparison-verdict.js";
import { describeShape } from "../model/model-shape.js";
import { describeCovariateLaw } from "../prompt/covariate-law.js";
import { formatNumber, textTable } from "./text-table.js";

/** The machine-readable comparison, schema loopgd.compare/1. */
export function comparisonDocument(comparison: WeightComparison) {
  const { distribution, reference, layers, sampledLoss, exactLoss, excessLoss, optimalLosses } =
    comparison;
  const { mean, standardError, prompts } = sampledLoss.at(-1)!;
  const lastLoss = "unavailable" in exactLoss ? mean : exactLoss.perLoop.at(-1)!;
  const excessOver = (optimum: number | null) =>
    optimum === null ? null : (lastLoss - optimum) / optimum;
  const distances = layers.map((layer) => layer.symmetricDistance);
  return {
    schema: "loopgd.compare/1",
    verdict: comparisonVerdict(comparison),
    family: comparison.family,
    dim: distribution.dim,
    contextLength: distribution.contextLength,
    blockLayers: layers.length,
    loops: comparison.loops,
    noiseVariance: distribution.noiseVariance,
    covariates: describeCovariateLaw(distribution.covariateLaw),
    taskPool: distribution.taskPool?.length ?? null,
    reference: {
      kind: reference.kind,
      stepSize: reference.kind === "isotropic" ? reference.stepSize.toNumber() : null,
      loss: reference.kind === "none" ? null : reference.loss,
      unavailable: reference.kind === "none" ? reference.reason : null,
    },
    loss: {
      exact: "unavailable" in exactLoss ? null : exactLoss,
      exactUnavailable: "unavailable" in exactLoss ? exactLoss.unavailable : null,
      sampled: { mean, standardError, prompts },
      perLoop: sampledLoss,
    },
    excessLoss: {
      isotropic: reference.kind === "isotropic" ? excessLoss : null,
      symmetric: excessOver(optimalLosses.symmetric),
      best: excessOver(optimalLosses.best),
      untied: excessOver(optimalLosses.untied),
      gdPlusPlus: excessOver(optimalLosses.gdPlusPlus),
      sameBlock: excessOver(comparison.untiedLoss),
      oneLayer: reference.kind === "one-layer" ? excessLoss : null,
      standardError: comparison.excessLossStandardError,
      unavailable: optimalLosses.unavailable,
    },
    // The worst layer of the block; a looped model has one.
    symmetricDistance: distances.some((distance) => distance === null)
      ? null
      : Math.max(...distances.map((distance) => distance ?? 0)),
    antisymmetricNorm: Math.max(...layers.map((layer) => layer.antisymmetricNorm)),
    readInNorm: Math.max(...layers.map((layer) => layer.readInNorm)),
    offFamily: comparison.offFamily,
    layers: layers.map(({ whitened, ...layer }, l) => ({
      ...layer,
      // Of the best untied model, to which a layer of its own is held.
      matchedStep: comparison.matchedSteps?.[l] ?? null,
      whitenedPreconditioner: whitened.to2DArray(),
    })),
    curvature: "unavailable" in comparison.curvature ? null : comparison.curvature,
    curvatureUnavailable:
      "unavailable" in comparison.curvature ? comparison.curvature.unavailable : null,
    agreement: comparison.agreement,
  };
}

/** The comparison as a person reads it. */
export function describeComparison(comparison: WeightComparison): string {
  const document = comparisonDocument(comparison);
  const { reference, loss, excessLoss } = document;
  const excess = excessLoss.isotropic ?? excessLoss.oneLayer;
  const error = excessLoss.standardError ?? 0;
  const rows: string[][] = [
    [
      "weights",
      `${describeShape({ ...document, layers: document.blockLayers })}, d = ${document.dim}, n = ${document.contextLength}`,
    ],
    [
      "sampled loss",
      `${formatNumber(loss.sampled.mean)} ± ${formatNumber(loss.sampled.standardError, 2)} (${loss.sampled.prompts} prompts, one standard error)`,
    ],
  ];
  rows.push([
    "exact loss",
    loss.exact === null
      ? `out of reach: ${loss.exactUnavailable}`
      : formatNumber(loss.exact.perLoop.at(-1)!, 10),
  ]);
  if (reference.loss === null) rows.push(["closed form", reference.unavailable ?? ""]);
  else {
    const step =
      reference.stepSize === null ? "" : `, b* = ${formatNumber(reference.stepSize, 10)}`;
    rows.push(["closed form", `${formatNumber(reference.loss, 10)} (exact${step})`]);
  }
  if (excess !== null) {
    rows.push([
      "excess",
      `${(100 * excess).toFixed(3)} %${error === 0 ? " (exact)" : ` ± ${(100 * error).toFixed(3)} %`}${excess < 0 ? ", below the closed form" : ""}`,
    ]);
  }
  for (const [value, name] of [
    [excessLoss.symmetric, "the best symmetric"],
    [
      excessLoss.best,
      `the best found over all matrices${document.blockLayers === 1 ? "" : " of one looped layer"}`,
    ],
    [excessLoss.sameBlock, "the best untied multiples of Σ⁻¹, looped as often"],
    [excessLoss.untied, "the best untied b_l Σ⁻¹ of the depth"],
    [excessLoss.gdPlusPlus, "the best isotropic GD++ of the size"],
  ] as const) {
    if (value !== null) rows.push(["", `${(100 * value).toFixed(3)} % over ${name}`]);
  }
  const { perLoop } = loss.exact ?? { perLoop: loss.perLoop.map(({ mean: value }) => value) };
  if (perLoop.length > 1) {
    rows.push(["loss per loop", perLoop.map((value) => formatNumber(value, 5)).join(", ")]);
  }
  document.layers.forEach((layer, l) => {
    if (layer.matchedStep === null || layer.symmetricDistance === null) return;
    const mean = layer.eigenvalues.reduce((sum, [real]) => sum + real, 0) / document.dim;
    const step = `b = ${formatNumber(mean, 5)} beside ${formatNumber(layer.matchedStep, 5)}`;
    const parts = `symmetric part ${formatNumber(layer.symmetricDistance, 3)} off, antisymmetric ${formatNumber(layer.antisymmetricNorm, 3)}`;
    rows.push([`layer ${l + 1}`, `${step}: ${parts}`]);
  });
  if (document.curvature !== null) {
    const { state, open, symmetric, antisymmetric } = document.curvature;
    const least = (value: number | null) => (value === null ? "none" : formatNumber(value, 3));
    const curvatures = `least curvature ${least(symmetric.leastCurvature)} symmetric, ${least(antisymmetric.leastCurvature)} antisymmetric`;
    rows.push(["there", `${state}${open === null ? "" : `, ${open} open`}: ${curvatures}`]);
  }
  if (document.symmetricDistance !== null) {
    rows.push([
      "symmetric part",
      `${formatNumber(document.symmetricDistance, 4)} from the closed form, relative`,
    ]);
  }
  rows.push(
    ["antisymmetric", `${formatNumber(document.antisymmetricNorm, 4)} of ‖B‖`],
    ["read-in", `‖Σ^½u‖ = ${formatNumber(document.readInNorm, 4)}`],
  );
  if (document.family !== "restricted") {
    rows.push([
      "off family",
      `${formatNumber(document.offFamily, 4)} of ‖(P, Q)‖ is outside (A, u)`,
    ]);
  }
  for (const { loop, predictionDistance, sensitivityCosine } of document.agreement) {
    rows.push([
      loop === 1 ? "against GD" : "",
      `${document.blockLayers === 1 ? "loop" : "layer"} ${loop}: predictions ${formatNumber(predictionDistance, 4)} apart, sensitivity cosine ${sensitivityCosine.toFixed(6)}`,
    ]);
  }
  rows.push(["verdict", document.verdict]);
  return `${textTable(rows)}\n`;
}
