import { ArgumentError } from "../errors.js";
import type { ModelShape } from "../model/model-shape.js";
import { autoregressiveCovariance } from "../prompt/covariance-family.js";
import { promptDistribution } from "../prompt/prompt-distribution.js";
import { Stream } from "../random/stream.js";
import { adam } from "./adam.js";
import { type BackendName, describeBackend, type ModuleLoader, selectBackend } from "./backend.js";
import { vectorNorm } from "./clip-gradient.js";
import { float64Objective } from "./float64-objective.js";
import { initialParameters } from "./initial-parameters.js";
import type { Objective } from "./objective.js";
import { cosineSchedule } from "./schedule.js";
import { tensorflowObjective } from "./tensorflow-objective.js";
import { train } from "./train.js";

/**
 * How far a float32 engine may be from the Float64 twin, in loss and gradient, relative to their size.
 *
 * From experiment: 1e−7 to 1e−6 on wasm and cpu. A wrong factor, sign or transpose is off by more
 * than 1e−2, TensorFloat-32 (which `selectBackend` turns off) by about 1e−3.
 */
const FLOAT32_TOLERANCE = 1e-4;

const BATCH = 64;
const TRAINING_STEPS = 50;

/**
 * Trains small models of every family on one backend and holds its losses and gradients against the
 * Float64 twin, before and after training.
 *
 * @param options.write  takes the report, line by line
 * @returns the exit code: 0 all agree, 2 the backend cannot be used here, 3 something disagrees
 */
export async function checkBackend(options: {
  readonly name: BackendName;
  readonly write: (line: string) => void;
  readonly load?: ModuleLoader;
  readonly nodeVersion?: string;
}): Promise<0 | 2 | 3> {
  const { name, write, load, nodeVersion } = options;
  try {
    const backend = await selectBackend({
      requested: name,
      ...(load && { load }),
      ...(nodeVersion !== undefined && { nodeVersion }),
    });
    write(`backend: ${describeBackend(backend)}`);
    const verdicts: boolean[] = [];
    for (const family of ["restricted", "gd++", "full"] as const) {
      verdicts.push(await checkFamily({ family, dim: 5, layers: 1, loops: 2 }, write));
    }
    const isSound = verdicts.every(Boolean);
    write(
      isSound ? "all losses and gradients agree with the Float64 twin" : "DISAGREEMENT, see above",
    );
    return isSound ? 0 : 3;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    write(error.message);
    return 2;
  }
}

async function checkFamily(shape: ModelShape, write: (line: string) => void): Promise<boolean> {
  const covariance = autoregressiveCovariance(shape.dim, 0.5);
  const distribution = promptDistribution({ dim: shape.dim, contextLength: 10, covariance });
  const stream = Stream.fromSeed(0).split(shape.family);
  const law = { shape, distribution, batch: BATCH };
  const engine = tensorflowObjective(law);
  const twin = float64Objective(law);
  const start = initialParameters(shape, stream.split("start"));
  const run = await train({
    ...{ objective: engine, start, steps: TRAINING_STEPS, learningRate: 0.05, stream },
    optimizer: adam(),
    schedule: cosineSchedule(),
  });
  const fresh = stream.split("check");
  const points = { start, trained: run.value };
  const losses: number[] = [];
  const verdicts: boolean[] = [];
  for (const [where, parameters] of Object.entries(points)) {
    const { loss, lossError, gradientError } = await compare(engine, twin, parameters, fresh);
    const agrees = Math.max(lossError, gradientError) <= FLOAT32_TOLERANCE;
    losses.push(loss);
    verdicts.push(agrees);
    write(
      `${shape.family}, ${where}: loss ${loss.toPrecision(6)}, relative error of loss ` +
        `${lossError.toExponential(1)}, of gradient ${gradientError.toExponential(1)}` +
        `${agrees ? "" : ` (more than ${FLOAT32_TOLERANCE})`}`,
    );
  }
  const hasLearned = run.status === "max-steps" && losses[1]! < losses[0]!;
  if (!hasLearned) write(`${shape.family}: training did not lower the loss (${run.status})`);
  return hasLearned && verdicts.every(Boolean);
}

async function compare(
  engine: Objective,
  twin: Objective,
  parameters: Float64Array,
  stream: Stream,
): Promise<{ loss: number; lossError: number; gradientError: number }> {
  const found = await engine.evaluate(parameters, stream);
  const expected = await twin.evaluate(parameters, stream);
  const difference = found.gradient.map((value, i) => value - expected.gradient[i]!);
  return {
    loss: found.loss,
    lossError: Math.abs(found.loss - expected.loss) / expected.loss,
    gradientError: vectorNorm(difference) / vectorNorm(expected.gradient),
  };
}
