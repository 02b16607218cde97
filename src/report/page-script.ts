/**
 * Draws the figures of a report in the browser: in the colours of the reader's scheme, for the
 * width at hand, and in light colours at paper width for printing.
 *
 * Plain JavaScript, run after plotly. It reads the elements `#figure-specifications` (specifications
 * and narrow layouts by figure id) and `#dark-twins` (dark colour by light colour). A script before it
 * may leave further figures in `loopgdFigures`, change them, and ask for them by a "loopgd:redraw" event
 * whose detail is the id.
 */
export const PAGE_SCRIPT = `
(() => {
  "use strict";
  const PAPER_WIDTH = 660;
  const NARROW = 560;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = Object.assign(read("figure-specifications"), globalThis.loopgdFigures);
  const darkTwins = read("dark-twins");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const printing = matchMedia("print");
  const coarse = matchMedia("(pointer: coarse)");
  let onPaper = false;

  const recoloured = (value) => {
    if (typeof value === "string") return darkTwins[value] ?? value;
    if (Array.isArray(value)) return value.map(recoloured);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, recoloured(part)]));
  };

  const specificationFor = (figure, width) => {
    const isNarrow = width < NARROW;
    const { data, layout } = figure.specification;
    const specification = {
      data,
      layout: {
        ...layout,
        ...(isNarrow ? figure.narrowLayout : {}),
        dragmode: coarse.matches ? false : "zoom",
        width,
      },
    };
    return dark.matches && !onPaper
      ? recoloured(specification)
      : JSON.parse(JSON.stringify(specification));
  };

  const draw = (plot) => {
    const width = onPaper ? PAPER_WIDTH : Math.floor(plot.parentElement.clientWidth);
    const { data, layout } = specificationFor(figures[plot.dataset.figure], width);
    plot.dataset.width = String(width);
    // Plotly.react would keep the domains that square panels were shrunk to at the last width.
    Plotly.purge(plot);
    return Plotly.newPlot(plot, data, layout, { displayModeBar: false });
  };

  const plots = [...document.querySelectorAll("[data-figure]")];
  const drawAll = () => Promise.all(plots.map(draw));
  const print = (isPrinting) => {
    if (onPaper === isPrinting) return;
    onPaper = isPrinting;
    drawAll();
  };

  addEventListener("loopgd:redraw", ({ detail }) => {
    plots.filter((plot) => plot.dataset.figure === detail).forEach(draw);
  });
  dark.addEventListener("change", drawAll);
  printing.addEventListener("change", (event) => print(event.matches));
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      if (onPaper) return;
      plots
        .filter((plot) => plot.dataset.width !== String(Math.floor(plot.parentElement.clientWidth)))
        .forEach(draw);
    });
  });
  for (const button of document.querySelectorAll("[data-save]")) {
    button.addEventListener("click", () => {
      const { data, layout } = figures[button.dataset.save].specification;
      const options = { format: "svg", width: 900, height: layout.height };
      Plotly.downloadImage({ data, layout }, { ...options, filename: button.dataset.save });
    });
  }
  drawAll().then(() => {
    document.documentElement.dataset.drawn = String(plots.length);
  });
})();
`;
