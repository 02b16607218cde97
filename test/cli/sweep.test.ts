import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { runCli } from "./run-cli.js";

const SWEEP = `axes: { dim: [2, 3], contextLength: [5, 50], loops: [1, 2] }
compute: { optimum: [isotropic, saddle] }
maps:
  - { x: contextLength, y: dim, value: curvatureSign }
`;

let folder: string;
let file: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-sweep-cli-"));
  file = join(folder, "grid.yaml");
  out = join(folder, "out");
  writeFileSync(file, SWEEP);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sweep = (...args: string[]) => runCli(["sweep", file, "--out", out, ...args]);

describe("loopgd sweep", () => {
  it.each(["sweep", "merge", "slurm", "report"])(
    "%s --help starts with an example",
    async (name) => {
      const { exitCode, stdout } = await runCli([name, "--help"]);
      expect([exitCode, stdout.slice(0, 16 + name.length)]).toEqual([0, `Example: loopgd ${name}`]);
    },
  );

  it("says what it would take, without writing anything", async () => {
    const { exitCode, stdout } = await sweep("--plan", "--json", "--quiet");
    const plan = JSON.parse(stdout);
    expect([exitCode, plan.schema, plan.points, plan.shardPoints]).toEqual([
      0,
      "loopgd.sweep-plan/1",
      8,
      8,
    ]);
    for (const key of ["seconds", "memory", "disk"]) expect(plan[key]).toBeGreaterThan(0);
    expect(existsSync(out)).toBe(false);
  });

  it("writes a table and a report, and does nothing a second time", async () => {
    const first = await sweep("--json", "--quiet");
    const document = JSON.parse(first.stdout);
    expect([first.exitCode, first.stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({
      ...{ schema: "loopgd.sweep-run/1", name: "grid", seed: 0, shard: "1/1" },
      ...{ status: "complete", points: 8, done: 8, computed: 8, failures: 0 },
      ...{ results: join(out, "results.parquet"), report: join(out, "report.html") },
    });
    expect(readFileSync(document.report, "utf8")).toContain("Sweep grid");
    const second = await sweep();
    expect(second.stdout).toContain("8 of 8 points (0 computed now), 0 failed");
  });

  it("merges shards, and names those that are missing with exit 1", async () => {
    expect((await sweep("--shard", "2/3", "--quiet")).exitCode).toBe(0);
    const missing = await runCli(["merge", out, "--json"]);
    expect(missing.exitCode).toBe(1);
    const { schema, missing: shards, resultsPath } = JSON.parse(missing.stdout);
    expect([schema, resultsPath]).toEqual(["loopgd.merge/1", null]);
    expect(shards).toEqual([
      { shard: "1/3", reason: "not begun" },
      { shard: "3/3", reason: "not begun" },
    ]);
    for (const shard of ["1/3", "3/3"]) await sweep("--shard", shard, "--quiet");
    const merged = await runCli(["merge", out]);
    expect([merged.exitCode, merged.stdout]).toEqual([
      0,
      `8 of 8 points: ${join(out, "results.parquet")}\n`,
    ]);
    rmSync(join(out, "report.html"));
    const { stdout } = await runCli(["report", out, "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      schema: "loopgd.report/1",
      kind: "sweep",
      runs: [out],
      out: join(out, "report.html"),
    });
    expect(existsSync(join(out, "report.html"))).toBe(true);
  });

  it("ends with 3 while points have failed, also when they were not computed now", async () => {
    writeFileSync(
      file,
      `${SWEEP.replace("[1, 2]", "[1, 200]")
        .replace(", saddle", ", untied")
        .replace(/maps[\s\S]*/, "")}limits: { seconds: 0.2 }\n`,
    );
    const first = await sweep("--quiet");
    expect([first.exitCode, first.stdout.includes("4 failed")]).toEqual([3, true]);
    expect((await sweep("--quiet")).exitCode).toBe(3);
  });

  it("stops when told to and says how to go on", async () => {
    const controller = new AbortController();
    controller.abort("SIGTERM");
    const { exitCode, stderr } = await runCli(["sweep", file, "--out", out], {
      signal: controller.signal,
    });
    expect([exitCode, stderr.includes(`go on with: loopgd sweep ${file} --out ${out}`)]).toEqual([
      143,
      true,
    ]);
  });

  it.each([
    [["--shard", "4/3"], /--shard must be i\/k with 1 ≤ i ≤ k/],
    [["--workers", "0"], /--workers must be a positive integer, got "0"/],
    [["--seed", "x"], /--seed must be an integer of at least 0/],
    [["--out", "/proc/loopgd"], /--out must be a writable folder, got "\/proc\/loopgd"/],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await sweep("--quiet", ...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it.each([
    ["a key it does not know", `${SWEEP}wher: dim > 2\n`, /wher \(line 5\) must be one of/],
    [
      "more than 10⁸ points",
      `axes:\n  dim: {from: 1, to: 500}\n  contextLength: {from: 1, to: 500}\n  loops: {from: 1, to: 500}\ncompute: optimum\n`,
      /1\.3e\+8 points \(--yes if that is meant\)/,
    ],
    ["a map over no axis", SWEEP.replace("y: dim", "y: loss"), /maps must be over two of the axes/],
  ])("refuses %s, with exit 2", async (_, text, message) => {
    writeFileSync(file, text);
    const { exitCode, stderr } = await sweep();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  it("takes more than 10⁸ points when they are meant", async () => {
    writeFileSync(
      file,
      "axes:\n  dim: {from: 1, to: 500}\n  contextLength: {from: 1, to: 500}\n  loops: {from: 1, to: 500}\ncompute: {optimum: [paperBound]}\n",
    );
    const { exitCode, stdout } = await sweep("--yes", "--plan", "--json", "--quiet");
    expect([exitCode, JSON.parse(stdout).points]).toEqual([0, 125_000_000]);
  });

  it.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "keeps what was computed when the disk is full, and goes on when it no longer is",
    async (context) => {
      mkdirSync(out);
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", out], { stdio: "ignore" });
      } catch {
        context.skip("no tmpfs can be mounted here");
      }
      try {
        writeFileSync(
          file,
          "axes: { dim: {from: 2, to: 20}, contextLength: {from: 10, to: 59}, loops: 1 }\ncompute: optimum\n",
        );
        const full = await sweep("--quiet");
        expect(full.exitCode).toBe(2);
        expect(full.stderr).toMatch(/ENOSPC/);
        execFileSync("mount", ["-o", "remount,size=16m", out]);
        const again = await sweep("--quiet", "--json");
        const { status, done, computed } = JSON.parse(again.stdout);
        expect([again.exitCode, status, done]).toEqual([0, "complete", 950]);
        expect(computed).toBeLessThan(950);
      } finally {
        execFileSync("umount", [out]);
      }
    },
  );
});

describe("loopgd slurm", () => {
  it("writes scripts that bash can read, and the lines that submit them", async () => {
    const { exitCode, stdout } = await runCli(["slurm", file, "--out", out, "--shards", "3"]);
    const [shards, merge] = ["shards", "merge"].map((name) => join(out, "slurm", `${name}.sbatch`));
    expect([exitCode, stdout]).toEqual([
      0,
      `array=$(sbatch --parsable ${shards})\nsbatch --dependency=afterany:$array ${merge}\n`,
    ]);
    for (const script of [shards!, merge!]) execFileSync("bash", ["-n", script]);
    expect(readFileSync(shards!, "utf8")).toContain("#SBATCH --array=1-3\n");
  });

  it("has no more tasks than points", async () => {
    const { stdout } = await runCli(["slurm", file, "--out", out, "--shards", "50", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "loopgd.slurm/1", shards: 8, jobs: null });
  });

  it("refuses --submit where there is no sbatch, and leaves the scripts", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    const { exitCode, stderr } = await runCli(["slurm", file, "--out", out, "--submit"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--submit must be used where sbatch works.*no sbatch on the PATH/);
    expect(existsSync(join(out, "slurm", "shards.sbatch"))).toBe(true);
  });
});
