import { demand, Field, Malformed } from "./field.js";
import { KINDS } from "./kinds.js";
import { startWork } from "./polynomial.js";

export interface Checked {
  readonly kind: string;
  readonly verdict: "holds" | "inconclusive";
  /** What has been proved. */
  readonly sentence: string;
}

/**
 * Checks a certificate from nothing but its text: every moment and polynomial is computed here.
 * Throws Malformed for what is no certificate, Rejected for one whose proof does not hold.
 */
export function checkCertificate(text: string): Checked {
  startWork();
  if (text.length > 200_000) throw new Malformed("certificate must be at most 200000 characters");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Malformed(`certificate must be JSON: ${(error as Error).message}`);
  }
  const file = new Field(value, "certificate").fields(
    "schema",
    "kind",
    "setting",
    "verdict",
    "proof",
  );
  file.schema.text(/^loopgd\.certificate\/1$/, '"loopgd.certificate/1"');
  const name = file.kind.text(/./, "the name of a kind");
  const kind = KINDS.get(name) ?? file.kind.refuse(`one of ${[...KINDS.keys()].join(", ")}`);
  const { dim, contextLength, loops } = file.setting.fields("dim", "contextLength", "loops");
  const [d, n] = [dim.integer(kind.dims[0], kind.dims[1]), contextLength.integer(1n)];
  const L = Number(loops.integer(1n, kind.loops));
  const { sentence, left = [] } = kind.check({ d, n, L }, file.proof);
  const verdict = left.every(([p]) => p === 0n) ? "holds" : "inconclusive";
  const stated = file.verdict.text(/^(holds|inconclusive)$/, '"holds" or "inconclusive"');
  demand(stated === verdict, `the verdict is ${verdict}`);
  const shares = left.map((share) => share.join("/")).join(", ");
  const open = verdict === "holds" ? "" : ` (undecided shares of the boxes: ${shares})`;
  return { kind: name, verdict, sentence: `d = ${d}, n = ${n}, L = ${L}: ${sentence}${open}` };
}
