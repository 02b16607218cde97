import { arch, cpus, release, type as systemName, totalmem } from "node:os";

/** The machine a run is done on, in words: cores, processor, memory, system, Node. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const cores = processors.length === 1 ? "1 core" : `${processors.length} cores`;
  return `${cores}, ${model}, ${memory} GiB; ${systemName()} ${release()} ${arch()}, Node ${process.version}`;
}
