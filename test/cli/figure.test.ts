import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../src/cli/figure/chromium.js";
import { runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-figure-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("loopgd figure", () => {
  it("writes a specification and a page without a browser", async () => {
    const json = await runCli(["figure", "depth", "--loops", "3", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: "loopgd.figure/1", name: "depth" });
    const out = join(folder, "depth.html");
    const html = await runCli(["figure", "depth", "--loops", "3", "--out", out]);
    expect(html.exitCode).toBe(0);
    expect(readFileSync(out, "utf8")).toContain("Looped, untied and k ⊗ L at equal depth");
  });

  it.each([
    [["nope"], "name must be one of"],
    [["depth", "--decades", "4"], "--decades must be absent: depth takes"],
    [["depth", "--json", "--format", "svg"], "--format must be absent, or json, with --json"],
    [["constants", "--run", "nowhere"], "--run must be a folder that loopgd verify wrote"],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await runCli(["figure", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it("says what to do where no Chromium is installed", () => {
    expect(() => findChromium({ LOOPGD_CHROMIUM: "/nowhere" }, "svg")).toThrow(
      "LOOPGD_CHROMIUM must be an executable file",
    );
    expect(() => findChromium({ PATH: folder }, "svg")).toThrow("html or json where no Chromium");
  });
});

describe("loopgd report", () => {
  it("refuses a folder without a run", async () => {
    const { exitCode, stderr } = await runCli(["report", folder, folder]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("run must be a folder that loopgd train wrote");
  });
});
