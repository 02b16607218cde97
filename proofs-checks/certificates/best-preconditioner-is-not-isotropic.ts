import { HypothesisError } from "../../src/errors.js";
import { Rational } from "../../src/numeric/rational.js";
import { Stream } from "../../src/random/stream.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";
import { SpectralFamily } from "../../src/theory/preconditioner-search/spectral-family.js";
import { requireCertifiable } from "./certifiable.js";
import { type CertificateKind, certificateOf, fractionText } from "./certificate.js";
import { stepSizeCell } from "./isotropic-optimum-is-enclosed.js";

/** `times` planes with eigenvalues (real ± i·imaginary)/denominator, or real ones for 0. */
interface Eigenvalues {
  readonly times: number;
  readonly real: number;
  readonly imaginary: number;
}

interface Witness {
  readonly denominator: number;
  readonly eigenvalues: readonly Eigenvalues[];
}

type Setting = CertificateKind["example"];

/** Witnesses of few digits that are known; for other settings one is searched for. */
const KNOWN: readonly (Witness & { readonly setting: Setting })[] = [
  {
    setting: { dim: 10, contextLength: 20n, loops: 5 },
    denominator: 1000,
    eigenvalues: [{ times: 5, real: 608, imaginary: 303 }],
  },
];

/** Denominators that the eigenvalues of a witness are rounded to, coarsest first. */
const DENOMINATORS = [10, 100, 1000, 10_000, 1_000_000, 1e8, 1e12];

/** A rational normal matrix whose exact loss is below that of every multiple of the identity. */
export const bestPreconditionerIsNotIsotropic: CertificateKind = {
  id: "best-preconditioner-is-not-isotropic",
  title: "A preconditioner better than every multiple of the inverse covariance",
  example: KNOWN[0]!.setting,
  make(request) {
    const setting = requireCertifiable(this, request, { dim: 50, leastDim: 2, loops: 5 });
    const family = SpectralFamily.of(this.id, setting, "normal");
    const { lower: bound } = isotropicOptimum({ ...setting, digits: 60 }).loss;
    const candidates = knownWitness(setting) ?? searchWitnesses(setting, request.seed);
    for (const witness of candidates) {
      const loss = lossOf(family, witness);
      if (loss.compare(bound) >= 0) continue;
      const { denominator, eigenvalues } = witness;
      return certificateOf(this.id, setting, {
        stepSize: stepSizeCell(setting, digitsApart(bound, loss)),
        denominator: `${denominator}`,
        eigenvalues: eigenvalues.map(({ times, real, imaginary }) => ({
          times: `${times}`,
          real: `${real}`,
          imaginary: `${imaginary}`,
        })),
        loss: fractionText(loss),
      });
    }
    const { dim, contextLength, loops } = setting;
    throw new HypothesisError(
      `${this.id}: no better preconditioner was found at dim ${dim}, contextLength ${contextLength}, loops ${loops}; see optimum --fields saddle`,
    );
  },
};

/** Digits of b* that leave the tangents' bound of the least loss above the witness's. */
function digitsApart(bound: Rational, loss: Rational): number {
  const gap = bound.minus(loss).toNumber();
  return Math.ceil(Math.max(0, -Math.log10(gap))) + 8;
}

function knownWitness(setting: Setting): readonly Witness[] | undefined {
  const known = KNOWN.find(({ setting: { dim, contextLength, loops } }) => {
    return (
      dim === setting.dim && contextLength === setting.contextLength && loops === setting.loops
    );
  });
  return known && [known];
}

/** The best normal preconditioner found, rounded ever more finely. */
function searchWitnesses(setting: Setting, seed: number): readonly Witness[] {
  const { eigenvalues } = bestPreconditioner(setting, {
    stream: Stream.fromSeed(seed).split("witness"),
    matrixStarts: 0,
  });
  return DENOMINATORS.map((denominator) => {
    const counts = new Map<string, Eigenvalues>();
    for (const { re, im } of eigenvalues) {
      // A pair is listed twice.
      if (im < 0) continue;
      const [real, imaginary] = [Math.round(re * denominator), Math.round(im * denominator)];
      const key = `${real} ${imaginary}`;
      const pairs = im > 0 && imaginary === 0 ? 2 : 1;
      const times = (counts.get(key)?.times ?? 0) + pairs;
      counts.set(key, { times, real, imaginary });
    }
    return { denominator, eigenvalues: [...counts.values()] };
  });
}

function lossOf(family: SpectralFamily, { denominator, eigenvalues }: Witness): Rational {
  const over = (numerator: number) => Rational.of(numerator, denominator);
  const planes = eigenvalues.filter(({ imaginary }) => imaginary > 0);
  const reals = eigenvalues.filter(({ imaginary }) => imaginary === 0);
  const repeated = <Value>(times: number, values: Value[]) => new Array(times).fill(values).flat();
  return family.at({
    planes: planes.reduce((sum, { times }) => sum + times, 0),
    coordinates: [
      ...planes.flatMap((one) => repeated(one.times, [over(one.real), over(one.imaginary)])),
      ...reals.flatMap((one) => repeated(one.times, [over(one.real)])),
    ],
  });
}
