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

/** Eigenvalues of B in the complex plane, one marker shape per matrix. */
export function eigenvaluePlaneFigure(options: {
  readonly id: string;
  readonly spectra: readonly Spectrum[];
}): Figure {
  const { id, spectra } = options;
  const all = spectra.flatMap(({ eigenvalues }) => eigenvalues);
  const real = all.map(([part]) => part);
  const imaginary = Math.max(...all.map(([, part]) => Math.abs(part)));
  const [least, greatest] = [Math.min(...real), Math.max(...real)];
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
        ...baseLayout(500),
        xaxis: axis("Re <i>z</i>", { range: [centre - half, centre + half], constrain: "domain" }),
        yaxis: axis("Im <i>z</i>", {
          range: [-half, half],
          scaleanchor: "x",
          constrain: "domain",
          zeroline: true,
          zerolinecolor: PALETTE.axis.light,
        }),
      },
    },
    narrowLayout: narrowLayout(430),
    caption: `Eigenvalues z of the whitened preconditioner B = Σ¹ᐟ² A Σ¹ᐟ², one scale on both axes. ${spectra.map(({ name, origin }) => `${plain(name)}: ${origin}`).join(". ")}. Pairs off the real line are planes that B rotates: an antisymmetric part.`,
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
