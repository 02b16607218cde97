import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OneNodeCluster, until } from "./one-node-cluster.js";

const BIN = fileURLToPath(new URL("../../bin/loopgd.js", import.meta.url));
const SWEEP = `
axes:
  dim: { from: 2, to: 9 }
  contextLength: { from: 10, to: 1e9, perDecade: 4 }
  loops: { from: 4, to: 8 }
compute: { optimum: [isotropic, untied] }
`;
const POINTS = 8 * 33 * 5;

const cluster = new OneNodeCluster();
const folder = mkdtempSync(join(tmpdir(), "loopgd-sweep-"));

beforeAll(() => cluster.start());
afterAll(() => {
  cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("a job array whose shard is killed in the middle ends with the table of a run at home", async () => {
  const file = join(folder, "sweep.yaml");
  const out = join(folder, "out");
  writeFileSync(file, SWEEP);
  const loopgd = (...args: string[]) =>
    execFileSync(process.execPath, [BIN, ...args], { env: cluster.environment, encoding: "utf8" });

  const submitted = loopgd("slurm", file, "--out", out, "--shards", "3", "--submit", "--json");
  const { jobs, shards } = JSON.parse(submitted);
  expect(shards).toBe(3);

  const open = join(out, "shards", "1-of-3", "open.jsonl");
  await until(
    "the first shard has results",
    () => readFileSync(open, "utf8").split("\n").length > 5,
  );
  execFileSync("pkill", ["-9", "-f", "--", `--out ${out} --shard 1/3`]);

  await until("the jobs are gone", () => cluster.run("squeue", "-h").trim() === "");
  const log = readFileSync(join(out, "slurm", `${jobs.array}_1.log`), "utf8");
  expect(log).toContain("shard 1/3 ended with 137 and is requeued");
  // The second attempt went on after what the first had done.
  const [, total, computed] = /(\d+) points \((\d+) computed now\)/.exec(log)!;
  expect(Number(computed)).toBeLessThan(Number(total));
  expect(readFileSync(join(out, "slurm", `merge-${jobs.merge}.log`), "utf8")).toContain(
    `${POINTS} of ${POINTS} points`,
  );

  const home = join(folder, "home");
  loopgd("sweep", file, "--out", home, "--quiet");
  expect(existsSync(join(out, "results.parquet"))).toBe(true);
  expect(
    readFileSync(join(out, "results.parquet")).equals(readFileSync(join(home, "results.parquet"))),
  ).toBe(true);
});
