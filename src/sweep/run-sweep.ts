import { computeOnThreads } from "./point-pool.js";
import { pointNumber, type Shard } from "./shard.js";
import { ShardStore } from "./shard-store.js";
import type { Sweep } from "./sweep.js";
import { openSweepFolder } from "./sweep-folder.js";
import type { PointTask } from "./sweep-worker.js";

/** How far a shard is. */
export interface SweepProgress {
  readonly done: number;
  readonly total: number;
  /** Of all that are done. */
  readonly failures: number;
  /** Points of this run, not of the ones before it. */
  readonly computed: number;
  readonly seconds: number;
  readonly secondsLeft: number | null;
}

/** What became of a shard. */
export interface ShardOutcome extends SweepProgress {
  readonly status: "complete" | "interrupted";
  readonly resultsPath: string;
  /** Files that were not sound and were renamed. */
  readonly setAside: readonly string[];
}

/**
 * Computes the points of a shard that are not there yet, longest first.
 *
 * Statement.    the table of results is the same whatever the threads, the order, the interruptions and
 *               the machine's clock
 *
 * @param options.out      the folder of the sweep; one that holds another sweep is refused
 * @param options.retryFailures  whether points that failed before are computed again
 * @param options.signal   when aborted, what is being computed is dropped and the rest kept
 * Throws.       ArgumentError when the folder cannot be written, holds another sweep or the shard is
 *               another process's; what was computed is kept
 */
export async function runShard(
  sweep: Sweep,
  options: {
    readonly out: string;
    readonly shard: Shard;
    readonly threads: number;
    readonly retryFailures?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: SweepProgress) => void;
  },
): Promise<ShardOutcome> {
  const { out, shard, threads, signal, onProgress } = options;
  openSweepFolder(out, sweep.spec);
  const store = await ShardStore.open(out, sweep, shard);
  try {
    if (options.retryFailures === true) store.forgetFailures();
    const { order, costs } = costliestFirst(sweep, store);
    let costLeft = order.reduce((sum, position) => sum + costs[position]!, 0);
    const started = performance.now();
    let computed = 0;
    let costDone = 0;
    const progress = (): SweepProgress => {
      const seconds = (performance.now() - started) / 1000;
      return {
        ...{ done: store.doneCount, total: store.done.length, computed, seconds },
        failures: store.failureCount,
        secondsLeft: costDone > 0 ? (seconds * costLeft) / costDone : null,
      };
    };
    await computeOnThreads(tasksOf(sweep, shard, order), {
      spec: sweep.spec,
      threads: Math.min(threads, Math.max(1, order.length)),
      ...(signal !== undefined && { signal }),
      onResult({ position, cells }) {
        store.add(position, cells);
        computed += 1;
        costDone += costs[position]!;
        costLeft -= costs[position]!;
        onProgress?.(progress());
      },
    });
    const isComplete = store.doneCount === store.done.length;
    if (isComplete) await store.compact();
    return {
      ...progress(),
      status: isComplete ? "complete" : "interrupted",
      resultsPath: store.resultsPath,
      setAside: store.setAside,
    };
  } finally {
    store.close();
  }
}

function pointAt(sweep: Sweep, shard: Shard, position: number) {
  return sweep.grid.point(pointNumber(shard, position));
}

/** The positions not done, those first that will take longest; and the costs by position. */
function costliestFirst(
  sweep: Sweep,
  store: ShardStore,
): { order: readonly number[]; costs: Float64Array } {
  const costs = new Float64Array(store.done.length);
  const open: number[] = [];
  for (let position = 0; position < store.done.length; position++) {
    if (store.done[position] === 1) continue;
    costs[position] = sweep.computer.cost(pointAt(sweep, store.shard, position));
    open.push(position);
  }
  return { order: open.sort((a, b) => costs[b]! - costs[a]! || a - b), costs };
}

function* tasksOf(
  sweep: Sweep,
  shard: Shard,
  order: readonly number[],
): Generator<PointTask, undefined> {
  for (const position of order) yield { position, point: pointAt(sweep, shard, position) };
  return undefined;
}
