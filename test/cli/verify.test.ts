import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-verify-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ID = "loops-equal-gd-steps";

describe("loopgd verify", () => {
  it("keeps the contract of schema loopgd.verify/1 and writes the report", async () => {
    const { exitCode, stdout } = await runCli(["verify", ID, "--out", folder, "--json"]);
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe("loopgd.verify/1");
    expect(document.results.length).toBeGreaterThan(0);
    for (const result of document.results) {
      expect(result).toMatchObject({ id: ID, verdict: "holds", expected: "holds" });
      expect(Object.keys(result)).toEqual(
        expect.arrayContaining([
          "id",
          "setting",
          "verdict",
          "expected",
          "method",
          "margin",
          "seconds",
        ]),
      );
    }
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain(ID);
    expect(JSON.parse(readFileSync(join(folder, "verdicts.json"), "utf8"))).toEqual(document);
  });

  it("prints one line per setting and a summary", async () => {
    const { stdout, stderr } = await runCli(["verify", ID, "--out", folder]);
    expect(stdout).toMatch(new RegExp(`^${ID}  .*  holds  `));
    expect(stdout).toMatch(/all as expected\n$/);
    expect(stderr).toMatch(/seed 0; reproduce with: loopgd verify/);
  });

  it("is silent on stderr with --quiet, and gives the same verdicts for the same seed", async () => {
    const args = ["verify", ID, "--out", folder, "--json", "--quiet", "--seed", "5"];
    const [first, second] = [await runCli(args), await runCli(args)];
    expect(first.stderr).toBe("");
    const withoutTimes = (text: string) => text.replace(/"seconds": [\d.e-]+/g, "");
    expect(withoutTimes(first.stdout)).toBe(withoutTimes(second.stdout));
  });

  it("stops between claims when interrupted", async () => {
    const controller = new AbortController();
    controller.abort("SIGINT");
    const { exitCode } = await runCli(["verify", "--out", folder], { signal: controller.signal });
    expect(exitCode).toBe(130);
  });

  it("lists the claims", async () => {
    const { stdout } = await runCli(["list", "--json"]);
    const { schema, claims } = JSON.parse(stdout);
    expect(schema).toBe("loopgd.list/1");
    expect(claims.map(({ id }: { id: string }) => id)).toContain(ID);
    expect((await runCli(["list"])).stdout).toContain(ID);
  });
});
