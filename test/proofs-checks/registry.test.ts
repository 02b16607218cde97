import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { certificateKinds } from "../../proofs-checks/certificates/registry.js";
import { claims } from "../../proofs-checks/registry.js";
import { certificateFile } from "../../src/claim/certificate-reference.js";
import type { Claim, Quantity } from "../../src/claim/claim.js";
import { claimCertificates } from "../../src/claim/claim-certificates.js";
import { runClaim } from "../../src/claim/run-claim.js";
import { Stream } from "../../src/random/stream.js";

/** The stream that `loopgd verify` runs with by default. */
const stream = Stream.fromSeed(0).split("claims");

describe("the registry", () => {
  test("ids are unique", () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
  });

  test("at most one verdict in twenty is inconclusive, each saying what it would need", () => {
    const cases = claims.flatMap(({ grid }) => [...grid.quick, ...grid.thorough]);
    const open = cases.filter(({ expected }) => expected === "inconclusive");
    expect(open.length).toBeLessThanOrEqual(0.05 * cases.length);
    expect(open.filter(({ needs = "" }) => needs.trim() === "")).toEqual([]);
  });

  test("names no certificate that is not issued", () => {
    const named = claims.flatMap((claim) => claimCertificates(claim).map(certificateFile));
    expect(named.length).toBeGreaterThan(50);
    const issued = readdirSync(
      fileURLToPath(new URL("../../proofs-checks/certificates/issued", import.meta.url)),
    );
    expect(named.filter((file) => !issued.includes(file))).toEqual([]);
  });

  test("claims and kinds of certificates share no id: certify takes both", () => {
    const kinds = new Set(certificateKinds.map(({ id }) => id));
    expect(claims.filter(({ id }) => kinds.has(id))).toEqual([]);
  });

  describe.each(claims.map((claim) => [claim.id, claim] as const))("%s", (id, claim) => {
    test("is a full record", () => {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const text of [claim.title, claim.statement, claim.source]) {
        expect(text.trim()).not.toBe("");
      }
      const names = [...claim.grid.quick, ...claim.grid.thorough].map(({ name }) => name);
      expect(claim.grid.quick.length).toBeGreaterThan(0);
      expect(new Set(names).size).toBe(names.length);
    });

    test("has rivals: two for an equality, one of them within 5 % of the truth", () => {
      const isEquality = claim.kind === "equality" || claim.kind === "identity";
      expect(Object.keys(claim.rivals).length).toBeGreaterThanOrEqual(isEquality ? 2 : 1);
      if (isEquality) expect(closestRival(claim)).toBeLessThanOrEqual(0.05);
    });

    test("holds or is refuted at some quick setting", () => {
      const decided = claim.grid.quick.filter(({ expected = "holds" }) =>
        ["holds", "refuted"].includes(expected),
      );
      expect(decided).not.toEqual([]);
    });

    // runClaim turns `holds` into `inconclusive` while a rival survives: the expected verdicts on
    // the quick grid say that every rival was rejected there.
    test("ends as expected at every quick setting and rejects every rival", async () => {
      const results = await runClaim(claim, "quick", stream);
      for (const { setting, verdict, expected, detail } of results) {
        // With the detail, so that a failure shows what was measured.
        expect({ setting, verdict, detail }).toMatchObject({ setting, verdict: expected });
      }
    });
  });
});

/** Least distance over the grid between the truth and a rival that differs from it, relative to the truth. */
function closestRival(claim: Claim): number {
  const applicable = claim.grid.quick.filter(({ setting }) =>
    Object.values(claim.hypotheses).every((holds) => holds(setting)),
  );
  const distances = applicable.flatMap(({ name, setting }) => {
    const own = () => stream.split(claim.id).split(name);
    const truth = numbers(claim.predicted(setting, own()));
    const scale = Math.max(...truth.map(Math.abs));
    return Object.values(claim.rivals).map((rival) => {
      const wrong = numbers(rival(setting, own()));
      return Math.max(...wrong.map((value, k) => Math.abs(value - truth[k]!))) / scale;
    });
  });
  return Math.min(...distances.filter((distance) => distance > 1e-9));
}

function numbers(value: Quantity | readonly Quantity[]): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((quantity: Quantity) =>
    typeof quantity === "number" ? quantity : quantity.toNumber(),
  );
}
