import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, Finish } from "../io.js";

interface MergeOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `loopgd merge DIR`: puts the shards of a sweep together, or says what is missing. */
export function addMergeCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command("merge")
    .description("put the shards of a sweep into one table, or name what is missing")
    .argument("<folder>", "the --out of the shards")
    .option("--json", "print one JSON document on stdout", false)
    .option("--quiet", "no messages on stderr", false)
    .addHelpText("before", "Example: loopgd merge /shared/saddle-map\n")
    .action(async (folder: string, options: MergeOptions) => {
      finish(await merge(folder, options, io));
    });
}

async function merge(folder: string, options: MergeOptions, io: CliIo): Promise<number> {
  const { mergeShards } = await import("../../sweep/merge-shards.js");
  const { readSweepFolder } = await import("../../sweep/sweep-folder.js");
  const { openSweep } = await import("../../sweep/sweep.js");
  const sweep = await openSweep(readSweepFolder(folder), { allowLarge: true });
  const outcome = await mergeShards(folder, sweep);
  const { points, merged, failures, missing, resultsPath } = outcome;
  let report: string | null = null;
  if (resultsPath !== null) {
    const { writeSweepReport } = await import("../sweep-report.js");
    const { reproduceCommand } = await import("../reproduce.js");
    report = await writeSweepReport(folder, sweep, reproduceCommand("merge", [folder]), io);
    if (!options.quiet) io.stderr(`report: ${report}\n`);
  }
  if (options.json) {
    io.stdout(`${JSON.stringify({ schema: "loopgd.merge/1", ...outcome, report }, null, 2)}\n`);
  } else {
    const failed = failures === 0 ? "" : `, ${failures} failed`;
    io.stdout(`${merged} of ${points} points${failed}${resultsPath ? `: ${resultsPath}` : ""}\n`);
    for (const { shard, reason } of missing) io.stdout(`missing ${shard}: ${reason}\n`);
  }
  if (missing.length === 0) return EXIT.ok;
  if (!options.quiet) {
    const first = missing[0]!.shard;
    io.stderr(
      `loopgd: run the missing shards, e.g. loopgd sweep FILE --shard ${first} --out ${folder}\n`,
    );
  }
  return EXIT.changed;
}
