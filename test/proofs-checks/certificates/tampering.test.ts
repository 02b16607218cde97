import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certificateKind } from "../../../proofs-checks/certificates/registry.js";
import { checkCertificate } from "../../../proofs-checks/checker/check-certificate.js";
import { Malformed, Rejected } from "../../../proofs-checks/checker/field.js";
import { checkProperty } from "../../seed.js";

type Json = string | { [name: string]: Json } | Json[];

const made = (
  [
    ["isotropic-optimum-is-enclosed", 3, 5n, 2],
    ["untied-optimum-is-enclosed", 3, 5n, 2],
    ["best-preconditioner-is-not-isotropic", 2, 20n, 2],
    ["isotropic-optimum-turns-into-saddle", 2, 15n, 2],
    ["best-symmetric-is-isotropic", 2, 5n, 2],
    ["best-symmetric-is-isotropic", 3, 20n, 2],
    ["gradient-dominates-above-threshold", 1, 20n, 2],
    ["gradient-dominates-above-threshold", 2, 20n, 1],
  ] as const
).map(([id, dim, contextLength, loops]) => {
  const request = { dim, contextLength, loops, seed: 0, maximalBoxes: 1000 };
  const certificate = certificateKind(id).make(request) as unknown as Json;
  return { certificate, sentence: checkCertificate(JSON.stringify(certificate)).sentence };
});

/** Where the strings of a certificate stand, with their values. */
function stringsOf(value: Json, path: readonly (string | number)[] = []): [typeof path, string][] {
  if (typeof value === "string") return [[path, value]];
  return Object.entries(value).flatMap(([name, inside]) => stringsOf(inside, [...path, name]));
}

/** The certificate with one value replaced; undefined removes it. */
function replaced(value: Json, path: readonly (string | number)[], by: Json | undefined): Json {
  const [name, ...rest] = path;
  if (name === undefined) return by!;
  const copy = structuredClone(value) as { [name: string]: Json };
  if (rest.length === 0 && by === undefined) delete copy[name];
  else copy[name] = replaced(copy[name]!, rest, by);
  return copy;
}

/** What the checker makes of a certificate: the sentence it accepts, or null. */
function accepted(certificate: Json): string | null {
  try {
    return checkCertificate(JSON.stringify(certificate)).sentence;
  } catch (error) {
    expect(error).toSatisfy((e) => e instanceof Malformed || e instanceof Rejected);
    return null;
  }
}

const anyMade = fc.constantFrom(...made);
const isNumber = (text: string) => /^-?\d+(\/\d+)?$/.test(text);
const isTree = ([path]: [readonly (string | number)[], string]) => path.at(-1) === "tree";

/** Certificates with one of their strings, of those that `isMeant` takes. */
const anyString = (isMeant: (entry: [readonly (string | number)[], string]) => boolean) =>
  anyMade
    .filter(({ certificate }) => stringsOf(certificate).some(isMeant))
    .chain((one) =>
      fc.constantFrom(...stringsOf(one.certificate).filter(isMeant)).map((entry) => ({
        ...one,
        path: entry[0],
        text: entry[1],
      })),
    );

describe("a tampered certificate", () => {
  it("is refused when a digit is flipped, unless nothing that is said changes", () => {
    const anyDigit = anyString(([path, text]) => isNumber(text) && path[0] !== "verdict");
    let refusals = 0;
    checkProperty(
      fc.property(anyDigit, fc.nat(99), fc.integer({ min: 1, max: 9 }), (one, place, by) => {
        const places = [...one.text.matchAll(/\d/g)].map(({ index }) => index);
        const at = places[place % places.length]!;
        const digit = (Number(one.text[at]) + by) % 10;
        const text = one.text.slice(0, at) + digit + one.text.slice(at + 1);
        const sentence = accepted(replaced(one.certificate, one.path, text));
        if (sentence === null) refusals += 1;
        // 0/1 = 0/7; a threshold that the same boxes prove is said aloud.
        else if (one.path.at(-1) === "threshold") expect(sentence).toContain(text);
        else expect([one.path.at(-1), sentence]).toEqual(["left", one.sentence]);
      }),
      { numRuns: 120 },
    );
    expect(refusals).toBeGreaterThan(90);
  });

  it("is refused when a sign is swapped", () => {
    const anySigned = anyString(([, text]) => /[1-9]/.test(text) && isNumber(text));
    checkProperty(
      fc.property(anySigned, ({ certificate, path, text }) => {
        const swapped = text.startsWith("-") ? text.slice(1) : `-${text}`;
        expect(accepted(replaced(certificate, path, swapped))).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("is refused when a box is dropped, relabelled or left undecided", () => {
    const mark = fc.constantFrom(..."vdxtg?z");
    checkProperty(
      fc.property(
        anyString(isTree),
        fc.nat(999),
        mark,
        ({ certificate, path, text }, place, by) => {
          const at = place % text.length;
          const dropped = text.slice(0, at) + text.slice(at + 1);
          expect(accepted(replaced(certificate, path, dropped))).toBeNull();
          if (/\d/.test(text[at]!) || text[at] === by) return;
          const relabelled = text.slice(0, at) + by + text.slice(at + 1);
          expect(accepted(replaced(certificate, path, relabelled))).toBeNull();
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is refused when the parts of a box are merged into it", () => {
    checkProperty(
      fc.property(
        anyString(isTree),
        fc.nat(999),
        fc.constantFrom(..."vdxtg"),
        (one, place, mark) => {
          const splits = [...one.text.matchAll(/\d/g)].map(({ index }) => index);
          if (splits.length === 0) return;
          const from = splits[place % splits.length]!;
          const merged = one.text.slice(0, from) + mark + one.text.slice(endOf(one.text, from));
          expect(accepted(replaced(one.certificate, one.path, merged))).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is refused, or says the same, when a box is halved along another axis", () => {
    checkProperty(
      fc.property(anyString(isTree), fc.nat(999), fc.nat(3), (one, place, axis) => {
        const splits = [...one.text.matchAll(/\d/g)].map(({ index }) => index);
        const at = splits[place % Math.max(1, splits.length)] ?? 0;
        const text = `${one.text.slice(0, at)}${axis}${one.text.slice(at + 1)}`;
        expect([null, one.sentence]).toContain(accepted(replaced(one.certificate, one.path, text)));
      }),
      { numRuns: 60 },
    );
  });

  it("is refused when a cell is moved, or widened", () => {
    const cells = made.flatMap(({ certificate }) =>
      stringsOf(certificate)
        .filter(([path]) => path.at(-1) === "lower")
        .map(([path, text]) => ({ certificate, path: path.slice(0, -1), lower: BigInt(text) })),
    );
    const steps = fc.bigInt({ min: -50n, max: 50n }).filter((step) => step !== 0n);
    checkProperty(
      fc.property(fc.constantFrom(...cells), steps, ({ certificate, path, lower }, step) => {
        const withEnds = (from: bigint, to: bigint) => {
          const lowered = replaced(certificate, [...path, "lower"], `${from}`);
          return replaced(lowered, [...path, "upper"], `${to}`);
        };
        expect(accepted(withEnds(lower + step, lower + step + 1n))).toBeNull();
        const wider = step < 0n ? [lower + step, lower + 1n] : [lower, lower + 1n + step];
        expect(accepted(withEnds(wider[0]!, wider[1]!))).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("is refused when it is said to prove another kind, or of other sizes", () => {
    const kinds = made.map(({ certificate }) => (certificate as { kind: string }).kind);
    const sizes = fc.record({
      name: fc.constantFrom("dim", "contextLength", "loops"),
      step: fc.constantFrom(-2n, -1n, 1n, 2n, 5n),
    });
    checkProperty(
      fc.property(anyMade, fc.constantFrom(...kinds), sizes, ({ certificate }, kind, size) => {
        if (kind !== (certificate as { kind: string }).kind) {
          expect(accepted(replaced(certificate, ["kind"], kind))).toBeNull();
        }
        const setting = (certificate as { setting: Record<string, string> }).setting;
        const value = `${BigInt(setting[size.name]!) + size.step}`;
        expect(accepted(replaced(certificate, ["setting", size.name], value))).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  it("is refused when anything is left out, added or not a string", () => {
    checkProperty(
      fc.property(
        anyString(() => true),
        fc.constantFrom<unknown>(undefined, 3, null, true, {}, [], ""),
        ({ certificate, path }, by) => {
          expect(accepted(replaced(certificate, path, by as Json))).toBeNull();
          const more = [...path.slice(0, -1), "more"];
          if (typeof path.at(-1) === "string" && Number.isNaN(Number(path.at(-1)))) {
            expect(accepted(replaced(certificate, more, "1"))).toBeNull();
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** Where the subtree that begins at a position ends. */
function endOf(tree: string, from: number): number {
  let open = 1;
  let at = from;
  for (; open > 0; at++) open += /\d/.test(tree[at]!) ? 1 : -1;
  return at;
}
