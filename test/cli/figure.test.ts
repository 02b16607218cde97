import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FIGURE_NAMES } from "../../src/cli/figure/catalogue.js";
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
    [[], "name must be given (see --list), or all"],
    [["all", "--dim", "4"], "name must be a single figure with --dim"],
    [["all", "--out", "-"], "name must be a single figure with --out -"],
    [["landscape", "--dim", "1"], "--dim must be at least 2, got 1"],
    [["constants", "--run", "nowhere"], "--run must be a folder that loopgd verify wrote"],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await runCli(["figure", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it("lists every figure with what it takes, in words and as JSON", async () => {
    const { stdout } = await runCli(["figure", "--list"]);
    const json = await runCli(["figure", "--list", "--json"]);
    const { schema, figures } = JSON.parse(json.stdout);
    expect(schema).toBe("loopgd.figures/1");
    expect(figures.map(({ name }: { name: string }) => name)).toEqual(FIGURE_NAMES);
    for (const name of FIGURE_NAMES) expect(stdout).toContain(name);
    expect(stdout).toContain("--dim 4 --context 30 --loops 3");
  });

  it("draws the landscape of an odd dimension", async () => {
    const { stdout } = await runCli(["figure", "landscape", "--dim", "3", "--json"]);
    expect(JSON.parse(stdout).caption).toContain("the last one is left alone");
  });

  it("writes nothing when interrupted", async () => {
    const controller = new AbortController();
    controller.abort("SIGINT");
    const out = join(folder, "depth.html");
    const args = ["figure", "depth", "--loops", "2", "--out", out];
    const { exitCode, stderr } = await runCli(args, { signal: controller.signal });
    expect(exitCode).toBe(130);
    expect(stderr).toContain("interrupted; nothing was written");
    expect(existsSync(out)).toBe(false);
  });

  it("says what to do where no Chromium is installed", () => {
    expect(() => findChromium({ LOOPGD_CHROMIUM: "/nowhere" }, "svg")).toThrow(
      "LOOPGD_CHROMIUM must be an executable file",
    );
    expect(() => findChromium({ PATH: folder }, "svg")).toThrow("html or json where no Chromium");
  });
});
