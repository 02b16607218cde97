import { optimumRates } from "../../report/figure/optimum-rates.js";
import type { DescentProgress } from "../../theory/preconditioner-search/spectral-search.js";
import { bestAnswer } from "../answer/best-answer.js";
import { contextCurves } from "../answer/context-curves.js";
import { familyAnswer } from "../answer/family-answer.js";
import { landscape } from "../answer/landscape.js";
import { loopCurves } from "../answer/loop-curves.js";
import { optimumAnswer } from "../answer/optimum-answer.js";
import { orUnavailable } from "../answer/part.js";
import { onsetAnswer, saddleAnswer } from "../answer/saddle-answer.js";
import type { ExplorerState } from "../state/explorer-state.js";
import type { PartName, Parts, Question, Reply, Task } from "./message.js";

type Step = (state: ExplorerState, onProgress: (progress: DescentProgress) => void) => Reply;

/** The steps of each task, the ones looked at first first. */
const STEPS: Readonly<Record<Task, readonly Step[]>> = {
  curves: [
    step("loops", loopCurves),
    step("optimum", optimumAnswer),
    step("context", contextCurves),
    step("rates", boundRate),
  ],
  shape: [
    step("saddle", (state) => orUnavailable(() => saddleAnswer(state))),
    step("landscape", (state) => orUnavailable(() => landscape(state))),
    step("families", familyAnswer),
    step("onset", (state) => orUnavailable(() => onsetAnswer(state))),
  ],
  search: [step("best", (state, onProgress) => orUnavailable(() => bestAnswer(state, onProgress)))],
};

/**
 * Answers a question part by part; between two parts a newer question may call it off.
 *
 * @param isStale  whether a newer question has come; asked between parts
 */
export async function answerQuestion(
  { id, task, state }: Question,
  send: (reply: Reply) => void,
  isStale: () => Promise<boolean>,
): Promise<void> {
  try {
    for (const next of STEPS[task]) {
      send({ ...next(state, (progress) => send({ id, kind: "progress", progress })), id });
      if (await isStale()) return;
    }
    send({ id, kind: "done" });
  } catch (error) {
    send({ id, kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

function step<Name extends PartName>(
  name: Name,
  answer: (state: ExplorerState, onProgress: (progress: DescentProgress) => void) => Parts[Name],
): Step {
  return (state, onProgress) =>
    ({ id: 0, kind: "part", name, answer: answer(state, onProgress) }) as Reply;
}

/** Decades of n that the bound's figure spans. */
const DECADES = 30;

const rates = new Map<string, Parts["rates"]>();

/** The bound's figure depends on d and L alone. */
function boundRate({ dim, loops }: ExplorerState): Parts["rates"] {
  const key = `${dim},${loops}`;
  const known = rates.get(key) ?? optimumRates({ dim, loops: [loops], decades: DECADES })[0]!;
  rates.set(key, known);
  return known;
}
