import { defineClaim } from "../../src/claim/claim.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { leastCommonMultiple } from "../../src/numeric/integer.js";
import { IntegerPolynomial } from "../../src/numeric/integer-polynomial.js";
import { Rational } from "../../src/numeric/rational.js";
import { isolateRoots, positiveRootBound } from "../../src/numeric/root-isolation.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** η as a fraction. */
  readonly teacher: string;
  /** The first loop that is aligned; 1 when all are. */
  readonly first: number;
}

/**
 * A looped step aligned with every iterate of gradient descent becomes that gradient descent.
 *
 * Statement.    Σ_{t≤L} E(ŷ_t − w_t·x_q)², w_t the t-th iterate of GD of step η, has its only minimum over
 *               b at b = η, where it is 0: trained on L loops, right for every number of loops
 * Conventions.  A = bΣ⁻¹, prior Ω = Σ⁻¹, no noise: E(ŷ_t − w_t·x_q)² = E tr[(I − bS)^t − (I − ηS)^t]²
 * Accuracy.     exact. Measured: the number of real critical points b > 0 of that polynomial, by
 *               Descartes' rule, which of them is η, and the loss at η. Refuted where the last of two loops
 *               is aligned alone: for a narrow spectrum a step near 2 − η makes the same two loops
 * Source.       loop-aligned supervision: Yu et al. 2025; linear case derived here
 */
export const alignedTrainingRecoversItsTeacher = defineClaim<Setting>({
  id: "aligned-training-recovers-its-teacher",
  title: "Aligned with every iterate of GD, a looped step becomes that GD",
  statement:
    "\\arg\\min_b \\sum_{t\\le L}\\mathbb E\\operatorname{tr}\\left[(I-bS)^t-(I-\\eta S)^t\\right]^2 = \\{\\eta\\}",
  source: "Yu et al. 2025 (loop-aligned supervision); linear case derived here",
  kind: "equality",
  hypotheses: {
    "η > 0": ({ teacher }) => Rational.parse(teacher).sign() > 0,
    "the first aligned loop is one of L": ({ first, loops }) => first >= 1 && first <= loops,
  },
  grid: {
    quick: [
      point(10, 20, 2, "1/3"),
      point(10, 20, 4, "1/3"),
      point(5, 5, 3, "1/4"),
      point(10, 100, 4, "7/8"),
      point(1, 3, 3, "1/2"),
      point(3, 1000, 2, "1/2"),
      { ...point(3, 1000, 2, "1/2", 2), expected: "refuted" },
    ],
    thorough: [point(10, 20, 8, "1/3")],
  },
  predicted: ({ teacher }) => [Rational.parse(teacher), Rational.ONE, Rational.ZERO],
  measured: (setting) => {
    const { dim, contextLength, loops } = setting;
    const teacher = Rational.parse(setting.teacher);
    const moments = wishartMoments({ dim, contextLength }, 2 * loops).map((moment, k) =>
      Rational.of(moment, BigInt(contextLength) ** BigInt(k)),
    );
    const polynomial = alignedLoss(moments, setting, teacher);
    const slope = polynomial.derivative();
    const roots = isolateRoots(slope, Enclosure.of(Rational.ZERO, positiveRootBound(slope)));
    const only = roots.find((root) => root.contains(teacher)) ?? roots[0]!;
    const isCritical = slope.signAt(teacher) === 0 && only.contains(teacher);
    return {
      value: [
        isCritical ? teacher : only.midpoint,
        Rational.of(roots.length),
        polynomial.evaluate(teacher),
      ],
      errorBudget: 0,
      method: "exact",
    };
  },
  rivals: {
    "n/(n+1) of the teacher's step": ({ teacher, contextLength }) => [
      Rational.parse(teacher).times(Rational.of(contextLength, contextLength + 1)),
      Rational.ONE,
      Rational.ZERO,
    ],
    "a second minimum, as for one even loop alone": ({ teacher }) => [
      Rational.parse(teacher),
      Rational.of(3),
      Rational.ZERO,
    ],
    "some loss left": ({ teacher }) => [
      Rational.parse(teacher),
      Rational.ONE,
      Rational.of(1, 1000),
    ],
  },
});

function point(dim: number, contextLength: number, loops: number, teacher: string, first = 1) {
  return {
    name: `d=${dim} n=${contextLength} loops ${first} to ${loops} η=${teacher}`,
    setting: { dim, contextLength, loops, teacher, first },
  };
}

/** A positive multiple of the aligned loss as a polynomial in b; moments[k] = E tr S^k. */
function alignedLoss(
  moments: readonly Rational[],
  { first, loops }: Setting,
  teacher: Rational,
): IntegerPolynomial {
  const coefficients = Array.from({ length: 2 * loops + 1 }, () => Rational.ZERO);
  for (let t = first; t <= loops; t++) {
    // (1 − bs)^t − (1 − ηs)^t = Σ_k C(t,k)(−s)^k (b^k − η^k), and the square of that.
    for (let i = 1; i <= t; i++) {
      for (let j = 1; j <= t; j++) {
        const weight = moments[i + j]!.times(
          Rational.of((-1) ** (i + j) * binomial(t, i) * binomial(t, j)),
        );
        const [left, right] = [teacher.power(i), teacher.power(j)];
        const add = (degree: number, value: Rational) => {
          coefficients[degree] = coefficients[degree]!.plus(value);
        };
        add(i + j, weight);
        add(i, weight.times(right).negated());
        add(j, weight.times(left).negated());
        add(0, weight.times(left).times(right));
      }
    }
  }
  const common = coefficients.reduce(
    (multiple, { denominator }) => leastCommonMultiple(multiple, denominator),
    1n,
  );
  return IntegerPolynomial.of(
    coefficients.map(({ numerator, denominator }) => numerator * (common / denominator)),
  );
}

function binomial(size: number, choice: number): number {
  let value = 1;
  for (let k = 0; k < choice; k++) value = (value * (size - k)) / (k + 1);
  return value;
}
