import type { WorkerHandle } from "../worker/lane.js";
import { element } from "./element.js";

let address: string | undefined;

/** A worker from the source that the page carries: a blob, so that it works from a file too. */
export function startWorker(): WorkerHandle {
  address ??= URL.createObjectURL(
    new Blob([element("worker-source").textContent], { type: "text/javascript" }),
  );
  return new Worker(address) as unknown as WorkerHandle;
}
