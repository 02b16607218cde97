import { ArgumentError } from "../../src/errors.js";
import { bestPreconditionerIsNotIsotropic } from "./best-preconditioner-is-not-isotropic.js";
import { bestSymmetricIsIsotropic } from "./best-symmetric-is-isotropic.js";
import type { CertificateKind } from "./certificate.js";
import { gradientDominatesAboveThreshold } from "./gradient-dominates-above-threshold.js";
import { isotropicOptimumIsEnclosed } from "./isotropic-optimum-is-enclosed.js";
import { isotropicOptimumTurnsIntoSaddle } from "./isotropic-optimum-turns-into-saddle.js";
import { untiedOptimumIsEnclosed } from "./untied-optimum-is-enclosed.js";

/** Every kind of certificate, in the order in which they are listed. */
export const certificateKinds: readonly CertificateKind[] = [
  isotropicOptimumIsEnclosed,
  untiedOptimumIsEnclosed,
  bestSymmetricIsIsotropic,
  bestPreconditionerIsNotIsotropic,
  isotropicOptimumTurnsIntoSaddle,
  gradientDominatesAboveThreshold,
];

/** The kind with the given id. Throws ArgumentError when there is none. */
export function certificateKind(id: string): CertificateKind {
  const kind = certificateKinds.find((one) => one.id === id);
  if (kind === undefined) {
    throw new ArgumentError("certify", "id", "a kind of certificate (see: loopgd certify)", id);
  }
  return kind;
}
