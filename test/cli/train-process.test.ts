import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetrics } from "../../src/training/metrics.js";
import type { StepRecord } from "../../src/training/training-run.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

const bin = fileURLToPath(new URL("../../bin/loopgd.js", import.meta.url));

// A step takes about a millisecond, so that a signal finds the run in its middle.
const RUN = [
  ...["train", "--dim", "2", "--context", "6", "--loops", "2", "--backend", "cpu"],
  ...["--steps", "100", "--batch", "48", "--checkpoint-every", "15", "--prompts", "100"],
];

/** Runs the built command line; sends a signal at its first line that matches, if any. */
function runProcess(args: readonly string[], signal: NodeJS.Signals, at: RegExp) {
  return new Promise<{ code: number | null; killedBy: string | null; stderr: string }>(
    (resolve) => {
      const child = spawn(process.execPath, [bin, ...args], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let stderr = "";
      let isSent = false;
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        if (isSent || !at.test(stderr)) return;
        isSent = true;
        child.kill(signal);
      });
      child.on("close", (code, killedBy) => resolve({ code, killedBy, stderr }));
    },
  );
}

describe("loopgd train as a process", () => {
  let weights: Buffer;
  let metrics: StepRecord[];
  let whole: string;
  beforeAll(async () => {
    whole = mkdtempSync(join(tmpdir(), "loopgd-process-"));
    const out = join(whole, "run");
    expect((await runCli([...RUN, "--out", out])).exitCode).toBe(0);
    weights = readFileSync(join(out, "weights.safetensors"));
    metrics = await readMetrics(out);
  });
  afterAll(() => rmSync(whole, { recursive: true }));

  it.each<[NodeJS.Signals, number | null]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGKILL", null],
  ])(
    "stopped by %s exits %s; resumed, it equals one that was not, bit for bit",
    async (signal, code) => {
      const out = join(temporaryFolder(), "run");
      const stopped = await runProcess([...RUN, "--out", out], signal, /step 30\//);
      expect(stopped.code).toBe(code);
      expect(stopped.killedBy).toBe(code === null ? signal : null);
      expect(existsSync(join(out, "weights.safetensors"))).toBe(code !== null);
      const { status } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
      expect(status).toBe(code === null ? "running" : "interrupted");
      if (code !== null) {
        expect(stopped.stderr).toMatch(
          /training was interrupted after step \d+ of 100; resume from/,
        );
        expect(stopped.stderr).toMatch(/resume with: loopgd train .* --resume/);
      }
      const recorded = await readMetrics(out);
      expect(recorded).toEqual(metrics.slice(0, recorded.length));
      expect(recorded.length).toBeGreaterThanOrEqual(30);
      expect((await runCli([...RUN, "--out", out, "--resume"])).exitCode).toBe(0);
      expect(readFileSync(join(out, "weights.safetensors")).equals(weights)).toBe(true);
      expect(await readMetrics(out)).toEqual(metrics);
      expect(readdirSync(out)).not.toContain("metrics.jsonl");
    },
  );
});
