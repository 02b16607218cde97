import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConditions } from "../../src/sweep/condition.js";
import { checkProperty } from "../seed.js";

const AXES = ["dim", "contextLength", "loops"];
const parse = async (text: string) => (await parseConditions([{ text, where: "where" }], AXES))[0]!;

describe("a condition", () => {
  it("is arithmetic and comparisons over the axes, with or without words", async () => {
    const condition = await parse("contextLength > 2 * dim ^ 2 and not (mod(loops, 2) == 1)");
    checkProperty(
      fc.property(fc.nat(9), fc.nat(200), fc.nat(9), (dim, contextLength, loops) => {
        const expected = contextLength > 2 * dim ** 2 && loops % 2 !== 1;
        expect(condition.holds({ dim, contextLength, loops })).toBe(expected);
      }),
    );
  });

  it("takes contexts beyond every exact double", async () => {
    const condition = await parse("contextLength > 1e24");
    const at = (contextLength: bigint) => condition.holds({ dim: 1, contextLength, loops: 1 });
    expect([at(10n ** 25n), at(10n ** 23n)]).toEqual([true, false]);
  });

  it.each(["import", "createUnit", "evaluate", "parse", "simplify", "derivative"])(
    "cannot call %s, and says in which column it stands",
    async (name) => {
      await expect(parse(`dim > 1 and ${name}("dim", 2) > 0`)).rejects.toThrow(
        `column 13: ${name} cannot be called in a condition`,
      );
    },
  );

  it.each([
    ["dim >", /column 6: Unexpected end of expression/],
    [
      "dim > 1 and kappa < 2",
      /column 13: kappa is no axis of this sweep \(dim, contextLength, loops\)/,
    ],
    ["dim = 3", /no assignment may stand here/],
    ["f(x) = x", /no functionassignment may stand here/],
    ["dim.constructor == 1", /may stand here/],
    ['cos.constructor("return process")() == 1', /column \d+/],
    ["[dim, 2][1] == 1", /may stand here/],
    ["range(1, 3)", /column 1: range cannot be called/],
  ])("refuses %s", async (text, message) => {
    await expect(parse(text)).rejects.toThrow(message);
  });

  it("must come out as true or false", async () => {
    const condition = await parse("dim + 1");
    expect(() => condition.holds({ dim: 1, contextLength: 1, loops: 1 })).toThrow(
      'a comparison, "dim + 1" is a value',
    );
  });
});
