import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions } from "../options.js";
import { textTable } from "../text-table.js";

/** `loopgd list`: the claims that can be verified. */
export function addListCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("list")
    .description("list the claims: id, settings, title")
    .addHelpText("before", "Example: loopgd list --json\n");
  addCommonOptions(command).action(async (options: CommonOptions) => {
    const { claims } = await import("../../../proofs-checks/registry.js");
    if (options.json) {
      const entries = claims.map(({ id, title, statement, source, kind, grid }) => ({
        id,
        title,
        statement,
        source,
        kind,
        settings: {
          quick: grid.quick.map((point) => point.name),
          thorough: grid.thorough.map((point) => point.name),
        },
      }));
      io.stdout(`${JSON.stringify({ schema: "loopgd.list/1", claims: entries }, null, 2)}\n`);
    } else {
      const rows = claims.map(({ id, title, grid }) => [
        id,
        `${grid.quick.length}+${grid.thorough.length}`,
        title,
      ]);
      io.stdout(`${textTable([["claim", "settings", "title"], ...rows])}\n`);
    }
    finish(EXIT.ok);
  });
}
