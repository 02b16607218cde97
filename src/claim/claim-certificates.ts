import { type CertificateReference, certificateFile } from "./certificate-reference.js";
import type { Claim } from "./claim.js";

/** The certificates behind a claim, over its quick and its thorough settings, each once. */
export function claimCertificates(claim: Claim): CertificateReference[] {
  const byFile = new Map<string, CertificateReference>();
  for (const { setting } of [...claim.grid.quick, ...claim.grid.thorough]) {
    for (const reference of claim.certificates?.(setting) ?? []) {
      byFile.set(certificateFile(reference), reference);
    }
  }
  return [...byFile.values()];
}
