import { type Minimization, minimize } from "../../numeric/minimize.js";
import type { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import type { SpectralFamily } from "./spectral-family.js";
import type { SpectralWindow } from "./spectral-window.js";
import { type Spectrum, sortedSpectrum } from "./spectrum.js";

/** A local minimum of the exact loss over the eigenvalues. */
export interface SpectralMinimum {
  readonly spectrum: Spectrum<Rational>;
  readonly loss: Rational;
  /** The start that found it first. */
  readonly foundBy: string;
  /** Starts that ended at this loss. */
  readonly hits: number;
}

export interface SpectralSearch {
  /** Distinct losses, rising; the first few are polished in exact arithmetic. */
  readonly minima: readonly SpectralMinimum[];
  readonly starts: number;
  readonly evaluations: number;
}

export interface SpectralSearchOptions {
  readonly stream: Stream;
  /** Random starts at most, on top of the structured ones. */
  readonly randomStarts: number;
  /** The search ends early when this many random starts reached the lowest loss. */
  readonly agreement: number;
  /** Told after every descent. */
  readonly onDescent?: ((progress: DescentProgress) => void) | undefined;
}

/** How far a search has come. */
export interface DescentProgress {
  /** What is searched: normal (or symmetric) matrices by their eigenvalues, or all matrices. */
  readonly over: "eigenvalues" | "matrices";
  readonly descents: number;
  /** Descents that this part of the search makes at most. */
  readonly atMost: number;
  /** Lowest loss met in this part, as the search sees it: in doubles where they resolve it. */
  readonly loss: number;
}

/** Losses closer than this, relatively, are one minimum. */
const SAME_LOSS = 1e-7;

/** Distinct minima that are polished in exact arithmetic. */
const POLISHED = 3;

/** Half-widths ε of the structured starts, in units of the window. */
const ROTATIONS = [0.6, 2];

/** Planes whose ε is below this, in units of the window, are tried as real eigenvalues. */
const FLAT = 1e-4;

/**
 * Local minima of the exact loss over normal (or symmetric) preconditioners, from many starts.
 *
 * Statement.    starts: k equal rotation planes and equal real eigenvalues, for every k; then random
 *               spectra around b*, until the lowest loss was found `agreement` times
 * Conventions.  symmetric families have no planes. Doubles are used while they resolve the loss at
 *               b*I to 10⁻⁸; else, and to polish, exact arithmetic rounded once
 */
export function searchSpectra(
  family: SpectralFamily,
  window: SpectralWindow,
  options: SpectralSearchOptions,
): SpectralSearch {
  const planes = family.kind === "normal" ? family.dim >> 1 : 0;
  const atMost = 1 + planes * ROTATIONS.length + options.randomStarts;
  const search = new Search(family, window, (descents, loss) => {
    options.onDescent?.({ over: "eigenvalues", descents, atMost, loss });
  });
  search.descend("isotropic", 0, new Float64Array(family.dim));
  for (let k = 1; k <= planes; k++) {
    for (const rotation of ROTATIONS) {
      const start = new Float64Array(family.dim);
      for (let plane = 0; plane < k; plane++) start[2 * plane + 1] = rotation;
      search.descend(`${k} equal rotation planes`, k, start);
    }
  }
  let agreed = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < options.randomStarts && agreed < options.agreement; i++) {
    const stream = options.stream.split(i);
    // Every third start leaves the most room.
    const count = i % 3 === 0 ? planes : stream.integer(planes + 1);
    const spread = 0.3 + 2.2 * stream.uniform();
    const start = Float64Array.from({ length: family.dim }, () => spread * stream.normal());
    const reached = search.descend(`random spectrum ${i}`, count, start);
    const isNew = search.lowest < lowest * (1 - SAME_LOSS);
    if (isNew) agreed = 0;
    lowest = Math.min(lowest, search.lowest);
    if (reached <= lowest * (1 + SAME_LOSS)) agreed += 1;
  }
  return search.finish();
}

/** A local minimum near the given eigenvalues, polished in exact arithmetic. */
export function descendFromSpectrum(
  family: SpectralFamily,
  window: SpectralWindow,
  start: Spectrum<number>,
  name: string,
): SpectralMinimum {
  const search = new Search(family, window);
  search.descend(name, start.planes, window.toUnits(start));
  return search.finish().minima[0]!;
}

interface Found {
  readonly planes: number;
  readonly units: Float64Array;
  readonly value: number;
  readonly foundBy: string;
  hits: number;
}

class Search {
  readonly #found: Found[] = [];
  readonly #isFloatEnough: boolean;
  #starts = 0;
  #evaluations = 0;

  constructor(
    readonly family: SpectralFamily,
    readonly window: SpectralWindow,
    readonly onDescent?: (descents: number, lowest: number) => void,
  ) {
    this.#isFloatEnough = window.noise <= 1e-8 * window.isotropicLoss;
  }

  get lowest(): number {
    return Math.min(...this.#found.map(({ value }) => value));
  }

  /** Descends from a start; gives the loss reached. */
  descend(name: string, planes: number, start: Float64Array): number {
    const { value } = this.#minimize(planes, start, !this.#isFloatEnough);
    const { point, value: loss } = value;
    this.#starts += 1;
    const known = this.#found.find((one) => Math.abs(one.value - loss) <= SAME_LOSS * one.value);
    if (known !== undefined) known.hits += 1;
    else this.#found.push({ planes, units: point, value: loss, foundBy: name, hits: 1 });
    this.onDescent?.(this.#starts, this.lowest);
    return loss;
  }

  finish(): SpectralSearch {
    this.#found.sort((a, b) => a.value - b.value);
    const minima = this.#found
      .map((found, i) => (i < POLISHED ? this.#polish(found) : this.#exactly(found)))
      .sort((a, b) => a.loss.compare(b.loss));
    return { minima, starts: this.#starts, evaluations: this.#evaluations };
  }

  #polish(found: Found): SpectralMinimum {
    const polish = (planes: number, units: Float64Array): SpectralMinimum => {
      const { point } = this.#minimize(planes, units, true).value;
      return this.#exactly({ ...found, planes, units: point });
    };
    const polished = polish(found.planes, found.units);
    const flat = sortedSpectrum({ planes: found.planes, coordinates: [...found.units] }, FLAT);
    if (flat.planes === found.planes) return polished;
    const simpler = polish(flat.planes, Float64Array.from(flat.coordinates));
    return simpler.loss.toNumber() <= polished.loss.toNumber() * (1 + 1e-12) ? simpler : polished;
  }

  #exactly({ planes, units, foundBy, hits }: Found): SpectralMinimum {
    const sorted = sortedSpectrum({ planes, coordinates: [...units] });
    const spectrum = this.window.toEigenvalues(sorted);
    return { spectrum, loss: this.family.at(spectrum), foundBy, hits };
  }

  #minimize(planes: number, start: Float64Array, isExact: boolean): Minimization {
    const { family, window } = this;
    const f = (units: Float64Array) => {
      const { value, gradient } = isExact
        ? family.jetAt(window.toEigenvalues({ planes, coordinates: [...units] }))
        : family.evaluate(planes, window.toDoubles(planes, units));
      return { value, gradient: gradient.map((entry) => entry * window.unit) };
    };
    const noise = isExact ? 2 ** -52 * window.isotropicLoss : window.noise;
    const result = minimize(f, start, {
      gradientTolerance: 1e-12 * window.isotropicLoss,
      noise,
      maximalSteps: 1000,
      firstStep: 0.1,
    });
    this.#evaluations += result.stats.evaluations;
    return result;
  }
}
