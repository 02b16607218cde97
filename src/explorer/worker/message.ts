import type { OptimumRate } from "../../report/figure/optimum-rates.js";
import type { DescentProgress } from "../../theory/preconditioner-search/spectral-search.js";
import type { BestAnswer } from "../answer/best-answer.js";
import type { ContextCurves } from "../answer/context-curves.js";
import type { FamilyAnswer } from "../answer/family-answer.js";
import type { Landscape } from "../answer/landscape.js";
import type { LoopCurves } from "../answer/loop-curves.js";
import type { OptimumAnswer } from "../answer/optimum-answer.js";
import type { Unavailable } from "../answer/part.js";
import type { OnsetAnswer, SaddleAnswer } from "../answer/saddle-answer.js";
import type { ExplorerState } from "../state/explorer-state.js";

/** The parts of an answer, each sent as soon as it is known. */
export interface Parts {
  readonly optimum: OptimumAnswer;
  readonly loops: LoopCurves;
  readonly context: ContextCurves;
  readonly rates: OptimumRate;
  readonly saddle: SaddleAnswer | Unavailable;
  readonly landscape: Landscape | Unavailable;
  readonly families: FamilyAnswer;
  readonly onset: OnsetAnswer | Unavailable;
  readonly best: BestAnswer | Unavailable;
}

export type PartName = keyof Parts;

/** What is asked: the quick curves, what takes a moment, or the search over all matrices. */
export type Task = "curves" | "shape" | "search";

/** A question to the worker. Of two questions, the one with the greater id is the one that counts. */
export interface Question {
  readonly id: number;
  readonly task: Task;
  readonly state: ExplorerState;
}

/** What the worker sends back, all of it with the question's id. */
export type Reply = { readonly id: number } & (
  | {
      [Name in PartName]: {
        readonly kind: "part";
        readonly name: Name;
        readonly answer: Parts[Name];
      };
    }[PartName]
  | { readonly kind: "progress"; readonly progress: DescentProgress }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string }
);
