// @ts-check
// Training steps of loopgd beside PyTorch's, and TensorFlow.js', in one run: times and ratios.
//
//   npm run build && node bench/pytorch-comparison.mjs            all parts
//   node bench/pytorch-comparison.mjs agreement short             some of them
//   node bench/pytorch-comparison.mjs --update                    all, written into docs/benchmarks.md
//
// B = 1024, d = 10, L = 5, forward + backward + Adam, one thread, float64 (TensorFlow.js: float32). The
// Python side is in bench/pytorch. Exit 1 when a limit is exceeded.
import { totalmem } from "node:os";
import { textTable } from "../dist/src/cli/text-table.js";
import { gramPromptSampler } from "../dist/src/prompt/gram-prompt.js";
import { promptDistribution } from "../dist/src/prompt/prompt-distribution.js";
import { Stream } from "../dist/src/random/stream.js";
import { selectBackend } from "../dist/src/training/backend.js";
import { kernelObjective } from "../dist/src/training/kernel-objective.js";
import { tensorflowObjective } from "../dist/src/training/tensorflow-objective.js";
import { keptPrompts, timeSteps } from "./kernel-steps.mjs";
import { median } from "./measure.mjs";
import { agreement } from "./pytorch/agreement.mjs";
import { fastestEnvironment, timeFormulations } from "./pytorch/environment.mjs";
import { pytorchVersion } from "./pytorch/process.mjs";
import { reportBenchmark } from "./report.mjs";

const [DIM, LOOPS, BATCH] = [10, 5, 1024];
const GIB = 2 ** 30;

/** @typedef {import("./pytorch/environment.mjs").Timing} Timing */
/** @typedef {{ readonly what: string, readonly value: number, readonly least?: number, readonly most?: number }} Check */

function shapeOf(/** @type {"full" | "restricted"} */ family) {
  return { family, dim: DIM, layers: 1, loops: LOOPS };
}

const lawOf = (/** @type {number} */ contextLength) =>
  promptDistribution({ dim: DIM, contextLength });

/** The kernel with prompts drawn at every step. */
function drawing(
  /** @type {"full" | "restricted"} */ family,
  /** @type {number} */ contextLength,
  /** @type {{ estimator?: "plain" | "conditional", workers?: number }} */ options = {},
) {
  const shape = shapeOf(family);
  const distribution = lawOf(contextLength);
  const objective = kernelObjective({ shape, distribution, batch: BATCH, workers: 1, ...options });
  return { shape, ...objective };
}

/** The kernel on prompts of n = 20 drawn beforehand. */
function kept(
  /** @type {"full" | "restricted"} */ family,
  /** @type {"plain" | "conditional"} */ estimator = "plain",
) {
  const shape = shapeOf(family);
  const draw = gramPromptSampler(lawOf(20));
  const stream = Stream.fromSeed(0).split("kept");
  const prompts = Array.from({ length: BATCH }, (_, i) => draw(stream.split(i)));
  return { shape, evaluate: keptPrompts({ ...shape, estimator, element: "float64" }, prompts) };
}

/** What PyTorch runs in, found once: where it is fastest on prompts that are kept. */
function fastest() {
  chosen ??= fastestEnvironment(["full", "20", "kept"]);
  return chosen;
}

/** @type {ReturnType<typeof fastestEnvironment> | undefined} */
let chosen;

function pytorch(/** @type {string[]} */ ...argv) {
  return timeFormulations(fastest().environment, argv);
}

/** A table of times with their ratio to the first row, and the limits that were set on ratios. */
function finding(
  /** @type {string} */ title,
  /** @type {readonly Timing[]} */ timings,
  /** @type {readonly Check[]} */ checks,
  /** @type {readonly string[]} */ notes = [],
) {
  const ours = median(timings[0]?.times ?? []);
  const rows = timings.map(({ name, times }) => {
    const middle = median(times);
    const figures = [middle, Math.min(...times), middle / ours];
    return [`  ${name}`, ...figures.map((figure) => figure.toFixed(figure < 10 ? 2 : 1))];
  });
  const table = textTable([["", "median ms", "fastest", "ratio"], ...rows], [1, 2, 3]);
  const failed = checks.filter(({ value, least = -Infinity, most = Infinity }) => {
    return !(value >= least && value <= most);
  });
  const limits = checks.map((check) => {
    const { what, value, least, most } = check;
    const limit = least === undefined ? `at most ${most}` : `at least ${least}`;
    return `  ${what}: ${value.toFixed(2)}, ${limit}${failed.includes(check) ? ": MISSED" : ""}`;
  });
  return {
    text: [title, table, ...limits, ...notes.map((note) => `  ${note}`)].join("\n"),
    isWithinLimits: failed.length === 0,
  };
}

/** How many times longer the fastest of the named timings takes than ours. */
function ratio(
  /** @type {readonly Timing[]} */ timings,
  /** @type {readonly number[]} */ ours,
  /** @type {RegExp} */ named,
) {
  const others = timings.filter(({ name }) => named.test(name));
  return Math.min(...others.map(({ times }) => median(times))) / median(ours);
}

const RECURSIONS = /recursion/;

async function short() {
  const { timings, lines } = fastest();
  const drawn = pytorch("full", "20", "bartlett");
  const [ours = [], oursDrawn = []] = await timeSteps([kept("full"), drawing("full", 20)]);
  const excluded = finding(
    "full (P, Q), n = 20, drawing excluded",
    [{ name: "loopgd, fused kernel", times: ours }, ...timings],
    [
      { what: "PyTorch's best / ours", value: ratio(timings, ours, RECURSIONS), least: 2 },
      { what: "literal attention / ours", value: ratio(timings, ours, /literal/), least: 4 },
    ],
    lines,
  );
  const included = finding(
    "full (P, Q), n = 20, drawing included (Bartlett's factor on both sides)",
    [{ name: "loopgd, fused kernel", times: oursDrawn }, ...drawn],
    [{ what: "PyTorch's best / ours", value: ratio(drawn, oursDrawn, RECURSIONS), least: 2 }],
  );
  return both(excluded, included);
}

async function long() {
  const [ours = [], same = [], longest = []] = await timeSteps([
    drawing("full", 1000),
    drawing("full", 20),
    drawing("full", 10 ** 6),
  ]);
  const tokens = pytorch("full", "1000", "tokens");
  const bartlett = pytorch("full", "1000", "bartlett");
  const scores = BATCH * 1001 ** 2 * 8;
  const gibibytes = (/** @type {number} */ bytes) => `${(bytes / GIB).toFixed(0)} GiB`;
  return finding(
    "full (P, Q), n = 1000, drawing included",
    [
      { name: "loopgd, fused kernel", times: ours },
      { name: "loopgd, n = 20", times: same },
      { name: "loopgd, n = 10⁶", times: longest },
      ...tokens.map(({ name, times }) => ({ name: `${name}, tokens drawn`, times })),
      ...bartlett.map(({ name, times }) => ({ name: `${name}, Bartlett draws`, times })),
    ],
    [
      { what: "recursion on tokens / ours", value: ratio(tokens, ours, RECURSIONS), least: 20 },
      { what: "Gram association / ours", value: ratio(tokens, ours, /association/), least: 200 },
      { what: "n = 10⁶ / n = 20", value: median(longest) / median(same), most: 1.1 },
    ],
    [
      `literal attention does not fit: ${gibibytes(scores)} of scores a layer, ` +
        `${gibibytes(LOOPS * scores)} kept for the backward of ${LOOPS} layers, of ${gibibytes(totalmem())}`,
      `tokens of n = 10⁶ do not either: ${gibibytes(BATCH * (DIM + 1) * 10 ** 6 * 8)}`,
    ],
  );
}

async function restricted() {
  const plain = pytorch("restricted", "20", "kept");
  const drawn = pytorch("restricted", "20", "bartlett");
  const conditional = drawing("restricted", 20, { estimator: "conditional" });
  const [ours = [], oursConditional = [], oursDrawn = [], conditionalDrawn = []] = await timeSteps([
    kept("restricted"),
    kept("restricted", "conditional"),
    drawing("restricted", 20),
    conditional,
  ]);
  return both(
    finding(
      "restricted (A, u), n = 20, drawing excluded",
      [
        { name: "loopgd, plain estimator", times: ours },
        { name: "loopgd, conditional estimator", times: oursConditional },
        ...plain,
      ],
      [],
    ),
    finding(
      "restricted (A, u), n = 20, drawing included (Bartlett's factor on both sides)",
      [
        { name: "loopgd, plain estimator", times: oursDrawn },
        { name: "loopgd, conditional estimator", times: conditionalDrawn },
        ...drawn,
      ],
      [],
    ),
  );
}

async function workers() {
  const objectives = [1, 2].map((count) => drawing("full", 20, { workers: count }));
  const [one = [], two = []] = await timeSteps(objectives, { steps: 200 });
  for (const objective of objectives) objective.dispose?.();
  return finding(
    "full (P, Q), n = 20, drawing included, worker threads",
    [
      { name: "loopgd, one worker", times: one },
      { name: "loopgd, two workers", times: two },
    ],
    [{ what: "one worker / two", value: median(one) / median(two), least: 1.7 }],
  );
}

async function tensorflow() {
  const backend = await selectBackend({ requested: "wasm" });
  const shape = shapeOf("full");
  const theirs = tensorflowObjective({ shape, distribution: lawOf(20), batch: BATCH });
  const [ours = [], times = []] = await timeSteps(
    [drawing("full", 20), { shape, evaluate: theirs.evaluate }],
    { steps: 20, warmUp: 2 },
  );
  return finding(
    "full (P, Q), n = 20, drawing included (TensorFlow.js: tokens)",
    [
      { name: "loopgd, fused kernel", times: ours },
      { name: `loopgd, TensorFlow.js ${backend.name}, float32`, times },
    ],
    [],
  );
}

function both(
  /** @type {import("./report.mjs").Finding} */ first,
  /** @type {import("./report.mjs").Finding} */ second,
) {
  return {
    text: `${first.text}\n\n${second.text}`,
    isWithinLimits: first.isWithinLimits && second.isWithinLimits,
  };
}

if (pytorchVersion() === undefined) {
  console.error("bench: PyTorch is missing; install Debian's python3-torch");
  process.exitCode = 2;
} else {
  await reportBenchmark("pytorch-comparison", {
    agreement: () => agreement(fastest().environment),
    short,
    long,
    restricted,
    workers,
    tensorflow,
  });
}
