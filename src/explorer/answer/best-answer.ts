import { HypothesisError } from "../../errors.js";
import { Matrix, symmetricFunction } from "../../numeric/matrix.js";
import type { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { bestForLaw } from "../../theory/preconditioner-search/best-for-law.js";
import {
  bestPreconditioner,
  type PreconditionerSearchOptions,
} from "../../theory/preconditioner-search/best-preconditioner.js";
import {
  type Eigenvalue,
  eigenvaluesOf,
} from "../../theory/preconditioner-search/matrix-spectrum.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { type WhitenedLaw, whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber, logTen } from "./exact-number.js";
import { searchStream } from "./family-answer.js";

/** The best preconditioner found over all matrices. */
export interface BestAnswer {
  readonly loss: ExactNumber;
  /** Loss over the loss of the best bΣ⁻¹. */
  readonly ratio: number;
  /** b* of the best bΣ⁻¹. */
  readonly stepSize: number;
  /** Of the whitened B = Σ^{1/2}AΣ^{1/2}. */
  readonly eigenvalues: readonly Eigenvalue[];
  /** ‖(B − Bᵀ)/2‖_F and ‖BBᵀ − BᵀB‖_F */
  readonly antisymmetricNorm: number;
  readonly normalityDefect: number;
  readonly foundBy: string;
  /** Descents made, and how many ended at the loss reported. */
  readonly descents: number;
  readonly agreeing: number;
}

/** Told after every descent, with losses of the state's own scale. */
type OnDescent = NonNullable<PreconditionerSearchOptions["onDescent"]>;

/**
 * Searches all matrices, as `loopgd optimum --fields best` does where the law is scalar, else as
 * `bestForLaw` does.
 *
 * Throws.       HypothesisError where the searches do not reach: more than 6 loops, or a loss that
 *               cancels in doubles under a prior that is not scalar
 */
export function bestAnswer(state: ExplorerState, onDescent: OnDescent): BestAnswer {
  const law = whitenedLaw(state);
  return law.isScalar ? bestOfScalar(state, law, onDescent) : bestOfLaw(state, law, onDescent);
}

function bestOfScalar(state: ExplorerState, law: WhitenedLaw, onDescent: OnDescent): BestAnswer {
  const scale = law.scale.toNumber();
  const found = bestPreconditioner(law.setting, {
    stream: searchStream(state, "best"),
    onDescent: (progress) => onDescent({ ...progress, loss: scale * progress.loss }),
  });
  const { starts } = found;
  return {
    ...comparison(law, found.lossExact),
    eigenvalues: found.eigenvalues,
    antisymmetricNorm: found.antisymmetricNorm,
    normalityDefect: found.normalityDefect,
    foundBy: found.foundBy,
    descents: starts.normalStarts + starts.matrixStarts,
    agreeing: starts.agreeing,
  };
}

function bestOfLaw(state: ExplorerState, law: WhitenedLaw, onDescent: OnDescent): BestAnswer {
  const { dim, contextLength, loops, noiseVariance } = state;
  if (contextLength > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new HypothesisError("best: under this prior the search reaches n < 2⁵³");
  }
  const covariance = Matrix.diag([...law.spectrum]);
  const taskCovariance = Matrix.eye(dim);
  const sizes = { dim, contextLength: Number(contextLength), loops, noiseVariance };
  const stream = searchStream(state, "best");
  const found = bestForLaw({ ...sizes, covariance, taskCovariance }, { stream, onDescent });
  const root = symmetricFunction(covariance, Math.sqrt);
  const whitened = root.mmul(found.preconditioner).mmul(root);
  return {
    ...comparison(law, found.lossExact.over(law.scale)),
    eigenvalues: eigenvaluesOf(whitened),
    antisymmetricNorm: found.antisymmetricNorm,
    normalityDefect: found.normalityDefect,
    foundBy: found.foundBy,
    descents: found.starts,
    agreeing: found.agreeing,
  };
}

/** The loss found, beside that of the best bΣ⁻¹; both in units of the scale. */
function comparison({ setting, scale }: WhitenedLaw, loss: Rational) {
  const isotropic = isotropicOptimum({ ...setting, digits: 20 });
  return {
    loss: exactNumber(loss.times(scale)),
    ratio: 10 ** (logTen(loss) - logTen(isotropic.loss.midpoint)),
    stepSize: isotropic.stepSize.toNumber(),
  };
}
