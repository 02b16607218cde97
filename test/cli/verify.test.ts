import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

  it("gives the same verdicts on threads, in the same order", async () => {
    const ids = [ID, "wishart-moments-equal-pairings", "isotropic-optimum-between-0-and-1"];
    const verdicts = async (workers: string) => {
      const args = ["verify", ...ids, "--out", folder, "--json", "--quiet", "--workers", workers];
      const { exitCode, stdout, stderr } = await runCli(args);
      expect([exitCode, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout).results.map(
        ({ seconds: _seconds, ...result }: { seconds: number }) => result,
      );
    };
    expect(await verdicts("3")).toEqual(await verdicts("1"));
  });

  it("resumes after the claims that an interrupted run finished, and no other run", async () => {
    const ids = [ID, "wishart-moments-equal-pairings"];
    const args = ["verify", ...ids, "--out", folder, "--json", "--workers", "1"];
    const whole = JSON.parse((await runCli(args)).stdout);
    const log = join(folder, "finished.jsonl");
    const [header, first] = readFileSync(log, "utf8").split("\n");
    writeFileSync(log, `${header}\n${first}\n{"claim": "torn`);
    const resumed = await runCli([...args, "--resume"]);
    expect(resumed.exitCode).toBe(0);
    const document = JSON.parse(resumed.stdout);
    // Times come along with what is kept: the first claim was not run again.
    const ofFirst = ({ id }: { id: string }) => id === ID;
    expect(document.results.filter(ofFirst)).toEqual(whole.results.filter(ofFirst));
    expect(document.results).toHaveLength(whole.results.length);
    const other = await runCli([...args, "--resume", "--seed", "3"]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/seed must be 0, as in the run to resume, got 3/);
    const nowhere = await runCli(["verify", ID, "--out", join(folder, "new"), "--resume"]);
    expect(nowhere.exitCode).toBe(2);
    expect(nowhere.stderr).toMatch(/--out must be the folder of a verification to resume/);
  });

  it("resumes an interrupted thorough run where it was, and ends as one that was not", async () => {
    const ids = [ID, "isotropic-optimum-between-0-and-1", "gradient-dominance-at-zero"];
    const args = ["verify", ...ids, "--thorough", "--out", folder, "--json", "--workers", "1"];
    const controller = new AbortController();
    // The progress line of the second claim, on a terminal, is where the interrupt comes.
    const interrupted = await runCli(args, {
      signal: controller.signal,
      isTerminal: true,
      stderr: (text) => {
        if (/1\/3 /.test(text)) controller.abort();
      },
    });
    expect(interrupted.exitCode).toBe(130);
    const kept = JSON.parse(interrupted.stdout).results;
    const claimsOf = (results: { id: string }[]) => new Set(results.map(({ id }) => id)).size;
    expect([claimsOf(kept) > 0, claimsOf(kept) < 3]).toEqual([true, true]);
    const resumed = await runCli([...args, "--resume"]);
    const { results, profile } = JSON.parse(resumed.stdout);
    expect([resumed.exitCode, profile]).toEqual([0, "thorough"]);
    // Times and all: what was done is not done again.
    expect(results.slice(0, kept.length)).toEqual(kept);
    const whole = JSON.parse((await runCli(args)).stdout).results;
    const timeless = (all: { seconds: number }[]) => all.map((one) => ({ ...one, seconds: 0 }));
    expect(timeless(results)).toEqual(timeless(whole));
    // A quick run is not the one to resume.
    const quick = await runCli(["verify", ...ids, "--out", folder, "--resume"]);
    expect(quick.stderr).toMatch(/profile must be "thorough", as in the run to resume/);
  });

  it("writes the other formats where it is told to", async () => {
    const path = (name: string) => join(folder, name);
    const files = ["--junit", path("v.xml"), "--csv", path("v.csv"), "--latex", path("v.tex")];
    const { exitCode } = await runCli(["verify", ID, "--out", folder, "--quiet", ...files]);
    expect(exitCode).toBe(0);
    expect(readFileSync(path("v.xml"), "utf8")).toContain(`<testsuite name="${ID}"`);
    expect(readFileSync(path("v.csv"), "utf8")).toContain(`\n${ID},`);
    expect(readFileSync(path("v.tex"), "utf8")).toContain(`\\texttt{${ID}}`);
    const nowhere = await runCli(["verify", ID, "--out", folder, "--csv", path("no/v.csv")]);
    expect(nowhere.exitCode).toBe(2);
    expect(nowhere.stderr).toMatch(/--csv must be a writable file/);
  });

  it("lists the claims", async () => {
    const { stdout } = await runCli(["list", "--json"]);
    const { schema, claims } = JSON.parse(stdout);
    expect(schema).toBe("loopgd.list/1");
    expect(claims.map(({ id }: { id: string }) => id)).toContain(ID);
    expect((await runCli(["list"])).stdout).toContain(ID);
    const path = join(folder, "catalogue.html");
    expect((await runCli(["list", "--html", path])).exitCode).toBe(0);
    expect(readFileSync(path, "utf8")).toContain(`<h2 id="${ID}">`);
  });
});
