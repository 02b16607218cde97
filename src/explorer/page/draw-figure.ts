import type { Figure } from "../../report/figure/figure.js";

declare const Plotly: typeof import("plotly.js-dist-min");

/** Width below which a figure takes its narrow layout. */
const NARROW = 560;

const dark = matchMedia("(prefers-color-scheme: dark)");
const coarse = matchMedia("(pointer: coarse)");
const twins: Readonly<Record<string, string>> = JSON.parse(
  document.getElementById("dark-twins")!.textContent,
);
const drawn = new Map<HTMLElement, Figure>();

/** Draws a figure into an element, over what is there, in the reader's colours and at its width. */
export async function drawFigure(plot: HTMLElement, figure: Figure): Promise<void> {
  drawn.set(plot, figure);
  const width = Math.floor(plot.clientWidth);
  if (width === 0) return;
  const { data, layout } = figure.specification;
  const specification = {
    data,
    layout: {
      ...layout,
      ...(width < NARROW ? figure.narrowLayout : {}),
      ...(coarse.matches ? { dragmode: false as const } : {}),
      width,
    },
  };
  const shown = dark.matches ? recoloured(specification) : structuredClone(specification);
  plot.dataset.width = String(width);
  await Plotly.react(plot, [...shown.data], shown.layout, { displayModeBar: false });
}

/** Forgets a figure and empties its element. */
export function eraseFigure(plot: HTMLElement): void {
  if (drawn.delete(plot)) Plotly.purge(plot);
}

/** Draws all figures again where the scheme or their width changes. */
export function followScheme(): void {
  const all = () => {
    for (const [plot, figure] of drawn) void drawFigure(plot, figure);
  };
  dark.addEventListener("change", all);
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      for (const [plot, figure] of drawn) {
        const width = String(Math.floor(plot.clientWidth));
        if (plot.dataset.width !== width) void drawFigure(plot, figure);
      }
    });
  });
}

function recoloured<T>(value: T): T {
  if (typeof value === "string") return (twins[value] ?? value) as T;
  if (Array.isArray(value)) return value.map(recoloured) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, recoloured(part)]),
  ) as T;
}
