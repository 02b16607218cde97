import { ArgumentError, Description, requireInteger } from "../errors.js";
import { shellWord } from "../io/shell-word.js";

/** What a Slurm cluster is asked for, per shard. */
export interface SlurmRequest {
  readonly name: string;
  /** Absolute path of the sweep file. */
  readonly file: string;
  /** Absolute path of the folder that all nodes see. */
  readonly out: string;
  readonly shards: number;
  /** Threads of a shard. */
  readonly cpus: number;
  /** As sbatch's --time takes it; absent: the partition's default. */
  readonly time?: string;
  /** As sbatch's --mem takes it; absent: the partition's default. */
  readonly memory?: string;
  /** Further directives, such as "--partition=cpu". */
  readonly directives: readonly string[];
  /** The words that run loopgd on a node. */
  readonly loopgd: readonly string[];
}

/** Times that a shard which came to nothing is put back into the queue. */
const MAXIMAL_RESTARTS = 5;

/** Seconds before the time limit at which a shard is told to stop, so that it goes on when requeued. */
const NOTICE_SECONDS = 60;

/**
 * The batch script of a job array, one task a shard.
 *
 * Statement.    a task that ends without its shard's table is requeued, up to five times, and goes on where
 *               it was; a sweep that is refused (exit 2) is not
 * Throws.       ArgumentError for sizes that are no positive integers, or words with line breaks
 */
export function shardScript(request: SlurmRequest): string {
  const { name, file, out, shards, cpus } = request;
  requireInteger("slurm", "shards", shards);
  requireInteger("slurm", "cpus", cpus);
  const digits = String(shards).length;
  const command = [...request.loopgd, "sweep", file, "--out", out].map(shellWord).join(" ");
  return `#!/bin/bash
${directivesOf(request, [
  `--job-name=${jobName(name)}`,
  `--array=1-${shards}`,
  `--cpus-per-task=${cpus}`,
  `--output=${directiveWord(out)}/slurm/%A_%a.log`,
  "--open-mode=append",
  "--requeue",
  `--signal=B:TERM@${NOTICE_SECONDS}`,
])}

${command} --shard "$SLURM_ARRAY_TASK_ID/${shards}" --workers ${cpus} --quiet &
shard=$!
# Bash runs a trap only once what it waits for has returned: the shard is waited for twice.
trap 'kill -TERM "$shard"' TERM
wait "$shard"
status=$?
while kill -0 "$shard" 2>/dev/null; do
  wait "$shard"
  status=$?
done

table=${shellWord(out)}/shards/$(printf '%0${digits}d-of-${shards}' "$SLURM_ARRAY_TASK_ID")/results.parquet
if [ ! -e "$table" ] && [ "$status" -ne 2 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MAXIMAL_RESTARTS} ]; then
  echo "shard $SLURM_ARRAY_TASK_ID/${shards} ended with $status and is requeued"
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
exit "$status"
`;
}

/** The batch script that merges the shards: one short task, for when the array has ended. */
export function mergeScript(request: SlurmRequest): string {
  const { name, out } = request;
  const command = [...request.loopgd, "merge", out].map(shellWord).join(" ");
  return `#!/bin/bash
${directivesOf(request, [
  `--job-name=${jobName(`${name}-merge`)}`,
  "--cpus-per-task=1",
  `--output=${directiveWord(out)}/slurm/merge-%j.log`,
])}

${command}
`;
}

function directivesOf({ time, memory, directives }: SlurmRequest, own: readonly string[]): string {
  const all = [
    ...own,
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...directives,
  ];
  return all.map((directive) => `#SBATCH ${oneLine(directive)}`).join("\n");
}

function jobName(name: string): string {
  return name.replace(/[^\w.-]+/g, "-");
}

function oneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  throw new ArgumentError("slurm", "directives", "single lines", text);
}

/** A path in a directive, which no shell reads. */
function directiveWord(path: string): string {
  if (!/\s|"/.test(path)) return path;
  const got = new Description(`"${path}"`);
  throw new ArgumentError("slurm", "--out", "a path without blanks, as sbatch needs it", got);
}
