import type { Command } from "commander";
import type { SlurmRequest } from "../../sweep/slurm-script.js";
import { EXIT } from "../exit-code.js";
import type { CliIo, Finish } from "../io.js";
import { integerOption } from "../options.js";

interface SlurmOptions {
  readonly out?: string;
  readonly shards: number;
  readonly cpus: number;
  readonly time?: string;
  readonly mem?: string;
  readonly sbatch: readonly string[];
  readonly submit: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `loopgd slurm FILE`: a sweep as a Slurm job array, and a job that merges its shards. */
export function addSlurmCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command("slurm")
    .description("write (or submit) a sweep as a Slurm job array with a merge job behind it")
    .argument("<file>", "the sweep, YAML or JSON")
    .option("--out <folder>", "results, on a file system that all nodes see; default: runs/<name>")
    .option("--shards <k>", "tasks of the array", integerOption("slurm", "--shards"), 100)
    .option("--cpus <count>", "threads of a task", integerOption("slurm", "--cpus"), 1)
    .option("--time <limit>", "time limit of a task, as sbatch takes it: 02:00:00")
    .option("--mem <size>", "memory of a task, as sbatch takes it: 2G")
    .option(
      "--sbatch <directive>",
      "a further directive, such as --sbatch=--partition=cpu; may be repeated",
      (directive: string, earlier: readonly string[]) => [...earlier, directive],
      [],
    )
    .option("--submit", "hand both jobs to sbatch", false)
    .option("--json", "print one JSON document on stdout", false)
    .option("--quiet", "no messages on stderr", false)
    .addHelpText(
      "before",
      "Example: loopgd slurm saddle-map.yaml --shards 200 --out /shared/saddle-map --submit\n",
    )
    .action(async (file: string, options: SlurmOptions) => {
      finish(await slurm(file, options, io));
    });
}

async function slurm(file: string, options: SlurmOptions, io: CliIo): Promise<number> {
  const { dirname, join, resolve } = await import("node:path");
  const { createRequire } = await import("node:module");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const { mergeScript, shardScript } = await import("../../sweep/slurm-script.js");
  const { openSweep } = await import("../../sweep/sweep.js");
  const { openSweepFolder } = await import("../../sweep/sweep-folder.js");
  const { readSweep } = await import("../../sweep/read-sweep.js");
  const spec = readSweep(file);
  const sweep = await openSweep(spec);
  const root = dirname(createRequire(import.meta.url).resolve("loopgd/package.json"));
  const out = resolve(options.out ?? `runs/${spec.name}`);
  const request: SlurmRequest = {
    ...{ name: spec.name, file: resolve(file), out, cpus: options.cpus },
    // A shard without a point is a task for nothing.
    shards: Math.min(options.shards, sweep.grid.size),
    ...(options.time !== undefined && { time: options.time }),
    ...(options.mem !== undefined && { memory: options.mem }),
    directives: options.sbatch,
    loopgd: [process.execPath, join(root, "bin", "loopgd.js")],
  };
  const scripts = { shards: shardScript(request), merge: mergeScript(request) };
  const paths = {
    shards: join(out, "slurm", "shards.sbatch"),
    merge: join(out, "slurm", "merge.sbatch"),
  };
  openSweepFolder(out, spec);
  requireWritableFolder("slurm", "--out", join(out, "slurm"));
  writeFileAtomically("slurm", paths.shards, scripts.shards, "--out");
  writeFileAtomically("slurm", paths.merge, scripts.merge, "--out");
  const jobs = options.submit ? await submit(paths) : null;
  if (options.json) {
    const document = {
      schema: "loopgd.slurm/1",
      shards: request.shards,
      out,
      scripts: paths,
      jobs,
    };
    io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else if (jobs !== null) {
    io.stdout(`array ${jobs.array} of ${request.shards} tasks, then merge job ${jobs.merge}\n`);
  } else {
    io.stdout(
      `array=$(sbatch --parsable ${paths.shards})\n` +
        `sbatch --dependency=afterany:$array ${paths.merge}\n`,
    );
  }
  return EXIT.ok;
}

/** Hands both scripts to sbatch, the second to wait for the first. */
async function submit(paths: { readonly shards: string; readonly merge: string }) {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const { ArgumentError, Description } = await import("../../errors.js");
  const run = promisify(execFile);
  const sbatch = async (...args: string[]): Promise<string> => {
    try {
      const { stdout } = await run("sbatch", ["--parsable", ...args]);
      return stdout.trim().split(";")[0]!;
    } catch (error) {
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      const reason =
        code === "ENOENT" ? "no sbatch on the PATH" : (stderr?.trim() ?? String(error));
      const requirement = "used where sbatch works; the scripts are written";
      throw new ArgumentError("slurm", "--submit", requirement, new Description(reason));
    }
  };
  const array = await sbatch(paths.shards);
  return { array, merge: await sbatch(`--dependency=afterany:${array}`, paths.merge) };
}
