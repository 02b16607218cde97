import { describe, expect, it } from "vitest";
import { runSnippet } from "./snippet.js";

const world = {
  importModule: async (specifier: string) => ({ default: specifier, one: 1, two: async () => 2 }),
  scope: { given: 3 },
};
const run = (source: string) => runSnippet(source, world);

describe("runSnippet", () => {
  const sound: Record<string, string> = {
    "an expression's value": "1 + 1 // → 2",
    "a value on the next line": "1 + 1;\n// → 2",
    "a value over several lines": "[1, 2]\n// → [1,\n//    2]",
    "a constant": "const a = given * 2; // → 6",
    "a promise": 'import { two } from "m";\ntwo() // → 2',
    "renamed, default and namespace imports":
      'import name, { one as uno } from "m";\nimport * as all from "m";\nname // → "m"\nuno + all.one // → 2',
    "types, erased":
      'import type { T } from "m";\ninterface I { a: number }\nconst a: I = { a: 1 };\na // → { a: 1 }',
    "what is logged": "console.log(1 / 3); // → 0.333",
    "a constant that hides a given name": "const given = 4; // → 4",
    "an error's message": '(() => { throw new Error("no"); })() // throws: no',
    "the beginning of an error's message": '(() => { throw new Error("no, x"); })() // throws: no…',
    "comments that show nothing": "// → 3\n1 + 1 // a sum",
  };
  for (const [what, source] of Object.entries(sound)) {
    it(`takes ${what}`, async () => expect(await run(source)).toEqual([]));
  }

  const wrong: Record<string, string> = {
    "a wrong value": "1 + 1 // → 3",
    "a wrong constant": "const a = 1; // → 2",
    "a wrong value after a right one": "1 // → 1\n1\n// → 2",
    "an error that does not come": "1 // throws: no",
    "another error": '(() => { throw new Error("no"); })() // throws: yes',
    "a wrong log": "console.log(1 / 3); // → 0.334",
  };
  for (const [what, source] of Object.entries(wrong)) {
    it(`reports ${what}`, async () => expect(await run(source)).toHaveLength(1));
  }

  it("lets errors that nobody announced through", async () => {
    await expect(run('throw new Error("boom");')).rejects.toThrow("boom");
  });

  it("refuses to check what has no value", async () => {
    await expect(run("if (true) {} // → 1")).rejects.toThrow("show a value");
  });
});
