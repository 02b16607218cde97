import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-certify-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ID = "best-symmetric-is-isotropic";
const SIZES = ["--dim", "2", "--context", "20", "--loops", "2"];

describe("loopgd certify", () => {
  it("prints the certificate, and what it proves on stderr", async () => {
    const { exitCode, stdout, stderr } = await runCli(["certify", ID, ...SIZES]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "loopgd.certificate/1",
      kind: ID,
      setting: { dim: "2", contextLength: "20", loops: "2" },
      verdict: "holds",
    });
    expect(stderr).toMatch(/reproduce with: loopgd certify best-symmetric-is-isotropic --dim 2 /);
    expect(stderr).toMatch(/holds: d = 2, n = 20, L = 2: of all symmetric/);
  });

  it("writes a file that check-certificate takes", async () => {
    const file = join(folder, "one.json");
    const made = await runCli(["certify", ID, ...SIZES, "--out", file, "--json", "--quiet"]);
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(made.stdout)).toMatchObject({
      schema: "loopgd.certify/1",
      file,
      kind: ID,
      verdict: "holds",
      sentence: expect.stringMatching(/^d = 2, n = 20, L = 2: /),
    });
    const checked = await runCli(["check-certificate", file]);
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toMatch(/one\.json: holds: d = 2, n = 20, L = 2: of all symmetric/);
  });

  it("says that boxes are left, with exit code 1", async () => {
    const { exitCode, stdout } = await runCli(["certify", ID, "--boxes", "5", "--quiet"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).verdict).toBe("inconclusive");
  });

  it("makes every certificate that a claim names, and says where a claim has none", async () => {
    const claim = "published-three-layer-run";
    const { exitCode, stdout } = await runCli(["certify", claim, "--out", folder, "--quiet"]);
    expect(exitCode).toBe(0);
    const file = join(folder, "untied-optimum-is-enclosed-d5-n20-l3.json");
    expect(stdout).toMatch(new RegExp(`^${file}: holds: d = 5, n = 20, L = 3: the best untied`));
    expect((await runCli(["check-certificate", file])).exitCode).toBe(0);
    const json = await runCli(["certify", claim, "--out", folder, "--quiet", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: "loopgd.certify-claim/1",
      claim,
      certificates: [{ file, verdict: "holds" }],
    });
    const none = await runCli(["certify", "loops-equal-gd-steps", "--out", folder]);
    expect(none.stderr).toMatch(/id must be a claim with certificates .*, which has none/);
    const sized = await runCli(["certify", claim, "--dim", "3", "--out", folder]);
    expect([none.exitCode, sized.exitCode]).toEqual([2, 2]);
    expect(sized.stderr).toMatch(/--dim must be left out: a claim has its own settings, got 3/);
  });

  it("lists the kinds", async () => {
    const { stdout } = await runCli(["certify", "--json"]);
    const { schema, kinds } = JSON.parse(stdout);
    expect(schema).toBe("loopgd.certificate-kinds/1");
    expect(kinds).toHaveLength(7);
    expect((await runCli(["certify"])).stdout).toContain(`${ID}  `);
  });

  it.each([
    [["no-such-kind"], /certify: id must be a kind of certificate .*got "no-such-kind"/],
    [
      [ID, "--dim", "9"],
      /best-symmetric-is-isotropic: certificates reach dimensions 2 to 4, got 9/,
    ],
    [[ID, "--loops", "9"], /certificates reach 4 loops, got 9/],
    [[ID, "--context", "1e200"], /contextLength must be from 1 to 10\^100/],
    [[ID, "--boxes", "0"], /certify: --boxes must be a positive integer, got "0"/],
    [[ID, "--out", "/proc/loopgd/x.json"], /certify: --out must be a file in a writable folder/],
  ])("%j is refused before any work", async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli(["certify", ...args, "--quiet"]);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});

describe("loopgd check-certificate", () => {
  it("tells rejected files from unreadable ones, names file and field, and goes on", async () => {
    const files = ["sound", "tampered", "field", "json"].map((name) =>
      join(folder, `${name}.json`),
    );
    const [sound, tampered, field, json] = files as [string, string, string, string];
    await runCli(["certify", ID, ...SIZES, "--out", sound, "--quiet"]);
    const text = readFileSync(sound, "utf8");
    writeFileSync(tampered, text.replace('"contextLength": "20"', '"contextLength": "21"'));
    writeFileSync(field, text.replace('"left": "0/1"', '"left": 0'));
    writeFileSync(json, "{");
    const rejected = await runCli(["check-certificate", sound, tampered]);
    expect(rejected.exitCode).toBe(1);
    expect(rejected.stdout).toContain(`${tampered}: rejected: not proved: b* lies in the cell\n`);
    const all = await runCli(["check-certificate", ...files, join(folder, "absent"), "--json"]);
    expect(all.exitCode).toBe(2);
    const { schema, results } = JSON.parse(all.stdout);
    expect(schema).toBe("loopgd.check-certificate/1");
    expect(results.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      "holds",
      "rejected",
      "unreadable",
      "unreadable",
      "unreadable",
    ]);
    expect(results[2].detail).toBe("certificate.proof.inside.left must be a fraction p/q, got 0");
    expect(results[4].detail).toMatch(/path must be a readable file, got ".*absent" \(ENOENT\)/);
  });

  it("asks for a file", async () => {
    const { exitCode, stderr } = await runCli(["check-certificate"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/missing required argument 'files'/);
  });
});
