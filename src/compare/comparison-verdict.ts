import type { WeightComparison } from "./compare-weights.js";

/**
 * What a comparison comes to, in one sentence.
 *
 * Conventions.  for instance: "restricted, 0.040 % above the best symmetric optimum, 1.300 % above the best found over all A; antisymmetric part 0.020, still growing"
 */
export function comparisonVerdict(comparison: WeightComparison): string {
  const { family, exactLoss, sampledLoss, optimalLosses, reference, curvature } = comparison;
  const isExact = !("unavailable" in exactLoss);
  const loss = isExact ? exactLoss.perLoop.at(-1)! : sampledLoss.at(-1)!.mean;
  const isLooped = comparison.layers.length === 1;
  const gaps: string[] = [];
  const against = (optimum: number | null, name: string) => {
    if (optimum !== null) gaps.push(`${percent((loss - optimum) / optimum)} ${name}`);
  };
  if (isLooped) {
    if (optimalLosses.symmetric !== null) {
      against(optimalLosses.symmetric, "the best symmetric optimum");
      against(optimalLosses.best, "the best found over all A");
    } else if (reference.kind !== "none") {
      against(reference.loss, reference.kind === "isotropic" ? "the best b·Σ⁻¹" : "the optimum");
    }
  } else against(optimalLosses.untied, "the best untied b_l·Σ⁻¹");
  if (family !== "restricted") {
    const size = isLooped ? "looped" : "untied";
    against(optimalLosses.gdPlusPlus, `the best isotropic GD++ (${size})`);
  }
  const antisymmetric = Math.max(...comparison.layers.map((layer) => layer.antisymmetricNorm));
  const state = "unavailable" in curvature ? "" : `, ${STATES[curvature.state](curvature.open)}`;
  const where = gaps.length === 0 ? "no optimum known to hold it against" : gaps.join(", ");
  const how = isExact ? "" : " (sampled)";
  return `${family}, ${where}${how}; antisymmetric part ${antisymmetric.toFixed(3)}${state}`;
}

const STATES = {
  minimum: () => "at a minimum",
  descending: (open: string | null) => `still descending, in the ${open} part most`,
  saddle: (open: string | null) =>
    open === "antisymmetric" ? "still growing (a saddle)" : "at a saddle of the symmetric part",
} as const;

function percent(gap: number): string {
  if (Math.abs(gap) < 1e-7) return "at";
  return `${(100 * Math.abs(gap)).toFixed(3)} % ${gap < 0 ? "below" : "above"}`;
}
