import { createHash } from "node:crypto";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";

// A checker that lets a random share of the mutants through. Stryker reports the others as not valid and
// leaves them out of the score. Whether a mutant is drawn depends on the seed and on the mutant alone, so
// that a run can be repeated, and a larger share contains every smaller one.

const { LOOPGD_MUTATION_SHARE, LOOPGD_MUTATION_SEED } = process.env;

/** @param {string} key */
function uniform(key) {
  return createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
}

/** @param {import("@stryker-mutator/api/core").Mutant} mutant */
function isDrawn({ fileName, location, replacement }) {
  const place = [fileName.replace(/^.*\/src\//, ""), JSON.stringify(location), replacement];
  return uniform([LOOPGD_MUTATION_SEED, ...place].join("\n")) < Number(LOOPGD_MUTATION_SHARE);
}

class SampleChecker {
  async init() {}

  /** @param {import("@stryker-mutator/api/core").Mutant[]} mutants */
  async check(mutants) {
    return Object.fromEntries(
      mutants.map((mutant) => [
        mutant.id,
        isDrawn(mutant)
          ? { status: "passed" }
          : { status: "compileError", reason: "not in the sample" },
      ]),
    );
  }
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.Checker, "sample", () => new SampleChecker()),
];
