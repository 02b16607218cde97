import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { describeLaws, laws, weightsUnderTest } from "../../src/laws.js";
import { restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { TEST_SEED } from "../seed.js";

const sound = weightsUnderTest(restrictedWeights(Matrix.eye(2).mul(0.5)));

// In vitest itself: these are tests of this file.
await describeLaws(sound, { name: "laws of a sound model", seed: TEST_SEED, runs: 20 });

describe("the tests that describeLaws declares", () => {
  const declare = async (model: typeof sound, skip: readonly string[] = []) => {
    const tests = new Map<string, () => Promise<void>>();
    await describeLaws(model, {
      ...{ skip, seed: TEST_SEED, runs: 20 },
      runner: {
        describe: (_, body) => body(),
        test: (name, body) => tests.set(name, body),
      },
    });
    return tests;
  };

  test("are one per law, but for those skipped", async () => {
    const tests = await declare(sound, ["query-mask"]);
    const ids = laws.map(({ id }) => id).filter((id) => id !== "query-mask");
    expect([...tests.keys()].map((name) => name.split(":")[0])).toEqual(ids);
  });

  test("fail with the law, the numbers and the input", async () => {
    const tests = await declare({ ...sound, predict: () => [1, 2, 3] });
    const [steps] = [...tests].find(([name]) => name.startsWith("gradient-descent-steps"))!;
    await expect(tests.get(steps)!()).rejects.toThrow(
      /^gradient-descent-steps: predictions ≠ gradient descent: difference .*[\s\S]*input: /,
    );
  });

  test("pass where the law does not apply, and say why", async () => {
    const { preconditioner: _, ...unknown } = sound;
    const names = [...(await declare(unknown)).keys()];
    expect(names).toContain("gradient-descent-steps: does not apply: no preconditioner was given");
  });

  test("run under node --test, too", () => {
    const entry = fileURLToPath(new URL("../../dist/src/laws.js", import.meta.url));
    const file = join(temporaryFolder(), "laws.test.mjs");
    writeFileSync(
      file,
      `import { describeLaws } from ${JSON.stringify(pathToFileURL(entry).href)};
await describeLaws({ dim: 1, loops: 2, predict: () => [0, 1] }, { runs: 5 });`,
    );
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    const { stdout, status } = spawnSync(process.execPath, ["--test", file], {
      encoding: "utf8",
      env,
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/query-mask: for the combination ≠ combined/);
  });
});
