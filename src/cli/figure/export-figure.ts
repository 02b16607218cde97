import { NumericalError } from "../../errors.js";
import type { Figure } from "../../report/figure/figure.js";
import { html, scriptJson } from "../../report/html.js";
import { type ReportHeader, renderPage } from "../../report/page.js";
import { plotlySource } from "../../report/plotly-source.js";
import { withPage, written } from "./chromium.js";

export const FORMATS = ["html", "svg", "png", "pdf", "json"] as const;

export type FigureFormat = (typeof FORMATS)[number];

/** How wide an exported picture is, in pixels of 1/96 inch, unless told otherwise. */
export const DEFAULT_WIDTH = 760;

/** PNG pixels per pixel of the layout: sharp in print. */
const SCALE = 2;

/**
 * A figure as a file of one format.
 *
 * Throws.       ArgumentError when a picture is asked for and no Chromium is installed
 */
export async function exportFigure(
  figure: Figure,
  format: FigureFormat,
  options: { readonly header: ReportHeader; readonly width: number },
): Promise<string | Uint8Array> {
  const { header, width } = options;
  if (format === "json") return figureDocument(figure, header);
  if (format === "html") return figurePage(figure, header);
  const svg = await figureSvg(figure, width);
  return format === "svg" ? svg : printedSvg(svg, format);
}

/** The machine-readable figure, schema loopgd.figure/1. */
function figureDocument(figure: Figure, header: ReportHeader): string {
  const { id, title, caption, altText, numbers, specification } = figure;
  const { version, seed, command } = header;
  const document = {
    ...{ schema: "loopgd.figure/1", name: id, title, caption, altText, version, seed, command },
    ...{ numbers, specification },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function figurePage(figure: Figure, header: ReportHeader): string {
  return renderPage({
    header,
    summary: html``,
    sections: [{ id: "figure", heading: "Figure", body: html``, figures: [figure] }],
  });
}

/** The SVG that Plotly draws of a specification. */
async function figureSvg({ specification }: Figure, width: number): Promise<string> {
  const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>figure</title>
<script>${plotlySource()}</script></head><body><script type="application/json" id="specification">${scriptJson({ ...specification, width })}</script>
<script>
const { data, layout, width } = JSON.parse(document.getElementById("specification").textContent);
Plotly.toImage({ data, layout }, { format: "svg", width, height: layout.height, imageDataOnly: true })
  .then((svg) => { document.body.innerHTML = ""; document.body.textContent = "SVG" + btoa(unescape(encodeURIComponent(svg))) + "END"; });
</script></body></html>`;
  const dump = await withPage(page.text, ({ run }) => run(["--dump-dom"]));
  const encoded = /SVG([A-Za-z0-9+/=]+)END/.exec(dump.slice(dump.indexOf("<body")))?.[1];
  if (encoded === undefined) throw new NumericalError("figure: Chromium drew no figure");
  return `${Buffer.from(encoded, "base64").toString("utf8")}\n`;
}

/** An SVG on paper of its own size. */
function printedSvg(svg: string, format: "png" | "pdf"): Promise<Uint8Array> {
  const [, width, height] = /<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) {
    throw new NumericalError("figure: Plotly's SVG has no size");
  }
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>figure</title><style>
@page { size: ${width}px ${height}px; margin: 0; } html, body { margin: 0; } svg { display: block; }
</style></head><body>${svg}</body></html>`;
  return withPage(page, async ({ folder, run }) => {
    const out = `${folder}/picture.${format}`;
    if (format === "pdf") await run(["--no-pdf-header-footer", `--print-to-pdf=${out}`]);
    else {
      const window = `${Math.ceil(Number(width))},${Math.ceil(Number(height))}`;
      await run([
        `--force-device-scale-factor=${SCALE}`,
        `--window-size=${window}`,
        `--screenshot=${out}`,
      ]);
    }
    return written(folder, `picture.${format}`);
  });
}
