/**
 * What the notebooks show things with: Markdown, tables, and figures as Plotly specifications, drawn to
 * SVG by headless Chromium where there is one.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The part of Deno's kernel that is used here. */
declare const Deno: {
  readonly jupyter: {
    display(bundle: object, options: { readonly raw: boolean }): Promise<void>;
  };
};

/** A Plotly trace or layout, as JSON. */
type Json = Record<string, unknown>;

/** A matrix, row by row. */
type Rows = readonly (readonly number[])[];

const WIDTH = 720;
const COLOURS = ["#0a5fa3", "#c9500a", "#00805f", "#97468a", "#8a6000"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross"];
const DIVERGING = [
  [0, "#06325e"],
  [0.25, "#3f7db5"],
  [0.5, "#f6f6f4"],
  [0.75, "#f0ad66"],
  [1, "#c9650f"],
];
const AXIS = {
  gridcolor: "#e3e7eb",
  linecolor: "#9aa4ae",
  showline: true,
  zeroline: false,
  ticks: "outside",
  exponentformat: "power",
};

/** An axis of a heat map: no marks, and no wider than its squares. */
const BARE = {
  showticklabels: false,
  ticks: "",
  showgrid: false,
  zeroline: false,
  constrain: "domain",
};

/** Shows Markdown under the cell. */
export async function show(markdown: string): Promise<void> {
  await send({ "text/markdown": markdown });
}

/** A Markdown table, numbers to six digits. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (number | string)[])[],
): string {
  const text = rows.map((row) =>
    row.map((cell) => (typeof cell === "number" ? `${Number(cell.toPrecision(6))}` : cell)),
  );
  return [header, header.map(() => "---:"), ...text]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

/** One series: a line through points, or the points alone. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly form?: "line" | "dashed" | "points" | "line and points";
  /** Half lengths of error bars. */
  readonly error?: readonly number[];
  /** Which of the five colours; default: by position. */
  readonly colour?: number;
}

/** Axes of a chart; `log` names those that are logarithmic. */
export interface Chart {
  readonly x: string;
  readonly y: string;
  readonly log?: "x" | "y" | "xy";
  /** The picture in words. */
  readonly alt: string;
  readonly series: readonly Series[];
  readonly layout?: Json;
}

/** Shows a line chart. */
export async function chart({ x, y, log = "y", alt, series, layout = {} }: Chart): Promise<void> {
  const scale = (axis: "x" | "y") =>
    log.includes(axis) ? logAxis(series.flatMap((one) => one[axis])) : { type: "linear" };
  await figure(series.map(trace), {
    xaxis: { ...AXIS, ...scale("x"), title: { text: x } },
    yaxis: { ...AXIS, ...scale("y"), title: { text: y } },
    meta: { alt },
    ...layout,
  });
}

/** Within few decades ticks at 1, 2 and 5 with full labels; Plotly's own label every other decade alone. */
function logAxis(values: readonly number[]): Json {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high / low > 1e3) return { type: "log" };
  const decades = Array.from({ length: 5 }, (_, i) => Math.floor(Math.log10(low)) + i);
  const ticks = decades.flatMap((exponent) => [1, 2, 5].map((m) => Number(`${m}e${exponent}`)));
  return { type: "log", tickvals: ticks, ticktext: ticks.map(String) };
}

/** Shows matrices side by side, on one colour scale that is white at 0. */
export async function heatMaps(matrices: Readonly<Record<string, Rows>>, alt: string) {
  const panels = Object.entries(matrices);
  const limit = Math.max(...panels.flatMap(([, rows]) => rows.flat().map(Math.abs)));
  const suffix = (i: number) => (i === 0 ? "" : `${i + 1}`);
  const share = 1 / panels.length;
  const axes = panels.map(([name], i) => ({
    [`xaxis${suffix(i)}`]: {
      domain: [i * share, (i + 0.9) * share],
      title: { text: name },
      ...BARE,
    },
    [`yaxis${suffix(i)}`]: {
      anchor: `x${suffix(i)}`,
      scaleanchor: `x${suffix(i)}`,
      autorange: "reversed",
      ...BARE,
    },
  }));
  const data = panels.map(([, z], i) => ({
    ...{ type: "heatmap", z, xaxis: `x${suffix(i)}`, yaxis: `y${suffix(i)}` },
    ...{ coloraxis: "coloraxis", xgap: 1, ygap: 1 },
  }));
  const coloraxis = { colorscale: DIVERGING, cmin: -limit, cmax: limit };
  await figure(data, { ...Object.assign({}, ...axes), coloraxis, height: 300, meta: { alt } });
}

function trace({ name, x, y, form = "line", error, colour }: Series, index: number): Json {
  const i = (colour ?? index) % COLOURS.length;
  return {
    ...{ type: "scatter", name, x, y },
    mode: form === "points" ? "markers" : form === "line and points" ? "lines+markers" : "lines",
    line: { color: COLOURS[i], width: 2, dash: form === "dashed" ? "dash" : "solid" },
    marker: { color: COLOURS[i], symbol: SYMBOLS[i], size: 8 },
    ...(error && { error_y: { type: "data", array: error, thickness: 1.5, width: 4 } }),
  };
}

/** Shows a Plotly figure: the specification, and its SVG where Chromium is found. */
export async function figure(data: readonly Json[], layout: Json): Promise<void> {
  const specification = {
    data,
    layout: {
      ...{ width: WIDTH, height: 400, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" },
      font: { family: "DejaVu Sans, sans-serif", size: 12.5, color: "#1b1f24" },
      margin: { l: 76, r: 20, t: 20, b: 56 },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
      ...layout,
    },
  };
  const svg = drawn(specification);
  const { alt } = (layout.meta ?? {}) as { alt?: string };
  const hint =
    svg === undefined ? " (No picture: set LOOPGD_CHROMIUM to a Chromium or Chrome.)" : "";
  await send({
    "application/vnd.plotly.v1+json": specification,
    "text/plain": `${alt ?? "A figure."}${hint}`,
    ...(svg !== undefined && { "image/svg+xml": svg }),
  });
}

/** The kernel sends on its own time: without a pause it may call a cell done before its output is out. */
async function send(bundle: object): Promise<void> {
  await Deno.jupyter.display(bundle, { raw: true });
  await new Promise((sent) => setTimeout(sent, 20));
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The SVG that Plotly draws; undefined where no browser is found. */
function drawn(specification: object): string | undefined {
  const browser = [process.env.LOOPGD_CHROMIUM ?? "", ...BROWSERS].find((path) => existsSync(path));
  if (browser === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "loopgd-figure-"));
  try {
    const page = join(folder, "figure.html");
    writeFileSync(page, pageOf(specification));
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000"];
    const profile = `--user-data-dir=${join(folder, "profile")}`;
    const address = pathToFileURL(page).href;
    const { stdout, stderr } = spawnSync(browser, [...flags, profile, "--dump-dom", address], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    const encoded = /<body>([\w+/=]+)<\/body>/.exec(stdout)?.[1];
    if (encoded === undefined) throw new Error(`figure: ${browser} drew nothing: ${stderr}`);
    return Buffer.from(encoded, "base64").toString("utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A page whose body becomes the SVG, in base64. */
function pageOf(specification: object): string {
  const plotly = pathToFileURL(createRequire(import.meta.url).resolve("plotly.js-dist-min")).href;
  // "<" would end the script element.
  const json = JSON.stringify(specification).replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><script src="${plotly}"></script><body><script>
Plotly.toImage(${json}, { format: "svg", width: null, height: null }).then((address) => {
  const bytes = new TextEncoder().encode(decodeURIComponent(address.slice(address.indexOf(",") + 1)));
  document.body.textContent = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
});
</script></body>`;
}
