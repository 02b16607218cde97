// @ts-check
import {
  commonTokens,
  declareFactoryPlugin,
  PluginKind,
  tokens,
} from "@stryker-mutator/api/plugin";
import { MutantRunStatus } from "@stryker-mutator/api/test-runner";
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";

// Stryker's runner for vitest, but for one thing: where a mutant breaks what a test file does before its
// first test (a module that throws as it loads, a table of cases that cannot be computed), no test fails,
// since none is there, and Stryker calls the mutant alive. Vitest calls the file failed, and so it is.

const { factory } = /** @type {any} */ (vitestPlugins)[0];

/** @param {import("@stryker-mutator/api/plugin").Injector<any>} injector */
function createRunner(injector) {
  const runner = factory(injector);
  /** @type {Map<string, string>} a test of each file */
  const testOf = new Map();
  const { dryRun, mutantRun } = runner;
  return Object.assign(runner, {
    /** @param {import("@stryker-mutator/api/test-runner").DryRunOptions} options */
    async dryRun(options) {
      const result = await dryRun.call(runner, options);
      for (const { id, fileName } of "tests" in result ? result.tests : []) {
        if (fileName !== undefined) testOf.set(fileName, id);
      }
      return result;
    },
    /** @param {import("@stryker-mutator/api/test-runner").MutantRunOptions} options */
    async mutantRun(options) {
      const result = await mutantRun.call(runner, options);
      if (result.status !== MutantRunStatus.Survived) return result;
      const broken = runner.ctx.state
        .getFiles()
        .find((/** @type {any} */ file) => file.result?.state === "fail");
      if (broken === undefined) return result;
      return {
        status: MutantRunStatus.Killed,
        killedBy: [testOf.get(broken.filepath) ?? broken.filepath],
        nrOfTests: result.nrOfTests,
        failureMessage: `${broken.name}: ${broken.result.errors?.[0]?.message}`,
      };
    },
  });
}
createRunner.inject = tokens(commonTokens.injector);

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "vitest-with-collection", createRunner),
];
