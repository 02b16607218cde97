import { describe, expect, it } from "vitest";
import { certificateKind } from "../../../proofs-checks/certificates/registry.js";
import { checkCertificate } from "../../../proofs-checks/checker/check-certificate.js";
import { Malformed } from "../../../proofs-checks/checker/field.js";

const sound = JSON.stringify(
  certificateKind("best-symmetric-is-isotropic").make({
    dim: 2,
    contextLength: 5n,
    loops: 1,
    seed: 0,
    maximalBoxes: 100,
  }),
);

/** The message that a text is refused with, as malformed. */
function refusal(text: string): string {
  try {
    checkCertificate(text);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
  throw new Error("accepted");
}

describe("what is no certificate", () => {
  it.each([
    ["", /^certificate must be JSON: /],
    ["{", /^certificate must be JSON: /],
    [sound.slice(0, -3), /^certificate must be JSON: /],
    ["[".repeat(100_000), /^certificate must be JSON: /],
    ["[]", /^certificate must be an object of schema, kind, /],
    ["null", /^certificate must be an object/],
    ["{}", /^certificate.schema must be "loopgd.certificate\/1", got undefined$/],
    [" ".repeat(200_001), /^certificate must be at most 200000 characters$/],
    [sound.replace("certificate/1", "certificate/2"), /^certificate.schema must be/],
    [sound.replace("is-isotropic", "is-round"), /^certificate.kind must be one of isotropic-/],
    [sound.replace('"verdict":"holds",', ""), /^certificate.verdict must be "holds" or/],
    [sound.replace('"holds"', '"proved"'), /^certificate.verdict must be .* got "proved"$/],
    [sound.replace('"dim":"2"', '"dim":2'), /^certificate.setting.dim must be a string of 1 to/],
    [
      sound.replace('"dim":"2"', '"dim":"9"'),
      /^certificate.setting.dim must be at most 4, got "9"/,
    ],
    [sound.replace('"dim":"2"', '"dim":"02"'), /^certificate.setting.dim must be a string of 1 to/],
    [sound.replace('"dim":"2"', '"dim":"-2"'), /^certificate.setting.dim must be at least 2/],
    [sound.replace('"loops":"1"', '"loops":"99"'), /^certificate.setting.loops must be at most 4/],
    [sound.replace(',"loops":"1"', ""), /^certificate.setting.loops must be .* got undefined$/],
    [
      sound.replace('"contextLength":"5"', `"contextLength":"1${"0".repeat(399)}"`),
      /^certificate.setting.contextLength must be at most 10{100}, got "10{58}$/,
    ],
    [
      sound.replace('"contextLength":"5"', `"contextLength":"${"9".repeat(5000)}"`),
      /^certificate.setting.contextLength must be a string of 1 to 400 digits, got/,
    ],
    [sound.replace('"digits":"12"', '"digits":"999"'), /stepSize.digits must be at most 200/],
    [sound.replace(/"upper":"\d+"/, '"upper":"7"'), /stepSize.upper must be lower \+ 1, got "7"/],
    [sound.replace('"below":', '"beneath":'), /^certificate.proof must be an object of stepSize/],
    [sound.replace('"tree":"d"', '"tree":"0"'), /^certificate.proof.inside.tree must be a tree/],
    [sound.replace('"tree":"d"', '"tree":"dd"'), /^certificate.proof.inside.tree must be one tree/],
    [sound.replace('"tree":"d"', '"tree":"D"'), /inside.tree must be 1 to 20000 letters/],
    [
      sound.replace('"tree":"d"', `"tree":"${"0".repeat(20_001)}"`),
      /inside.tree must be 1 to 20000 letters/,
    ],
    [
      sound.replace('"tree":"d"', `"tree":"${"0".repeat(19_999)}"`),
      /^certificate.proof.inside.tree must be a tree/,
    ],
    [
      sound.replace('"left":"0/1"', '"left":"0/0"'),
      /inside.left must be a fraction p\/q, got "0\/0"/,
    ],
  ])("is refused, naming the field: %#", (text, message) => {
    expect(text).not.toBe(sound);
    expect(refusal(text)).toMatch(message);
  });

  it("is refused soon, however it is made", () => {
    const started = performance.now();
    const deep = `${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}`;
    expect(refusal(deep)).toMatch(/^certificate must be/);
    const many = JSON.stringify({
      schema: "loopgd.certificate/1",
      kind: "isotropic-optimum-turns-into-saddle",
      setting: { dim: "2", contextLength: "9".repeat(99), loops: "2" },
      verdict: "holds",
      proof: { stepSizes: [] },
    });
    expect(refusal(many)).toMatch(/^certificate.proof.stepSizes must be a list of 1e\+99 entries/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
