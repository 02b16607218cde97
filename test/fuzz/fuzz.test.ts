import { rmSync } from "node:fs";
import { resourceUsage } from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { testStream } from "../seed.js";
import { fuzz } from "./fuzz.js";
import { fuzzTargets, memoryFolder } from "./targets.js";

/** New inputs per target: few here, ten thousand in CI, a million by `npm run fuzz`. */
const INPUTS = Number(process.env.LOOPGD_FUZZ_INPUTS ?? 1000);

/** What reading may allocate on top of what the tests need, in kibibytes. */
const MOST_MEMORY = 2 ** 20;

const folder = memoryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

test.each(fuzzTargets(folder))("$name reads or refuses whatever it is given", async (target) => {
  const before = resourceUsage().maxRSS;
  await fuzz(target, INPUTS, testStream(`fuzz ${target.name}`));
  expect(resourceUsage().maxRSS - before).toBeLessThan(MOST_MEMORY);
});

describe("the fuzzer itself", () => {
  const corpus = [new TextEncoder().encode("[1, 2]")];
  const run = (read: (bytes: Uint8Array) => unknown) =>
    fuzz({ name: "target", corpus, read }, 2000, testStream("fuzzer"));

  const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
  test.each([
    ["at once", parse],
    ["later", async (bytes: Uint8Array) => parse(bytes)],
  ])("finds a reader that lets another error out %s, and shows the input", async (_, read) => {
    await expect(run(read)).rejects.toThrow(/^target crashed on base64 /);
  });

  test("accepts a reader that refuses in the house's form", async () => {
    await run(() => {
      throw new ArgumentError("read", "bytes", "sound", 0);
    });
  });
});
