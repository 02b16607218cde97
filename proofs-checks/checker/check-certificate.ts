import { demand, Field, Malformed } from "./field.js";
import * as optima from "./optima.js";
import { MOST_WORK, work } from "./polynomial.js";
import * as regions from "./regions.js";

export interface Checked {
  readonly kind: string;
  readonly verdict: "holds" | "inconclusive";
  /** What has been proved. */
  readonly sentence: string;
}

type Check = (setting: optima.Setting, proof: Field) => optima.Proof;

/** The kinds: least and largest d, largest L, and the check. */
const KINDS: ReadonlyMap<string, readonly [bigint, bigint, bigint, Check]> = new Map([
  ["isotropic-optimum-is-enclosed", [1n, 1_000_000n, 12n, optima.isotropicOptimum]],
  ["untied-optimum-is-enclosed", [1n, 1_000_000n, 10n, optima.untiedOptimum]],
  ["best-preconditioner-is-not-isotropic", [2n, 1000n, 5n, optima.notIsotropic]],
  ["isotropic-optimum-turns-into-saddle", [2n, 1000n, 5n, optima.saddleOnset]],
  ["best-symmetric-is-isotropic", [2n, 4n, 4n, regions.bestSymmetric]],
  ["gradient-dominates-above-threshold", [1n, 2n, 3n, regions.gradientDominance]],
]);

/**
 * Checks a certificate from nothing but its text: every moment and polynomial is computed here.
 * Throws Malformed for what is no certificate, Rejected for one whose proof does not hold.
 */
export function checkCertificate(text: string): Checked {
  work.left = MOST_WORK;
  if (text.length > 200_000) throw new Malformed("certificate must be at most 200000 characters");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Malformed(`certificate must be JSON: ${(error as Error).message}`);
  }
  const parts = ["schema", "kind", "setting", "verdict", "proof"] as const;
  const file = new Field(value, "certificate").fields(...parts);
  file.schema.text(/^loopgd\.certificate\/1$/, '"loopgd.certificate/1"');
  const name = file.kind.text(/./, "the name of a kind");
  const [least, most, mostLoops, check] =
    KINDS.get(name) ?? file.kind.refuse(`one of ${[...KINDS.keys()].join(", ")}`);
  const { dim, contextLength, loops } = file.setting.fields("dim", "contextLength", "loops");
  const d = dim.integer(least, most);
  const n = contextLength.integer(1n, 10n ** 100n);
  const L = Number(loops.integer(1n, mostLoops));
  const { sentence, left = [] } = check({ d, n, L }, file.proof);
  const open = left.filter(([p]) => p !== 0n).map((share) => share.join("/"));
  const verdict = open.length === 0 ? "holds" : "inconclusive";
  file.verdict.text(/^(holds|inconclusive)$/, '"holds" or "inconclusive"');
  demand(file.verdict.value === verdict, `the verdict is ${verdict}`);
  const rest = open.length === 0 ? "" : `, save on ${open.join(" and ")} of the boxes`;
  return { kind: name, verdict, sentence: `d = ${d}, n = ${n}, L = ${L}: ${sentence}${rest}` };
}
