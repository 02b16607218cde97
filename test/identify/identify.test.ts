import { describe, expect, test } from "vitest";
import { iteratePredictions } from "../../src/baseline/gradient-descent.js";
import { identifyAlgorithm } from "../../src/identify/identify.js";
import {
  availableBaselines,
  type BaselineId,
  optimalBaselines,
} from "../../src/identify/optimum/optimal-baselines.js";
import type { Predictor } from "../../src/predictor/predictor.js";
import { gramForm } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { Stream } from "../../src/random/stream.js";
import { testStream } from "../seed.js";

const laws = {
  "noise-free": { loops: 3, law: promptDistribution({ dim: 3, contextLength: 10 }) },
  "noise, few examples": {
    loops: 2,
    law: promptDistribution({ dim: 4, contextLength: 3, noiseVariance: 0.2 }),
  },
};

/** Fewer prompts than by default: 80 in two strata. */
const QUICK = { prompts: 80, strata: 2 };

/** Errors that a model makes, decided by its prompt alone. */
function errorOf({ tokens }: Parameters<Predictor>[0]): Stream {
  return Stream.fromSeed(5).split(tokens[0]!).split(tokens[1]!);
}

describe.each(Object.entries(laws))("%s", (name, { law, loops }) => {
  const all = optimalBaselines(law, { loops, draws: 100, stream: testStream(name) });
  const baselines = availableBaselines(all);
  const predictorOf = (id: BaselineId): Predictor => {
    const { weights } = baselines.find((baseline) => baseline.id === id)!;
    return (prompt) => {
      const gram = gramForm(prompt);
      const predictions = iteratePredictions(weights(gram), gram);
      return predictions.length === loops ? predictions : predictions.at(-1)!;
    };
  };
  const last = async (id: BaselineId, prompt: Parameters<Predictor>[0]) => {
    const answer = await predictorOf(id)(prompt, loops);
    return typeof answer === "number" ? answer : Array.from(answer).at(-1)!;
  };
  const identify = async (predict: Predictor, options = {}) => {
    const found = await identifyAlgorithm({ predict }, law, {
      ...{ loops, baselines: all, stream: testStream(`${name}, identify`), ...QUICK, ...options },
    });
    return found!;
  };

  test.each(baselines.map(({ id }) => id))("%s is identified as itself", async (id) => {
    const { verdict, matches } = await identify(predictorOf(id));
    expect(verdict.kind).toBe("identified");
    if (verdict.kind !== "identified") return;
    expect(verdict.algorithms).toContain(id);
    const own = matches.find((match) => match.id === id)!;
    expect(own.distance.upper).toBeLessThan(1e-6);
    expect(own.cosine.value).toBeGreaterThan(1 - 1e-9);
    if (own.trajectory !== null) expect(own.trajectory.distance.value).toBeLessThan(1e-6);
    // The others it is named with are no others: the same predictions.
    for (const other of verdict.algorithms) {
      expect(other === id || own.sameAs.includes(other)).toBe(true);
    }
  });

  test("gradient descent and preconditioned gradient descent are one for Σ = I", async () => {
    const { verdict } = await identify(predictorOf("gradient-descent"));
    expect(verdict).toEqual({
      kind: "identified",
      algorithms: ["gradient-descent", "preconditioned-gradient-descent"],
    });
  });

  test("a predictor that has nothing to do with the prompt is none of these", async () => {
    const { verdict, matches } = await identify((prompt) => 2 * errorOf(prompt).normal());
    expect(verdict.kind).toBe("none of these");
    expect(matches[0]!.distance.lower).toBeGreaterThan(0.1);
    expect(matches[0]!.trajectory).toBeNull();
  });

  test("a model that is near, but outside the tolerance, is none of these, with the nearest", async () => {
    const near = async (prompt: Parameters<Predictor>[0]) =>
      (await last("gradient-descent", prompt)) + 0.6 * Math.sign(errorOf(prompt).normal());
    const { verdict } = await identify(near);
    expect(verdict).toEqual({
      kind: "none of these",
      nearest: ["gradient-descent", "preconditioned-gradient-descent"],
    });
  });

  test("one or the other by the toss of a coin cannot be told apart; separating prompts are found", async () => {
    const ids = ["gradient-descent", "newton-schulz"] as const;
    const { verdict, separations } = await identify(
      (prompt) => last(ids[errorOf(prompt).integer(2)]!, prompt),
      { tolerance: 1.5 },
    );
    expect(verdict.kind).toBe("not identifiable");
    if (verdict.kind !== "not identifiable") return;
    const between = verdict.between.map(([id]) => id);
    for (const id of ids) expect(between).toContain(id);
    expect(separations.length).toBeGreaterThan(0);
    for (const { between: pair, prompt, predictions, gap, favours, model } of separations) {
      for (const [k, id] of pair.entries()) {
        expect(await last(id, prompt)).toBeCloseTo(predictions[k]!, 9);
      }
      expect(gap * Math.sqrt(law.dim)).toBeCloseTo(Math.abs(predictions[0] - predictions[1]), 9);
      const nearer = Math.abs(model - predictions[0]) <= Math.abs(model - predictions[1]) ? 0 : 1;
      expect(favours).toBe(pair[nearer]);
    }
  });

  test("is the same again for the same seed", async () => {
    const model = predictorOf("heavy-ball");
    expect(await identify(model)).toEqual(await identify(model));
  });
});

describe("what goes wrong", () => {
  const { law, loops } = laws["noise-free"];
  const options = { ...QUICK, loops, stream: testStream("wrong") };
  const ask = (predict: Predictor, more = {}) =>
    identifyAlgorithm({ predict }, law, { ...options, ...more });

  test.each<[string, Predictor, RegExp]>([
    ["throws", () => Promise.reject(new Error("no cuda")), /the predictor threw .*: no cuda/],
    ["gives NaN", () => Number.NaN, /prediction 1 of 1 is NaN/],
    ["gives too few", () => [1, 2], /gave 2 predictions, not 3/],
  ])("a model that %s", async (_, predict, message) => {
    await expect(ask(predict)).rejects.toThrow(message);
  });

  test.each<[string, object, RegExp]>([
    ["prompts", { prompts: 30 }, /prompts must be at least 20 for each of 2 strata, got 30/],
    ["loops", { loops: 0 }, /loops must be a positive integer/],
    ["tolerance", { tolerance: 0 }, /tolerance must be a finite number > 0/],
    ["confidence", { confidence: 1 }, /confidence must be between 0.5 and 1, got 1/],
  ])("%s is refused before the model is asked", async (_, more, message) => {
    let asked = 0;
    await expect(ask(() => ++asked, more)).rejects.toThrow(message);
    expect(asked).toBe(0);
  });

  test("an interrupted identification gives nothing", async () => {
    const controller = new AbortController();
    const found = await ask(() => 0, {
      signal: controller.signal,
      onAnswer: (answered: number) => answered === 5 && controller.abort(),
    });
    expect(found).toBeNull();
  });
});
