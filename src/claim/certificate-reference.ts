/** A certificate that proves what a claim says at a setting: its kind and sizes. */
export interface CertificateReference {
  readonly kind: string;
  readonly dim: number;
  readonly contextLength: number | bigint;
  readonly loops: number;
}

/**
 * The file name that a certificate goes by, in `proofs-checks/certificates/issued/` and elsewhere.
 *
 * Conventions.  powers of ten from 10^7 on are written as such
 * @example
 * certificateFile({ kind: "untied-optimum-is-enclosed", dim: 5, contextLength: 20, loops: 3 })
 * // → "untied-optimum-is-enclosed-d5-n20-l3.json"
 */
export function certificateFile(reference: CertificateReference): string {
  const { kind, dim, contextLength, loops } = reference;
  const n = `${contextLength}`;
  const short = /^10{7,}$/.test(n) ? `1e${n.length - 1}` : n;
  return `${kind}-d${dim}-n${short}-l${loops}.json`;
}
