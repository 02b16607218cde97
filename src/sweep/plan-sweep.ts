import { canonical } from "./canonical.js";
import { pointNumber, type Shard, shardSize } from "./shard.js";
import type { Sweep } from "./sweep.js";

/** What a shard will take, from a few of its points. */
export interface SweepPlan {
  /** Points of the whole sweep. */
  readonly points: number;
  readonly productSize: number;
  readonly shardPoints: number;
  /** Estimated seconds of the shard on the given threads; null when no probe came to an end in time. */
  readonly seconds: number | null;
  /** Estimated MiB of memory of the process, threads included. */
  readonly memory: number;
  /** Estimated MiB on disk while the shard runs. */
  readonly disk: number;
  readonly probes: number;
}

/** Seconds after which no further probe begins. */
const PROBE_SECONDS = 1.5;

/** Where among the points, ordered by cost, a probe is taken. */
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Points whose costs are looked at for the estimate. */
const SAMPLE = 2000;

/** Memory of a thread that has loaded what a sweep needs, in MiB: measured, docs/sweeps.md. */
const THREAD_MEMORY = 60;

const MIB = 2 ** 20;

/**
 * Estimates of time, memory and disk.
 *
 * Accuracy.     time within a factor of two or three where costs are as the computations say: points that
 *               cost far more than the probed ones do not show
 */
export async function planSweep(
  sweep: Sweep,
  options: { readonly shard: Shard; readonly threads: number },
): Promise<SweepPlan> {
  const { shard, threads } = options;
  const { grid, computer } = sweep;
  const shardPoints = shardSize(shard, grid.size);
  const stride = Math.max(1, Math.floor(shardPoints / SAMPLE));
  const sample: { number: number; cost: number }[] = [];
  for (let position = 0; position < shardPoints; position += stride) {
    const number = pointNumber(shard, position);
    sample.push({ number, cost: computer.cost(grid.point(number)) });
  }
  sample.sort((a, b) => a.cost - b.cost);
  const started = performance.now();
  let probes = 0;
  let [time, cost, bytes] = [0, 0, 0];
  for (const quantile of QUANTILES) {
    const probe = sample[Math.floor(quantile * sample.length)];
    // One that would take longer than the others together is left out, however the estimate suffers.
    const expected = cost > 0 ? (time * (probe?.cost ?? 0)) / cost : 0;
    const spent = (performance.now() - started) / 1000;
    if (probe === undefined || spent + expected > PROBE_SECONDS) break;
    const begun = performance.now();
    bytes += canonical(await computer.compute(grid.point(probe.number))).length + 40;
    time += (performance.now() - begun) / 1000;
    cost += probe.cost;
    probes += 1;
  }
  const meanCost = sample.reduce((sum, point) => sum + point.cost, 0) / Math.max(1, sample.length);
  const disk = (shardPoints * bytes) / Math.max(1, probes) / MIB;
  return {
    points: grid.size,
    productSize: grid.productSize,
    shardPoints,
    seconds: probes === 0 ? null : (shardPoints * meanCost * time) / cost / threads,
    // A point waiting takes some 40 bytes, a result being compacted about five times its text.
    memory: process.memoryUsage.rss() / MIB + threads * THREAD_MEMORY + 5 * disk,
    disk,
    probes,
  };
}
