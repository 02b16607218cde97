import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeResults, encodeResults } from "../../src/claim/result-text.js";
import { RUN } from "../report/report-fixtures.js";
import { runCli } from "./run-cli.js";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const text = (...parts: string[]) => readFileSync(at(...parts), "utf8");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-report-"));
  for (const seed of ["1", "2"]) {
    await runCli([
      ...["train", "--dim", "2", "--context", "6", "--loops", "2", "--steps", "5", "--batch", "64"],
      ...["--prompts", "1000", "--seed", seed, "--out", at(`train-${seed}`), "--quiet"],
    ]);
  }
  await runCli(["verify", "loops-equal-gd-steps", "--out", at("verify"), "--quiet"]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("loopgd report", () => {
  it.each(["train-1", "verify"])("writes the page of %s again, to the byte", async (run) => {
    const { exitCode, stdout } = await runCli(["report", at(run), "--out", at("again.html")]);
    expect([exitCode, stdout]).toEqual([0, `${at("again.html")}\n`]);
    expect(text("again.html") === text(run, "report.html")).toBe(true);
  });

  it("draws the trainings that a verification logged", async () => {
    const path = at("verify", "finished.jsonl");
    const [header, line] = text("verify", "finished.jsonl").split("\n") as [string, string];
    const { claim, results } = JSON.parse(line);
    const trained = decodeResults(results)!.map((result) => ({ ...result, training: RUN }));
    const record = { claim, results: encodeResults(trained) };
    writeFileSync(path, `${header}\n${JSON.stringify(record)}\n`);
    await runCli(["report", at("verify"), "--out", at("trained.html")]);
    expect(text("trained.html")).toContain(
      "The training behind “L loops are L steps of preconditioned gradient descent",
    );
  });

  it("writes a verification of which only verdicts.json is left", async () => {
    rmSync(at("verify", "run.json"));
    rmSync(at("verify", "finished.jsonl"));
    const { exitCode } = await runCli(["report", at("verify"), "--out", at("bare.html")]);
    expect(exitCode).toBe(0);
    const page = text("bare.html");
    expect(page).toContain("<dd>not recorded</dd>");
    expect(page).toContain("L loops are L steps of preconditioned gradient descent");
  });

  it("compares two runs of a kind and says which pages it wrote", async () => {
    const out = at("both.html");
    const trained = await runCli(["report", at("train-1"), at("train-2"), "--out", out, "--json"]);
    const runs = [at("train-1"), at("train-2")];
    const document = { schema: "loopgd.report/1", kind: "training-comparison", runs, out };
    expect(JSON.parse(trained.stdout)).toEqual(document);
    expect(text("both.html")).toContain("train-1 against train-2");
    const verified = await runCli(["report", at("verify"), at("verify"), "--out", out, "--json"]);
    expect(JSON.parse(verified.stdout).kind).toBe("verification-comparison");
  });

  it("refuses two kinds, a folder without a run and a damaged record", async () => {
    const mixed = await runCli(["report", at("train-1"), at("verify"), "--out", at("x.html")]);
    expect(mixed.exitCode).toBe(2);
    expect(mixed.stderr).toContain("report: runs must be two of the same kind");
    const none = await runCli(["report", folder, folder]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain("run must be a folder that loopgd train wrote");
    writeFileSync(at("train-2", "run.json"), "{");
    const damaged = await runCli(["report", at("train-2")]);
    expect(damaged.exitCode).toBe(2);
    expect(damaged.stderr).toContain("a JSON object, got damaged text");
  });
});
