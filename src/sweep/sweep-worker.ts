import { parentPort, workerData } from "node:worker_threads";
import type { Point } from "./axis-value.js";
import { PointComputer } from "./point-computer.js";
import type { SweepSpec } from "./sweep-spec.js";

/** A point for a thread, and what the thread answers. */
export interface PointTask {
  readonly position: number;
  readonly point: Point;
}

// A thread of `PointPool`: takes points, answers with their cells, one after another.
const computer = await PointComputer.of(workerData as SweepSpec);
let last = Promise.resolve();
parentPort!.on("message", ({ position, point }: PointTask) => {
  last = last.then(async () => {
    const started = performance.now();
    const cells = await computer.compute(point);
    const seconds = (performance.now() - started) / 1000;
    parentPort!.postMessage({ position, cells, seconds });
  });
});
parentPort!.postMessage("ready");
