import type { Data } from "plotly.js-dist-min";
import { numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { PALETTE, seriesStyle } from "../palette.js";

/** Eigenvalues of one matrix, as [real, imaginary] pairs. */
export interface Spectrum {
  readonly name: string;
  /** Where they come from, for the caption: "trained, sampled", "best found, loss exact". */
  readonly origin: string;
  readonly eigenvalues: readonly (readonly [number, number])[];
}

/** Spread of the eigenvalues, over their size, below which one scale would show a single point. */
const LEAST_SPREAD = 1e-3;

/** Eigenvalues of B in the complex plane, one marker shape per matrix. */
export function eigenvaluePlaneFigure(options: {
  readonly id: string;
  readonly spectra: readonly Spectrum[];
  readonly height?: number;
}): Figure {
  const { id, spectra, height = 500 } = options;
  const all = spectra.flatMap(({ eigenvalues }) => eigenvalues);
  const real = all.map(([part]) => part);
  const imaginary = Math.max(...all.map(([, part]) => Math.abs(part)));
  const [least, greatest] = [Math.min(...real), Math.max(...real)];
  const size = Math.max(...all.map(([part]) => Math.abs(part)));
  const isSpread = Math.max(greatest - least, imaginary) > LEAST_SPREAD * size;
  // One scale on both axes, with a window that leaves room around every point.
  const half = 1.15 * Math.max((greatest - least) / 2, imaginary, 0.05);
  const centre = (least + greatest) / 2;
  return {
    id,
    title: "Eigenvalues of B",
    specification: {
      data: spectra.map(({ name, eigenvalues }, i): Data => {
        const { colour, symbol } = seriesStyle(i);
        return {
          type: "scatter",
          mode: "markers",
          name,
          x: eigenvalues.map(([part]) => part),
          y: eigenvalues.map(([, part]) => part),
          // Open markers: eigenvalues of two matrices may coincide.
          marker: { color: colour, symbol: `${symbol}-open`, size: 9 + 3 * i, line: { width: 2 } },
          hovertemplate: `${name}: %{x:.5g} + %{y:.5g} i<extra></extra>`,
        };
      }),
      layout: {
        ...baseLayout(height),
        xaxis: axis(
          "Re <i>z</i>",
          isSpread ? { range: [centre - half, centre + half], constrain: "domain" } : { nticks: 7 },
        ),
        yaxis: axis("Im <i>z</i>", {
          ...(isSpread
            ? { range: [-half, half], scaleanchor: "x", constrain: "domain" }
            : { range: [-1.3 * (imaginary || size), 1.3 * (imaginary || size)] }),
          zeroline: true,
          zerolinecolor: PALETTE.axis.light,
        }),
      },
    },
    narrowLayout: narrowLayout(Math.min(height, 430)),
    caption: `Eigenvalues z of the whitened preconditioner B = Σ¹ᐟ² A Σ¹ᐟ², ${isSpread ? "one scale on both axes" : "each axis with a scale of its own"}. ${spectra.map(({ name, origin }) => `${plain(name)}: ${origin}`).join(". ")}. Pairs off the real line are planes that B rotates: an antisymmetric part.`,
    altText: spectra
      .map(({ name, eigenvalues }) => {
        const parts = eigenvalues.map(([part]) => part);
        const off = Math.max(...eigenvalues.map(([, part]) => Math.abs(part)));
        return `${plain(name)}: ${eigenvalues.length} eigenvalues, real parts ${numberText(Math.min(...parts))} to ${numberText(Math.max(...parts))}, imaginary parts up to ${numberText(off, 3)}.`;
      })
      .join(" "),
    numbers: {
      columns: ["Matrix", "Re z", "Im z"],
      rows: spectra.flatMap(({ name, eigenvalues }) =>
        eigenvalues.map(([re, im]) => [plain(name), numberText(re, 6), numberText(im, 6)]),
      ),
    },
  };
}

/** A label without its markup. */
function plain(name: string): string {
  return name.replace(/<[^>]+>/g, "");
}
