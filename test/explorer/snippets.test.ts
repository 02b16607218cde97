import { describe, expect, it } from "vitest";
import { bestAnswer } from "../../src/explorer/answer/best-answer.js";
import { contextCurves } from "../../src/explorer/answer/context-curves.js";
import { landscape } from "../../src/explorer/answer/landscape.js";
import { loopCurves } from "../../src/explorer/answer/loop-curves.js";
import { optimumAnswer } from "../../src/explorer/answer/optimum-answer.js";
import { isUnavailable } from "../../src/explorer/answer/part.js";
import { commandSnippet } from "../../src/explorer/snippet/command-snippet.js";
import { typescriptSnippet } from "../../src/explorer/snippet/typescript-snippet.js";
import { type ExplorerState, VIEWS } from "../../src/explorer/state/explorer-state.js";
import { runCli } from "../cli/run-cli.js";
import { runSnippet } from "../docs/snippet.js";
import { typeErrors } from "../docs/type-check.js";
import { stateOf } from "./explorer-states.js";

const STATES: Readonly<Record<string, ExplorerState>> = {
  default: stateOf({ loops: 3 }),
  "large n": stateOf({ contextLength: 10n ** 30n, loops: 2 }),
  "odd d, noise": stateOf({ dim: 3, contextLength: 12n, loops: 2, noiseVariance: 0.5 }),
  "prior I": stateOf({
    ...{ dim: 4, contextLength: 30n, loops: 2, seed: 3, noiseVariance: 0.25 },
    ...{ covariance: "diag:1,1,0.25,0.0625", taskPrior: "identity" },
  }),
  "scalar prior I": stateOf({
    ...{ dim: 2, contextLength: 30n, loops: 2 },
    ...{ covariance: "diag:2,2", taskPrior: "identity" },
  }),
  "one loop, condition": stateOf({ dim: 4, loops: 1, covariance: "condition:10" }),
};

/** What a module prints, all of its numbers. */
async function printed(source: string): Promise<number[]> {
  const lines: unknown[][] = [];
  const log = (...values: unknown[]) => lines.push(values);
  const importModule = async (specifier: string) => {
    expect(specifier).toBe("loopgd");
    return import("../../src/index.js");
  };
  expect(await runSnippet(source, { importModule, scope: { console: { log } } })).toEqual([]);
  return lines.flat(3).map(Number).filter(Number.isFinite);
}

/** The number that a view's picture shows, which the copied code must print. */
function shownBy(state: ExplorerState): number | null {
  switch (state.view) {
    case "optimum":
      return optimumAnswer(state).loss.value;
    case "loops":
      return loopCurves(state).untied[state.loops]!.value;
    case "context": {
      const { contextLengths, untied } = contextCurves(state);
      return untied[contextLengths.indexOf(state.contextLength)]!.value;
    }
    case "bound": {
      const { bound } = optimumAnswer({ ...state, noiseVariance: 0, taskPrior: "inverse" });
      return isUnavailable(bound) ? null : bound.c;
    }
    case "landscape":
      // The matrix form prints the loss at b*I, the plane's own the best.
      return state.dim % 2 === 0 && state.noiseVariance === 0
        ? landscape(state).optimum.loss.value
        : optimumAnswer(state).loss.value;
    case "best":
      return bestAnswer(state, () => {}).loss.value;
  }
}

const isNear = (a: number, b: number, share: number) => Math.abs(a - b) <= share * Math.abs(b);

describe("typescriptSnippet", () => {
  for (const [name, state] of Object.entries(STATES)) {
    for (const view of VIEWS) {
      // Without a critical point at b*Σ⁻¹ there is no landscape, and no code for one.
      if (name === "prior I" && view === "landscape") continue;
      it(`runs and prints what is shown: ${name}, ${view}`, async () => {
        const here = { ...state, view };
        const shown = shownBy(here)!;
        const numbers = await printed(typescriptSnippet(here));
        // rotationOptimum rounds c to a double, which costs digits where b* is within 10⁻²⁹ of 1.
        const share = name === "large n" && view === "landscape" ? 0.05 : 1e-7;
        expect(numbers.filter((number) => isNear(number, shown, share))).not.toEqual([]);
      });
    }
  }

  it("type-checks", () => {
    const modules = Object.entries(STATES).flatMap(([name, state], i) =>
      VIEWS.map((view) => ({
        path: `test/explorer/snippet-${i}-${view}.ts`,
        source: typescriptSnippet({ ...state, view }),
        title: `${name}, ${view}`,
        firstLine: 1,
      })),
    );
    expect(typeErrors(process.cwd(), modules)).toEqual([]);
  });
});

describe("commandSnippet", () => {
  for (const [name, state] of Object.entries(STATES)) {
    for (const view of ["optimum", "loops", "context", "bound"] as const) {
      it(`runs and prints what is shown: ${name}, ${view}`, async () => {
        const here = { ...state, view };
        const lines = commandSnippet(here).trim().split("\n");
        const factor = Number(
          /Losses under the prior I are .* = (\S+) times/.exec(lines.join())?.[1] ?? 1,
        );
        const numbers: number[] = [];
        for (const line of lines.filter((text) => !text.startsWith("#"))) {
          expect(line).toMatch(/^npx loopgd optimum /);
          const { exitCode, stdout } = await runCli(line.split(" ").slice(2));
          expect(exitCode).toBe(0);
          // The table's digits, those of enclosures among them, and the loss in the scale of the prior.
          const printed = stdout.match(/[\d.]+(e-?\d+)?/g)!.map(Number);
          numbers.push(...printed, ...printed.map((number) => number * factor));
        }
        const isApplicable =
          view !== "bound" || (state.noiseVariance === 0 && state.taskPrior === "inverse");
        const shown = isApplicable ? shownBy(here)! : optimumAnswer(state).loss.value;
        // c is printed to six digits.
        const share = view === "bound" ? 5e-6 : 1e-7;
        expect(numbers.filter((number) => isNear(number, shown, share))).not.toEqual([]);
      });
    }
  }

  it("names the field of a view", () => {
    const of = (view: ExplorerState["view"]) => commandSnippet(stateOf({ view, seed: 7 }));
    expect(of("landscape")).toContain("--fields family,saddle,saddleFrom");
    expect(of("best")).toContain("--fields best --seed 7");
  });

  it("finds, with its seed, the very matrix that the page found", async () => {
    const state = stateOf({ dim: 3, contextLength: 50n, loops: 2, seed: 5, view: "best" });
    const { stdout } = await runCli([
      ...commandSnippet(state).trim().split(" ").slice(2),
      "--json",
    ]);
    const { best } = JSON.parse(stdout);
    const { loss, eigenvalues, foundBy } = bestAnswer(state, () => {});
    expect({ ...best }).toMatchObject({ loss: loss.value, eigenvalues, foundBy });
  });
});
