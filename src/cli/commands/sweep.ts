import type { Command } from "commander";
import type { SweepPlan } from "../../sweep/plan-sweep.js";
import type { ShardOutcome } from "../../sweep/run-sweep.js";
import type { Shard } from "../../sweep/shard.js";
import type { Sweep } from "../../sweep/sweep.js";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { integerOption } from "../options.js";
import { announceRun, reproduceCommand } from "../reproduce.js";
import { sweepProgress } from "../sweep-progress.js";
import { textTable } from "../text-table.js";

interface SweepOptions extends Omit<CommonOptions, "seed"> {
  readonly out?: string;
  readonly shard?: string;
  readonly workers?: number;
  readonly plan: boolean;
  readonly yes: boolean;
  readonly retryFailures: boolean;
  readonly seed?: number;
}

/** `loopgd sweep FILE`: computes something at every point of a grid. */
export function addSweepCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command("sweep")
    .description("compute optima, verdicts or trained losses at every point of a grid")
    .argument("<file>", "the sweep, YAML or JSON (see docs/sweeps.md)")
    .option("--out <folder>", "where results go; default: runs/<name of the sweep>")
    .option("--shard <i/k>", "the i-th of k parts only, for schedulers; then: loopgd merge")
    .option(
      "--workers <count>",
      "points computed side by side; default: one per core",
      integerOption("sweep", "--workers"),
    )
    .option("--retry-failures", "compute points again that failed before", false)
    .option("--plan", "say what it would take, and stop", false)
    .option("--yes", "go on although the grid has more than 10⁸ points", false)
    .option("--json", "print one JSON document on stdout", false)
    .option("--quiet", "no progress and no messages on stderr", false)
    .option(
      "--seed <integer>",
      "seed of everything random; default: the file's",
      integerOption("sweep", "--seed", 0),
    )
    .addHelpText(
      "before",
      "Example: loopgd sweep saddle-map.yaml\n" +
        "         loopgd sweep saddle-map.yaml --shard 3/10 --out /shared/saddle-map\n" +
        "A sweep that was interrupted goes on when the same command is given again.\n",
    )
    .action(async (file: string, options: SweepOptions) => {
      finish(await sweepCommand(file, options, io));
    });
}

async function sweepCommand(file: string, options: SweepOptions, io: CliIo): Promise<number> {
  const { availableParallelism } = await import("node:os");
  const { readSweep } = await import("../../sweep/read-sweep.js");
  const { openSweep } = await import("../../sweep/sweep.js");
  const { parseShard, WHOLE } = await import("../../sweep/shard.js");
  const { planSweep } = await import("../../sweep/plan-sweep.js");
  const { runShard } = await import("../../sweep/run-sweep.js");
  const read = readSweep(file);
  const spec = options.seed === undefined ? read : { ...read, seed: options.seed };
  const shard = options.shard === undefined ? WHOLE : parseShard(options.shard);
  const threads = options.workers ?? availableParallelism();
  const out = options.out ?? `runs/${spec.name}`;
  const sweep = await openSweep(spec, { allowLarge: options.yes });
  const reproduce = reproduceCommand("sweep", argumentsOf(file, out, options), spec.seed);
  announceRun(io, { ...options, seed: spec.seed }, reproduce);
  // Its probes take seconds: no plan where nobody would see it.
  const plan = options.plan || !options.quiet ? await planSweep(sweep, { shard, threads }) : null;
  if (options.plan && plan !== null) {
    io.stdout(
      options.json
        ? `${JSON.stringify({ schema: "loopgd.sweep-plan/1", seed: spec.seed, ...plan }, null, 2)}\n`
        : `${textTable(describePlan(plan, shard))}\n`,
    );
    return EXIT.ok;
  }
  if (plan !== null) io.stderr(`${textTable(describePlan(plan, shard))}\n`);
  const progress = sweepProgress(io, options.quiet);
  const outcome = await runShard(sweep, {
    ...{ out, shard, threads, signal: io.signal, onProgress: progress.show },
    retryFailures: options.retryFailures,
  }).finally(progress.stop);
  return concludeSweep({ sweep, shard, out, outcome, reproduce }, options, io);
}

async function concludeSweep(
  run: {
    readonly sweep: Sweep;
    readonly shard: Shard;
    readonly out: string;
    readonly outcome: ShardOutcome;
    readonly reproduce: string;
  },
  options: SweepOptions,
  io: CliIo,
): Promise<number> {
  const { sweep, shard, out, outcome, reproduce } = run;
  for (const path of outcome.setAside) {
    io.stderr(`sweep: ${path} was not sound; its points were computed again\n`);
  }
  const { done, total, failures, computed, seconds, status, resultsPath } = outcome;
  let [results, report]: [string, string | null] = [resultsPath, null];
  if (status === "complete" && shard.count === 1) {
    const { mergeShards } = await import("../../sweep/merge-shards.js");
    const { writeSweepReport } = await import("../sweep-report.js");
    results = (await mergeShards(out, sweep)).resultsPath ?? resultsPath;
    report = await writeSweepReport(out, sweep, reproduce, io);
  }
  const document = {
    schema: "loopgd.sweep-run/1",
    ...{ name: sweep.spec.name, seed: sweep.spec.seed, shard: `${shard.index}/${shard.count}` },
    ...{ status, points: total, done, computed, failures, seconds },
    results: status === "complete" ? results : null,
    report,
  };
  io.stdout(
    options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${done} of ${total} points (${computed} computed now), ${failures} failed${status === "complete" ? `: ${results}` : ""}\n`,
  );
  if (report !== null && !options.quiet) io.stderr(`report: ${report}\n`);
  if (status === "interrupted") {
    io.stderr(`loopgd: interrupted; go on with: ${reproduce}\n`);
    return exitCodeOf(io.signal);
  }
  return failures > 0 ? EXIT.failure : EXIT.ok;
}

function argumentsOf(file: string, out: string, options: SweepOptions): string[] {
  const { shard, workers, yes } = options;
  return [
    ...[file, "--out", out],
    ...(shard === undefined ? [] : ["--shard", shard]),
    ...(workers === undefined ? [] : ["--workers", String(workers)]),
    ...(yes ? ["--yes"] : []),
  ];
}

function describePlan(plan: SweepPlan, { index, count }: Shard): string[][] {
  const { points, productSize, shardPoints, seconds, memory, disk, probes } = plan;
  const share = count === 1 ? "" : `, ${shardPoints} of them in shard ${index}/${count}`;
  const left = productSize === points ? "" : ` of ${productSize} (the conditions leave these)`;
  const time =
    seconds === null
      ? "unknown: not one point was done in the time of a probe"
      : `about ${describeSeconds(seconds)} (from ${probes} points)`;
  return [
    ["points", `${points}${left}${share}`],
    ["time", time],
    ["memory", `about ${Math.ceil(memory)} MiB`],
    ["disk", `about ${disk < 1 ? "1" : Math.ceil(disk)} MiB`],
  ];
}

function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
