import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { ArgumentError } from "../../src/errors.js";
import { Stream } from "../../src/random/stream.js";
import { testStream } from "../seed.js";

const take = (stream: Stream, count: number) =>
  Array.from({ length: count }, () => stream.uniform());

describe("splitting", () => {
  test("equal seeds and paths give equal numbers", () => {
    expect(take(Stream.fromSeed(7).split("a").split(3), 10)).toEqual(
      take(Stream.fromSeed(7).split("a").split(3), 10),
    );
  });

  test("a child does not depend on what its parent or siblings drew, nor on their order", () => {
    const fresh = Stream.fromSeed(7);
    const expected = [0, 1, 2].map((label) => take(fresh.split(label), 5));
    const used = Stream.fromSeed(7);
    used.normals(101);
    used.gamma(0.3);
    const backwards = [2, 1, 0].map((label) => {
      take(used.split(label + 50), 3);
      return take(used.split(label), 5);
    });
    expect(backwards.reverse()).toEqual(expected);
  });

  test("drawing from a child leaves the parent alone", () => {
    const parent = Stream.fromSeed(7);
    take(parent.split("child"), 20);
    expect(take(parent, 5)).toEqual(take(Stream.fromSeed(7), 5));
  });

  test("no two of 200 000 streams share their first numbers", () => {
    const root = testStream("collisions");
    const seen = new Set<number>();
    let streams = 0;
    const add = (stream: Stream) => {
      streams += 1;
      seen.add(stream.uniform());
    };
    for (let i = 0; i < 100_000; i++) add(root.split(i));
    for (let i = 0; i < 300; i++) {
      for (let j = 0; j < 300; j++) add(root.split("grid").split(i).split(j));
    }
    for (let i = 0; i < 10_000; i++) add(Stream.fromSeed(i));
    // 53-bit numbers: two of 200 000 coincide by chance with probability 2·10⁻⁶.
    expect(seen.size).toBe(streams);
  });

  test.each([
    ["label types", 1, "1"],
    ["fractions", 0.5, 0],
    ["signs of zero", 0, -0],
    ["large numbers", 2 ** 32, 0],
    ["prefixes", "ab", "a"],
    ["letters beyond ASCII", "σ", "s"],
  ])("labels that differ give other streams: %s", (_, one, other) => {
    const root = Stream.fromSeed(1);
    expect(root.split(one).uniform()).not.toBe(root.split(other).uniform());
  });

  test("a path is not the concatenation of its labels", () => {
    const root = Stream.fromSeed(1);
    const first = root.split("ab").split("c").uniform();
    expect(first).not.toBe(root.split("a").split("bc").uniform());
    expect(first).not.toBe(root.split("abc").uniform());
  });

  test("neighbouring children are uncorrelated", () => {
    const root = testStream("correlation");
    const pairs = sampleMeans(40_000, (i) => {
      const [a, b] = [root.split(i).normal(), root.split(i + 1).normal()];
      return [a * b, (a * a - 1) * (b * b - 1)];
    });
    pairs.means.forEach((mean, k) => {
      expect(Math.abs(mean)).toBeLessThan(5 * pairs.standardErrors[k]!);
    });
  });

  test("successive seeds are uncorrelated", () => {
    const { means, standardErrors } = sampleMeans(20_000, (seed) => [
      Stream.fromSeed(seed).normal() * Stream.fromSeed(seed + 1).normal(),
    ]);
    expect(Math.abs(means[0]!)).toBeLessThan(5 * standardErrors[0]!);
  });
});

describe("laws, by their moments within 5 standard errors", () => {
  const COUNT = 100_000;
  const laws: [string, (stream: Stream) => number, number[]][] = [
    ["uniform", (s) => s.uniform(), [1 / 2, 1 / 3, 1 / 4, 1 / 5]],
    ["normal", (s) => s.normal(), [0, 1, 0, 3, 0, 15]],
    // E x(x+1)…: Gamma(k) has moments k, k(k+1), k(k+1)(k+2).
    ...[0.2, 0.5, 1, 1.5, 7].map((shape): [string, (s: Stream) => number, number[]] => [
      `gamma(${shape})`,
      (s) => s.gamma(shape),
      [shape, shape * (shape + 1), shape * (shape + 1) * (shape + 2)],
    ]),
    // E χ² = ν, E χ⁴ = ν(ν+2); E χ₁ = √(2/π), E χ₂ = √(π/2), E χ₃ = 2√(2/π).
    ["chi(1)", (s) => s.chi(1), [Math.sqrt(2 / Math.PI), 1, 2 * Math.sqrt(2 / Math.PI), 3]],
    ["chi(2)", (s) => s.chi(2), [Math.sqrt(Math.PI / 2), 2, 3 * Math.sqrt(Math.PI / 2), 8]],
    ["chi(3)", (s) => s.chi(3), [2 * Math.sqrt(2 / Math.PI), 3, 8 * Math.sqrt(2 / Math.PI), 15]],
  ];

  test.each(laws)("%s", (name, draw, moments) => {
    const stream = testStream(name);
    const { means, standardErrors } = sampleMeans(COUNT, () => {
      const value = draw(stream);
      return moments.map((_, k) => value ** (k + 1));
    });
    means.forEach((mean, k) => {
      expect(Math.abs(mean - moments[k]!)).toBeLessThan(5 * standardErrors[k]!);
    });
  });

  test("the two normals of one polar pair are independent", () => {
    const stream = testStream("pairs");
    const { means, standardErrors } = sampleMeans(COUNT, () => {
      const [a, b] = [stream.normal(), stream.normal()];
      return [a * b, (a * a - 1) * (b * b - 1)];
    });
    means.forEach((mean, k) => {
      expect(Math.abs(mean)).toBeLessThan(5 * standardErrors[k]!);
    });
  });

  test("uniforms stay inside (0, 1), integers inside [0, bound)", () => {
    const stream = testStream("range");
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const value = stream.uniform();
      expect(value > 0 && value < 1).toBe(true);
      counts[stream.integer(3)]! += 1;
    }
    // Binomial(30 000, 1/3): standard deviation 81.6.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 81.6);
  });

  test("normals(k) is the next k normals", () => {
    const [one, other] = [testStream("normals"), testStream("normals")];
    expect([...one.normals(7)]).toEqual(Array.from({ length: 7 }, () => other.normal()));
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("gamma refuses shape %s", (shape) => {
  expect(() => Stream.fromSeed(0).gamma(shape)).toThrow(ArgumentError);
});
