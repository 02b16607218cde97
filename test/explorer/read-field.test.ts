import { describe, expect, it } from "vitest";
import { conflictIn, type FieldName, readField } from "../../src/explorer/state/read-field.js";
import { stateOf } from "./explorer-states.js";

describe("readField", () => {
  const good: [FieldName, string, object][] = [
    ["d", " 12 ", { dim: 12 }],
    ["n", "1e30", { contextLength: 10n ** 30n }],
    ["n", "10^30", { contextLength: 10n ** 30n }],
    ["n", "2.5e6", { contextLength: 2_500_000n }],
    ["n", "123456789012345678901", { contextLength: 123456789012345678901n }],
    ["L", "7", { loops: 7 }],
    ["noise", ".5", { noiseVariance: 0.5 }],
    ["noise", "1e-3", { noiseVariance: 0.001 }],
    ["covariance", "condition:10", { covariance: "condition:10" }],
    ["covariance", "diag:1,1,0.25", { covariance: "diag:1,1,0.25" }],
    ["prior", "identity", { taskPrior: "identity" }],
    ["seed", "0", { seed: 0 }],
  ];
  for (const [name, text, change] of good) {
    it(`reads ${name} = ${text}`, () => expect(readField(name, text)).toEqual({ change }));
  }

  const bad: [FieldName, string, RegExp][] = [
    ["d", "", /whole number from 1 to 200/],
    ["d", "0", /whole number/],
    ["d", "2.5", /whole number/],
    ["d", "201", /from 1 to 200/],
    ["n", "0", /from 1 to 10\^60/],
    ["n", "-5", /from 1/],
    ["n", "1.5", /whole number/],
    ["n", "1e61", /10\^60/],
    ["n", "1e999", /10\^60/],
    ["L", "17", /from 1 to 16/],
    ["noise", "-1", /from 0/],
    ["noise", "Infinity", /from 0/],
    ["covariance", "wishart:3", /one of identity/],
    ["covariance", "diag:1,-1", /> 0/],
    ["covariance", "ar1:1", /between -1 and 1/],
    ["covariance", "condition:0.5", /≥ 1/],
    ["covariance", "condition:", /one of identity/],
    ["covariance", "file:/etc/passwd", /one of identity/],
    ["prior", "flat", /inverse/],
    ["seed", "-1", /at least 0/],
  ];
  for (const [name, text, message] of bad) {
    it(`says what is wrong with ${name} = "${text}"`, () => {
      const reading = readField(name, text);
      expect(reading).toEqual({ message: expect.stringMatching(message) });
    });
  }
});

describe("conflictIn", () => {
  it("finds none in a state that fits together", () => {
    expect(conflictIn(stateOf({ dim: 3, covariance: "diag:1,2,3" }))).toBeNull();
  });

  it("names the field to mend", () => {
    expect(conflictIn(stateOf({ dim: 1, covariance: "condition:10" }))).toEqual({
      field: "covariance",
      message: expect.stringContaining("1 when dim is 1"),
    });
  });
});
