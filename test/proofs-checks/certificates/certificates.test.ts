import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { certificateKind, certificateKinds } from "../../../proofs-checks/certificates/registry.js";
import { checkCertificate } from "../../../proofs-checks/checker/check-certificate.js";

const issued = fileURLToPath(
  new URL("../../../proofs-checks/certificates/issued", import.meta.url),
);
const files = readdirSync(issued).filter((name) => name.endsWith(".json"));

const request = { seed: 0, maximalBoxes: 1000 };
const make = (id: string, dim: number, contextLength: bigint, loops: number) =>
  certificateKind(id).make({ ...request, dim, contextLength, loops });
const check = (certificate: unknown) => checkCertificate(JSON.stringify(certificate));

describe("the certificates issued", () => {
  it.each(files)("%s is small, and proves what its name says", (name) => {
    const path = join(issued, name);
    expect(statSync(path).size).toBeLessThan(200_000);
    const { kind, verdict, sentence } = checkCertificate(readFileSync(path, "utf8"));
    expect(verdict).toBe("holds");
    const [, id, dim, context, loops] = /^(.*)-d(\d+)-n(\w+)-l(\d+)\.json$/.exec(name)!;
    const n = context === "1e30" ? `1${"0".repeat(30)}` : context;
    expect([kind, sentence.split(":")[0]]).toEqual([id, `d = ${dim}, n = ${n}, L = ${loops}`]);
  });

  it("hold every symmetric case asked for, and a witness of few digits", () => {
    for (const dim of [2, 3]) {
      for (const loops of [1, 2, 3]) {
        for (const n of [5, 20, 100]) {
          expect(files).toContain(`best-symmetric-is-isotropic-d${dim}-n${n}-l${loops}.json`);
        }
      }
    }
    const witness = "best-preconditioner-is-not-isotropic-d10-n20-l5.json";
    const { proof } = JSON.parse(readFileSync(join(issued, witness), "utf8"));
    // theory.md §3: B = 0.608 I + 0.303 J.
    expect(proof.denominator).toBe("1000");
    expect(proof.eigenvalues).toEqual([{ times: "5", real: "608", imaginary: "303" }]);
    const [p, q] = proof.loss.split("/").map(Number);
    expect(p / q).toBeCloseTo(0.85629214, 8);
  });

  it("are made again as they are", () => {
    for (const name of files) {
      const [, id, dim, context, loops] = /^(.*)-d(\d+)-n(\d+)-l([12])\.json$/.exec(name) ?? [];
      if (id === undefined) continue;
      const again = make(id, Number(dim), BigInt(context!), Number(loops));
      expect(again).toEqual(JSON.parse(readFileSync(join(issued, name), "utf8")));
    }
  });
});

describe("every kind", () => {
  it.each(certificateKinds.map(({ id }) => id))(
    "%s: its example is in the checker's hands",
    (id) => {
      const { dim, contextLength, loops } = certificateKind(id).example;
      const name = `${id}-d${dim}-n${contextLength}-l${loops}.json`;
      expect(files).toContain(name);
    },
  );

  it.each([
    // theory.md §3, table of isotropic optima.
    [10, 20n, 1, "[64516129032258064516e-20, ", "[354838709677e-11, "],
    [10, 20n, 2, "[62807747", "[210527675"],
    [10, 5n, 2, "[29453", "[61805927"],
    [1, 1n, 7, "[", "["],
  ])("encloses the isotropic optimum at d = %i, n = %i, L = %i", (d, n, L, b, loss) => {
    const { sentence } = check(make("isotropic-optimum-is-enclosed", d, n, L));
    expect(sentence).toContain(`has b in ${b}`);
    expect(sentence).toContain(`loss in ${loss}`);
  });

  it("encloses the untied optimum that Ahn et al. trained", () => {
    // theory.md §3: {0.422409, 0.689126, 1.714217}, loss 0.13360843.
    const { sentence } = check(make("untied-optimum-is-enclosed", 5, 20n, 3));
    for (const text of ["[422408", "[689126", "[1714217", "[133608429"]) {
      expect(sentence).toContain(text);
    }
    expect(check(make("untied-optimum-is-enclosed", 7, 2n, 5)).verdict).toBe("holds");
  });

  it.each([
    // theory.md §3, n₀(d, L).
    [2, 2, 15],
    [5, 2, 31],
    [3, 3, 18],
    [2, 4, 9],
  ])("finds n₀(%i, %i) = %i", (dim, loops, onset) => {
    const kind = certificateKind("isotropic-optimum-turns-into-saddle");
    const certificate = kind.make({ ...request, dim, loops });
    expect(certificate.setting.contextLength).toBe(`${onset}`);
    expect(check(certificate).verdict).toBe("holds");
    const wrong = { ...request, dim, loops, contextLength: BigInt(onset + 1) };
    expect(() => kind.make(wrong)).toThrow(`contextLength must be ${onset}, where`);
  });

  it("proves four dimensions too", () => {
    expect(check(make("best-symmetric-is-isotropic", 4, 20n, 2)).verdict).toBe("holds");
  });

  it("finds no witness where the loss is convex, and says so", () => {
    expect(() => make("best-preconditioner-is-not-isotropic", 2, 20n, 1)).toThrow(/no better/);
  });
});

describe("a budget too small", () => {
  it.each([
    ["best-symmetric-is-isotropic", 3, 20n, 2],
    ["gradient-dominates-above-threshold", 2, 20n, 2],
  ])("%s leaves a certificate that says how much is left", (id, dim, contextLength, loops) => {
    const kind = certificateKind(id);
    const setting = { dim, contextLength, loops };
    const certificate = kind.make({ ...setting, seed: 0, maximalBoxes: 9 });
    expect(certificate.verdict).toBe("inconclusive");
    const { verdict, sentence } = check(certificate);
    expect(verdict).toBe("inconclusive");
    expect(sentence).toMatch(/, save on \d+\/\d+( and \d+\/\d+)* of the boxes$/);
    expect(() => check({ ...certificate, verdict: "holds" })).toThrow(
      "not proved: the verdict is inconclusive",
    );
    // More boxes leave less.
    const share = (boxes: number) => {
      const text = JSON.stringify(kind.make({ ...setting, seed: 0, maximalBoxes: boxes }));
      return [...text.matchAll(/"left":"(\d+)\/(\d+)"/g)].reduce(
        (sum, [, p, q]) => sum + Number(p) / Number(q),
        0,
      );
    };
    expect(share(40)).toBeLessThan(share(9));
  });
});

describe("the checker as a program", () => {
  it("runs from the build alone", () => {
    const program = fileURLToPath(
      new URL("../../../dist/proofs-checks/checker/main.js", import.meta.url),
    );
    const file = join(issued, "best-symmetric-is-isotropic-d2-n20-l2.json");
    expect(execFileSync("node", [program, file], { encoding: "utf8" })).toBe(
      `${file}: d = 2, n = 20, L = 2: of all symmetric Σ^{1/2}AΣ^{1/2} only b*I has the least loss\n`,
    );
  });
});
