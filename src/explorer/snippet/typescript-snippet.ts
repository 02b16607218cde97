import { loopsShown, stepDigits } from "../answer/loop-curves.js";
import type { ExplorerState, View } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { contextSource, type SettingSource, settingSource } from "./setting-source.js";

/** A view's numbers as a module that prints them, by loopgd's public names. */
export function typescriptSnippet(state: ExplorerState): string {
  const source = settingSource(state);
  const { imports, lines } = BODIES[state.view](state, source);
  const names = [...new Set([...imports, ...source.imports])].sort();
  const isUsed = lines.some((line) => /\bsetting\b/.test(line));
  return [
    `import { ${names.join(", ")} } from "loopgd";`,
    "",
    ...(isUsed ? [...source.preamble, source.setting] : []),
    ...lines,
    "",
  ].join("\n");
}

interface Body {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
}

type BodyOf = (state: ExplorerState, source: SettingSource) => Body;

const BODIES: Readonly<Record<View, BodyOf>> = {
  optimum: (_, { times }) => ({
    imports: ["isotropicOptimum"],
    lines: [
      "const { stepSize, loss } = isotropicOptimum(setting);",
      'console.log("b* in", stepSize.toDecimals(20));',
      `console.log("loss in", loss${times}.toDecimals(20));`,
    ],
  }),
  loops: (state, { times }) => ({
    imports: ["isotropicLossPerLoop", "isotropicOptimum", "untiedOptimum"],
    lines: [
      `const { stepSize } = isotropicOptimum({ ...setting, digits: ${stepDigits(state)} });`,
      `const tuned = isotropicLossPerLoop({ ...setting, loops: ${loopsShown(state.loops)} }, stepSize.midpoint);`,
      `console.log("b* of ${state.loops} loops, run for 0, 1, 2, …:", tuned.map((loss) => loss${times}.toNumber()));`,
      `for (let loops = 1; loops <= ${loopsShown(state.loops)}; loops++) {`,
      "  const best = isotropicOptimum({ ...setting, loops }).loss;",
      "  const untied = untiedOptimum({ ...setting, loops }).loss;",
      `  console.log(loops, best${times}.toNumber(), untied${times}.toNumber());`,
      "}",
    ],
  }),
  context: (state, { times }) => ({
    imports: ["isotropicOptimum", "untiedOptimum"],
    lines: [
      `for (const contextLength of [${contextExamples(state).map(bigintSource).join(", ")}]) {`,
      "  const best = isotropicOptimum({ ...setting, contextLength }).loss;",
      "  const untied = untiedOptimum({ ...setting, contextLength }).loss;",
      `  console.log(contextLength, best${times}.toNumber(), untied${times}.toNumber());`,
      "}",
    ],
  }),
  landscape: landscapeBody,
  bound: (state) => ({
    imports: ["isotropicOptimum", "paperBound", "withinPaperBound"],
    lines: [
      `const law = { dim: ${state.dim}, contextLength: ${contextSource(state.contextLength)}, loops: ${state.loops} };`,
      "const { c, vacuous, contextForNonVacuous } = paperBound(law);",
      'console.log("c =", c, vacuous ? "(vacuous)" : "", "says something from n =", contextForNonVacuous);',
      `const { stepSize } = isotropicOptimum({ ...law, digits: ${stepDigits(state)} });`,
      'console.log("b* in", stepSize.toDecimals(20), "within c:", withinPaperBound(stepSize, law));',
    ],
  }),
  best: (state, source) =>
    whitenedLaw(state).isScalar ? bestOfScalar(state, source) : bestOfLaw(state),
};

function landscapeBody(state: ExplorerState, { times }: SettingSource): Body {
  const { dim, loops, noiseVariance } = state;
  if (dim % 2 === 0 && noiseVariance === 0) {
    const scaled = times === "" ? "" : ".lossExact.times(scale).toNumber()";
    return {
      imports: [
        "antisymmetricCurvatureAtOptimum",
        "rotationOptimum",
        ...(loops > 1 ? ["saddleOnset"] : []),
      ],
      lines: [
        "const { curvature, sign } = antisymmetricCurvatureAtOptimum(setting);",
        'console.log(sign < 0 ? "b*I is a strict saddle" : "b*I is a minimum here", curvature.toNumber());',
        ...(loops > 1 ? [`console.log("n₀ =", saddleOnset(${dim}, ${loops}).onset);`] : []),
        "const best = rotationOptimum(setting);",
        `console.log("best cI + εJ:", best.stepSize, best.antisymmetric, best${scaled || ".loss"});`,
      ],
    };
  }
  const size = `{ dim: ${dim}, contextLength: ${contextSource(state.contextLength)}${noiseVariance === 0 ? "" : ", noiseVariance: setting.noiseVariance"} }`;
  return {
    imports: ["isotropicOptimum", "populationLoss", "Rational"],
    lines: [
      `const c = isotropicOptimum({ ...setting, digits: ${stepDigits(state)} }).stepSize.midpoint;`,
      `const unit = 2 ** ${-Math.max(0, Math.round(Math.log2(Number(state.contextLength)) / 2))};`,
      "// B = cI + εJ, J of blocks [[0, 1], [−1, 0]]; for odd d its last row is 0.",
      "const matrix = (epsilon: Rational) =>",
      `  Array.from({ length: ${dim} }, (_, i) =>`,
      `    Array.from({ length: ${dim} }, (_, j) => {`,
      "      if (i === j) return c;",
      "      const [row, column] = [Math.min(i, j), Math.max(i, j)];",
      "      if (row % 2 === 1 || column !== row + 1) return Rational.ZERO;",
      "      return i < j ? epsilon : epsilon.negated();",
      "    }),",
      "  );",
      "for (const multiple of [0, 0.5, 1, 2]) {",
      "  const preconditioners = [matrix(Rational.fromNumber(multiple * unit))];",
      `  const { exact } = populationLoss(${size}, { preconditioners, loops: ${loops} }, { exact: true });`,
      `  console.log("ε =", multiple * unit, "loss", exact!${times}.toNumber());`,
      "}",
    ],
  };
}

function bestOfScalar({ seed }: ExplorerState, { times }: SettingSource): Body {
  return {
    imports: ["bestPreconditioner", "Stream"],
    lines: [
      `const stream = Stream.fromSeed(${seed}).split("optimum").split("best");`,
      "const best = bestPreconditioner(setting, { stream });",
      `console.log("loss", best.lossExact${times}.toNumber(), "found by", best.foundBy);`,
      'console.log("eigenvalues of B", best.eigenvalues);',
      'console.log("antisymmetric norm", best.antisymmetricNorm);',
    ],
  };
}

function bestOfLaw(state: ExplorerState): Body {
  const { dim, contextLength, loops, noiseVariance, seed } = state;
  return {
    imports: ["bestForLaw", "diagonalCovariance", "Matrix", "Stream"],
    lines: [
      `const covariance = diagonalCovariance([${whitenedLaw(state).spectrum.join(", ")}]);`,
      `const law = { dim: ${dim}, contextLength: ${contextLength}, loops: ${loops}, noiseVariance: ${noiseVariance} };`,
      `const stream = Stream.fromSeed(${seed}).split("optimum").split("best");`,
      `const best = bestForLaw({ ...law, covariance, taskCovariance: Matrix.eye(${dim}) }, { stream });`,
      'console.log("loss", best.loss, "found by", best.foundBy);',
      'console.log("A", best.preconditioner.to2DArray());',
    ],
  };
}

/** A few context lengths that show the curve: decades around n, and n. */
export function contextExamples({ contextLength }: ExplorerState): bigint[] {
  const ends = [contextLength / 10n, contextLength, contextLength * 10n, contextLength * 100n];
  return ends.filter((end) => end > 0n);
}

function bigintSource(value: bigint): string {
  const source = contextSource(value);
  return source.includes("n") ? source : `${source}n`;
}
