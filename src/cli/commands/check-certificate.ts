import type { Command } from "commander";
import { EXIT } from "../exit-code.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions } from "../options.js";

/** What became of one file. */
interface FileVerdict {
  readonly file: string;
  readonly verdict: "holds" | "inconclusive" | "rejected" | "unreadable";
  readonly kind: string | null;
  /** What is proved, or why nothing is. */
  readonly detail: string;
}

/** Largest file that is read: ten times what the checker takes as text. */
const MOST_BYTES = 2_000_000;

/** `loopgd check-certificate`: re-checks certificates by the independent checker. */
export function addCheckCertificateCommand(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command("check-certificate")
    .description("re-check certificates by an independent program")
    .argument("<files...>", "certificates, as loopgd certify makes them")
    .addHelpText(
      "before",
      "Example: loopgd check-certificate proofs-checks/certificates/issued/*.json\n",
    )
    .addHelpText(
      "after",
      "\nThe same checker stands alone: node dist/proofs-checks/checker/main.js FILE…\n" +
        "Exit code 1: a certificate is rejected; 2: a file is none.",
    );
  addCommonOptions(command).action(async (files: string[], options: CommonOptions) => {
    finish(await checkFiles(files, options, io));
  });
}

async function checkFiles(
  files: readonly string[],
  options: CommonOptions,
  io: CliIo,
): Promise<number> {
  const results: FileVerdict[] = [];
  for (const file of files) {
    if (!options.quiet && io.isTerminal) io.stderr(`\r\x1b[K${file}`);
    const result = await checkFile(file);
    if (!options.quiet && io.isTerminal) io.stderr("\r\x1b[K");
    results.push(result);
    if (!options.json) io.stdout(`${file}: ${result.verdict}: ${result.detail}\n`);
  }
  if (options.json) {
    const document = { schema: "loopgd.check-certificate/1", results };
    io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  }
  if (results.some(({ verdict }) => verdict === "unreadable")) return EXIT.usage;
  return results.some(({ verdict }) => verdict === "rejected") ? EXIT.changed : EXIT.ok;
}

async function checkFile(file: string): Promise<FileVerdict> {
  const { checkCertificate } = await import("../../../proofs-checks/checker/check-certificate.js");
  const { Malformed } = await import("../../../proofs-checks/checker/field.js");
  const { ArgumentError } = await import("../../errors.js");
  const { readFileBytes } = await import("../../io/read-file.js");
  try {
    const bytes = readFileBytes("check-certificate", file);
    if (bytes.length > MOST_BYTES) {
      throw new Malformed(`certificate must be at most ${MOST_BYTES} bytes, got ${bytes.length}`);
    }
    const { kind, verdict, sentence } = checkCertificate(new TextDecoder().decode(bytes));
    return { file, verdict, kind, detail: sentence };
  } catch (error) {
    const isUnreadable = error instanceof Malformed || error instanceof ArgumentError;
    const detail = error instanceof Error ? error.message : String(error);
    return { file, verdict: isUnreadable ? "unreadable" : "rejected", kind: null, detail };
  }
}
