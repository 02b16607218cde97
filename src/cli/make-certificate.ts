import type {
  Certificate,
  CertificateKind,
  CertificateRequest,
} from "../../proofs-checks/certificates/certificate.js";
import { checkCertificate } from "../../proofs-checks/checker/check-certificate.js";
import { NumericalError } from "../errors.js";

/**
 * A certificate that its checker has passed, as text, and the sentence that it proves.
 *
 * Throws.       NumericalError when the checker rejects what was made
 */
export function makeCertificate(
  kind: CertificateKind,
  request: CertificateRequest,
): { readonly certificate: Certificate; readonly text: string; readonly sentence: string } {
  const certificate = kind.make(request);
  const text = `${JSON.stringify(certificate, null, 2)}\n`;
  try {
    return { certificate, text, sentence: checkCertificate(text).sentence };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NumericalError(`certify: the checker rejects the certificate made: ${reason}`);
  }
}
