import type { Command } from "commander";
import type { CertificateKind } from "../../../proofs-checks/certificates/certificate.js";
import type { CertifyOptions } from "../certify-options.js";
import { EXIT } from "../exit-code.js";
import type { CliIo, Finish } from "../io.js";
import { addCommonOptions, bigIntegerOption, integerOption } from "../options.js";
import { announceRun, reproduceCommand } from "../reproduce.js";
import { textTable } from "../text-table.js";

/** `loopgd certify`: makes a certificate that an independent program can check. */
export function addCertifyCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("certify")
    .description("prove a statement by a certificate; without an id: list the kinds")
    .argument("[id]", "kind of certificate, or a claim: makes all of its certificates")
    .option(
      "--dim <d>",
      "covariate dimension; default: the kind's example",
      integerOption("certify", "--dim"),
    )
    .option(
      "--context <n>",
      "in-context examples, any size: 20, 1e30",
      bigIntegerOption("certify", "--context"),
    )
    .option("--loops <L>", "loops of the one layer", integerOption("certify", "--loops"))
    .option(
      "--boxes <count>",
      "boxes that a branch and bound may look at in each region",
      integerOption("certify", "--boxes"),
      10_000,
    )
    .option(
      "--out <path>",
      "where the certificate goes (of a claim: a folder); default: stdout (runs/certificates)",
    )
    .addHelpText(
      "before",
      "Example: loopgd certify best-symmetric-is-isotropic --dim 3 --context 20 --loops 2\n" +
        "         loopgd certify untied-optimum-is-enclosed --out untied.json\n" +
        "         loopgd certify isotropic-optimum-table --out runs/certificates\n",
    )
    .addHelpText(
      "after",
      "\nExit code 1: the certificate leaves boxes undecided. Check one with: loopgd check-certificate FILE",
    );
  addCommonOptions(command).action(async (id: string | undefined, options: CertifyOptions) => {
    if (id === undefined) return finish(await listKinds(options, io));
    const { claims } = await import("../../../proofs-checks/registry.js");
    const claim = claims.find((one) => one.id === id);
    if (claim === undefined) return finish(await certify(id, options, io));
    const { certifyClaim } = await import("../certify-claim.js");
    return finish(await certifyClaim(claim, options, io));
  });
}

async function listKinds(options: CertifyOptions, io: CliIo): Promise<number> {
  const { certificateKinds } = await import("../../../proofs-checks/certificates/registry.js");
  if (options.json) {
    const kinds = certificateKinds.map(({ id, title, example }) => ({
      id,
      title,
      example: { ...example, contextLength: String(example.contextLength) },
    }));
    io.stdout(`${JSON.stringify({ schema: "loopgd.certificate-kinds/1", kinds }, null, 2)}\n`);
  } else {
    const rows = certificateKinds.map(({ id, title, example }) => [id, inWords(example), title]);
    io.stdout(`${textTable([["kind", "example", "title"], ...rows])}\n`);
  }
  return EXIT.ok;
}

async function certify(id: string, options: CertifyOptions, io: CliIo): Promise<number> {
  const { certificateKind } = await import("../../../proofs-checks/certificates/registry.js");
  const { makeCertificate } = await import("../make-certificate.js");
  const { dim, context: contextLength, loops, boxes, out, seed } = options;
  const kind = certificateKind(id);
  if (out !== undefined) await requireWritableFile(out);
  announceRun(io, options, reproduceCommand("certify", argumentsOf(id, options), seed));
  const { certificate, text, sentence } = makeCertificate(kind, {
    ...(dim === undefined ? {} : { dim }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(loops === undefined ? {} : { loops }),
    seed,
    maximalBoxes: boxes,
  });
  if (out === undefined) {
    io.stdout(text);
    if (!options.quiet) io.stderr(`${certificate.verdict}: ${sentence}\n`);
  } else {
    const { writeFileAtomically } = await import("../../io/atomic-file.js");
    writeFileAtomically("certify", out, text, "--out");
    const { verdict, setting } = certificate;
    const document = {
      schema: "loopgd.certify/1",
      file: out,
      kind: id,
      setting,
      verdict,
      sentence,
    };
    io.stdout(
      options.json ? `${JSON.stringify(document, null, 2)}\n` : `${out}: ${verdict}: ${sentence}\n`,
    );
  }
  return certificate.verdict === "holds" ? EXIT.ok : EXIT.changed;
}

/** Refuses a file whose folder cannot be written to, before the work. */
async function requireWritableFile(path: string): Promise<void> {
  const { accessSync, constants } = await import("node:fs");
  const { dirname } = await import("node:path");
  const { refuseFileError } = await import("../../io/file-error.js");
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    refuseFileError(error, "certify", "--out", "a file in a writable folder", path);
  }
}

function argumentsOf(id: string, { dim, context, loops, boxes, out }: CertifyOptions): string[] {
  const flags = { "--dim": dim, "--context": context, "--loops": loops, "--out": out };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return [id, ...given.flatMap(([flag, value]) => [flag, `${value}`]), "--boxes", `${boxes}`];
}

function inWords({ dim, contextLength, loops }: CertificateKind["example"]): string {
  return `d = ${dim}, n = ${contextLength}, L = ${loops}`;
}
