import { join } from "node:path";
import { certificateKind } from "../../proofs-checks/certificates/registry.js";
import { certificateFile } from "../claim/certificate-reference.js";
import type { Claim } from "../claim/claim.js";
import { claimCertificates } from "../claim/claim-certificates.js";
import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "../io/atomic-file.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import type { CertifyOptions } from "./certify-options.js";
import { EXIT, exitCodeOf } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { makeCertificate } from "./make-certificate.js";
import { announceRun, reproduceCommand } from "./reproduce.js";

/** Where the certificates of a claim go when nothing else is said. */
const FOLDER = "runs/certificates";

/**
 * Makes every certificate that a claim's verdicts rest on, one file each.
 *
 * Throws.       ArgumentError for a claim without certificates, and for sizes: the claim has its own
 */
export async function certifyClaim(
  claim: Claim,
  options: CertifyOptions,
  io: CliIo,
): Promise<number> {
  const { dim, context, loops, boxes, seed, out = FOLDER } = options;
  for (const [flag, value] of Object.entries({
    "--dim": dim,
    "--context": context,
    "--loops": loops,
  })) {
    if (value === undefined) continue;
    throw new ArgumentError("certify", flag, "left out: a claim has its own settings", value);
  }
  const references = claimCertificates(claim);
  if (references.length === 0) {
    const got = new Description(`"${claim.id}", which has none`);
    throw new ArgumentError("certify", "id", "a claim with certificates (see: loopgd list)", got);
  }
  requireWritableFolder("certify", "--out", out);
  const args = [claim.id, "--boxes", `${boxes}`, "--out", out];
  announceRun(io, options, reproduceCommand("certify", args, seed));
  const made: { file: string; verdict: string; sentence: string }[] = [];
  for (const reference of references) {
    // Certificates take seconds each: between two of them an interrupt is heard.
    await new Promise((resolve) => setImmediate(resolve));
    if (io.signal.aborted) break;
    const { kind, contextLength, ...sizes } = reference;
    const { certificate, text, sentence } = makeCertificate(certificateKind(kind), {
      ...sizes,
      contextLength: BigInt(contextLength),
      seed,
      maximalBoxes: boxes,
    });
    const file = join(out, certificateFile(reference));
    writeFileAtomically("certify", file, text, "--out");
    made.push({ file, verdict: certificate.verdict, sentence });
    if (!options.json) io.stdout(`${file}: ${certificate.verdict}: ${sentence}\n`);
  }
  if (options.json) {
    const document = { schema: "loopgd.certify-claim/1", claim: claim.id, certificates: made };
    io.stdout(`${JSON.stringify(document, null, 2)}\n`);
  }
  if (io.signal.aborted) {
    io.stderr(
      `loopgd: interrupted; ${made.length} of ${references.length} certificates are made\n`,
    );
    return exitCodeOf(io.signal);
  }
  return made.every(({ verdict }) => verdict === "holds") ? EXIT.ok : EXIT.changed;
}
