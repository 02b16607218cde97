import { join } from "node:path";
import { claims } from "../../../proofs-checks/registry.js";
import { runClaims, selectClaims } from "../../claim/run-claims.js";
import { type GridTightness, tightestOnGrid } from "../../claim/tightness.js";
import { ArgumentError, Description } from "../../errors.js";
import { readDocument } from "../stored-run.js";
import type { FigureSettings } from "./settings.js";

/** Bounds that are checked in about a second each, for a figure without a verification. */
const QUICK_BOUNDS = [
  "global-minimiser-within-paper-bound",
  "flow-time-within-integrated-form",
  "flow-time-within-reported-form",
  "gradient-dominance-of-isotropic",
  "gradient-dominance-at-zero",
  "looped-within-twice-untied",
  "mean-loss-diverges-with-test-loops",
  "mean-loss-improves-beyond-trained-loops",
] as const;

/** The tight constants that a verification's verdicts.json holds, or those of a few quick claims. */
export async function tightness({ run, seed, io }: FigureSettings): Promise<GridTightness[]> {
  if (run !== undefined) return storedTightness(run);
  io.stderr(
    `checking ${QUICK_BOUNDS.length} bounds, seed ${seed}; all of them: --run FOLDER of a loopgd verify\n`,
  );
  const { results } = await runClaims(selectClaims(claims, QUICK_BOUNDS), {
    ...{ seed, profile: "quick", signal: io.signal },
  });
  io.signal.throwIfAborted();
  return tightestOnGrid(results);
}

function storedTightness(folder: string): GridTightness[] {
  const document = readDocument("figure", join(folder, "verdicts.json"));
  if (document?.schema !== "loopgd.verify/1" || !Array.isArray(document.tightness)) {
    const got = new Description(`"${folder}" without such a verdicts.json`);
    throw new ArgumentError("figure", "--run", "a folder that loopgd verify wrote", got);
  }
  return document.tightness as GridTightness[];
}
