import type { Command } from "commander";
import type { Claim } from "../../claim/claim.js";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions } from "../options.js";
import { reproduceCommand } from "../reproduce.js";
import { textTable } from "../text-table.js";

interface ListOptions extends CommonOptions {
  readonly html?: string;
}

/** `loopgd list`: the claims that can be verified. */
export function addListCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("list")
    .description("list the claims: id, quick + thorough settings, certificates, title")
    .option("--html <file>", "write the catalogue of claims as a page")
    .addHelpText("before", "Example: loopgd list --html catalogue.html\n");
  addCommonOptions(command).action(async (options: ListOptions) => {
    const { claims } = await import("../../../proofs-checks/registry.js");
    const { claimCertificates } = await import("../../claim/claim-certificates.js");
    const { certificateFile } = await import("../../claim/certificate-reference.js");
    if (options.html !== undefined) await writeCatalogue(claims, options.html, io);
    if (options.json) {
      const entries = claims.map(({ grid, ...claim }) => ({
        id: claim.id,
        title: claim.title,
        statement: claim.statement,
        source: claim.source,
        kind: claim.kind,
        settings: {
          quick: grid.quick.map((point) => point.name),
          thorough: grid.thorough.map((point) => point.name),
        },
        certificates: claimCertificates({ grid, ...claim }).map(certificateFile),
      }));
      io.stdout(`${JSON.stringify({ schema: "loopgd.list/1", claims: entries }, null, 2)}\n`);
    } else {
      const rows = claims.map((claim) => [
        claim.id,
        `${claim.grid.quick.length}+${claim.grid.thorough.length}`,
        `${claimCertificates(claim).length || ""}`,
        claim.title,
      ]);
      const header = ["claim", "settings", "certificates", "title"];
      io.stdout(`${textTable([header, ...rows])}\n`);
    }
    finish(EXIT.ok);
  });
}

async function writeCatalogue(claims: readonly Claim[], path: string, io: CliIo): Promise<void> {
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { renderCatalogue } = await import("../../report/catalogue.js");
  const { reportHeader } = await import("../report-header.js");
  const command = reproduceCommand("list", ["--html", path]);
  const header = reportHeader("Catalogue of claims", null, command, io.now());
  writeFileAtomically("list", path, renderCatalogue({ claims, header }), "--html");
}
