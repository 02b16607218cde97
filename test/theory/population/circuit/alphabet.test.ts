import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Alphabet } from "../../../../src/theory/population/circuit/alphabet.js";
import { checkProperty } from "../../../seed.js";

const symbols = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e"), maxLength: 9 });
const rotate = (word: string, by: number) => {
  const shift = word.length === 0 ? 0 : by % word.length;
  return word.slice(shift) + word.slice(0, shift);
};

describe("Alphabet", () => {
  it("gives one representative to all rotations and reversed transposes of a word", () => {
    const alphabet = new Alphabet(["general", "general"]);
    checkProperty(
      fc.property(symbols, fc.nat(20), (word, by) => {
        const canonical = alphabet.canonical(word);
        expect(alphabet.canonical(rotate(word, by))).toBe(canonical);
        expect(alphabet.canonical(alphabet.transpose(word))).toBe(canonical);
        expect(alphabet.canonical(canonical)).toBe(canonical);
        expect([...canonical].filter((s) => s === "a").length).toBe(
          [...word].filter((s) => s === "a").length,
        );
      }),
    );
  });

  it("is the least of the rotations of the word and of its transpose", () => {
    const alphabet = new Alphabet(["general", "general"]);
    checkProperty(
      fc.property(symbols, (word) => {
        const all = [...word].flatMap((_, i) => [
          rotate(word, i),
          rotate(alphabet.transpose(word), i),
        ]);
        expect(alphabet.canonical(word)).toBe(all.sort()[0] ?? "");
      }),
    );
  });

  it("keeps apart words whose traces differ", () => {
    const alphabet = new Alphabet(["general"]);
    // tr(B²BᵀBᵀBBᵀ) ≠ tr(B²BᵀBBᵀBᵀ): theory.md, why ℓ(A) ≠ ℓ(Aᵀ) for L ≥ 3.
    expect(alphabet.canonical("bbccbc")).not.toBe(alphabet.canonical("bbcbcc"));
  });

  it("sorts a normal letter and cancels an orthogonal one inside its gaps, round the end too", () => {
    const normal = new Alphabet(["normal"]);
    expect(normal.canonical("abcbac")).toBe(normal.canonical("abbcac"));
    expect(normal.canonical("cab")).toBe(normal.canonical("abc"));
    expect(normal.canonical("bcb")).toBe(normal.canonical("bbc"));
    const orthogonal = new Alphabet(["orthogonal"]);
    expect(orthogonal.canonical("abca")).toBe("aa");
    expect(orthogonal.canonical("cab")).toBe("a");
    expect(orthogonal.canonical("bcbc")).toBe("");
    expect(orthogonal.canonical("bcc")).toBe(orthogonal.canonical("b"));
    // The inner letter cancels first, which lets the outer one cancel.
    expect(new Alphabet(["orthogonal", "orthogonal"]).canonical("abdecab")).toBe("aab");
  });
});
