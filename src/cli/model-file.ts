import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, Description } from "../errors.js";
import type { ModelUnderTest } from "../law/model-under-test.js";
import { weightsUnderTest } from "../law/weights-under-test.js";
import { readWeights } from "../model/weights-file.js";
import { jsonLinesProcess } from "../predictor/json-lines-process.js";
import { moduleThread } from "../predictor/module-thread.js";
import { type RemotePredictor, START_TIME } from "../predictor/predictor.js";

/** A model named on the command line, and what ends it. */
export interface NamedModel {
  readonly model: Omit<ModelUnderTest, "dim"> & { readonly dim?: number };
  /** What it was taken for. */
  readonly kind: "weights" | "module" | "process";
  close(): Promise<void>;
}

/**
 * The model that a command line names.
 *
 * Statement.    .safetensors: weights; .js, .mjs, .cjs: a module that exports a predictor; anything else
 *               is a program, run with the words that follow, that speaks JSON lines
 * Throws.       ArgumentError for a weight file or module that is not there or not readable
 */
export function openModel(
  command: readonly [string, ...string[]],
  options: { readonly timeout: number; readonly loops?: number; readonly where?: string },
): NamedModel {
  const [file, ...rest] = command;
  const { timeout, loops, where = "test-model" } = options;
  const given = loops === undefined ? {} : { loops };
  if (file.endsWith(".safetensors")) {
    requireNoWords(where, rest);
    const stored = readWeights(file);
    const depth = stored.loops === undefined ? {} : { loops: stored.loops };
    const model = { ...weightsUnderTest(stored.weights, { ...depth, ...given }), timeout };
    return { model, kind: "weights", close: async () => {} };
  }
  if (/\.[cm]?js$/.test(file)) {
    requireNoWords(where, rest);
    requireFile(where, file);
    return remote("module", moduleThread(pathToFileURL(resolve(file)).href, { timeout }));
  }
  return remote("process", jsonLinesProcess(command, { timeout }));

  function remote(kind: "module" | "process", { predict, close }: RemotePredictor): NamedModel {
    // The predictor keeps the time; asking may take a little longer.
    return { model: { predict, timeout: START_TIME + 2 * timeout, ...given }, kind, close };
  }
}

function requireNoWords(where: string, words: readonly string[]): void {
  if (words.length > 0) {
    throw new ArgumentError(where, "model", "a file alone, or a program with words", words);
  }
}

function requireFile(where: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const got = new Description(`"${path}", which is not there`);
  throw new ArgumentError(where, "model", "a file or a program", got);
}
