import { ArgumentError, HypothesisError, requireInteger } from "../../src/errors.js";
import type { CertificateKind, CertificateRequest } from "./certificate.js";

/**
 * The setting of a request, the kind's example filling in what is absent.
 *
 * Throws.       ArgumentError for sizes that are not positive integers; HypothesisError for sizes
 *               beyond what the checker takes
 */
export function requireCertifiable(
  { id, example }: CertificateKind,
  request: CertificateRequest,
  most: { readonly dim: number; readonly leastDim?: number; readonly loops: number },
): CertificateKind["example"] {
  const setting = {
    dim: request.dim ?? example.dim,
    contextLength: request.contextLength ?? example.contextLength,
    loops: request.loops ?? example.loops,
  };
  requireInteger(id, "dim", setting.dim);
  requireInteger(id, "loops", setting.loops);
  requireInteger(id, "maximalBoxes", request.maximalBoxes);
  if (setting.contextLength < 1n || setting.contextLength >= 10n ** 100n) {
    throw new ArgumentError(id, "contextLength", "from 1 to 10^100", setting.contextLength);
  }
  const { dim, leastDim = 1, loops } = most;
  if (setting.dim > dim || setting.dim < leastDim) {
    throw new HypothesisError(
      `${id}: certificates reach dimensions ${leastDim} to ${dim}, got ${setting.dim}`,
    );
  }
  if (setting.loops > loops) {
    throw new HypothesisError(`${id}: certificates reach ${loops} loops, got ${setting.loops}`);
  }
  return setting;
}
