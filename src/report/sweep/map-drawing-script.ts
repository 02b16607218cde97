import { PALETTE } from "../figure/palette.js";

const { ink, muted, shade, axis, paper, blue, vermilion, green, purple, amber, paleBlue } =
  Object.fromEntries(Object.entries(PALETTE).map(([role, { light }]) => [role, light])) as Record<
    keyof typeof PALETTE,
    string
  >;

/** Verdicts in the colours of every report; other words in the order of `words`. */
const COLOURS = {
  verdicts: {
    holds: green,
    vacuous: axis,
    refuted: purple,
    inconclusive: amber,
    "not-applicable": paleBlue,
    broken: vermilion,
  },
  words: [blue, vermilion, green, purple, amber, paleBlue, axis],
  below: vermilion,
  zero: axis,
  numbers: [paleBlue, blue, green, amber, purple, axis],
  rest: muted,
};

/**
 * Plain JavaScript: `drawingOf(picture)` gives data and layout of a heat map.
 *
 * A picture has `x` and `y` (name, scale, labels, edges, centres), `cells[j][i]` (a number, the index of
 * a category, or null), `state[j][i]` ("", "failed", "nothing", "absent"), `categories` (words in the order
 * of their indices; null for numbers), `hover[j][i]` (null where there are too many) and `scale` ("log" or
 * "linear").
 */
export const MAP_DRAWING_SCRIPT = `
const drawingOf = (() => {
  "use strict";
  const COLOURS = ${JSON.stringify(COLOURS)};
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const shortened = (text) => (text.length > 36 ? text.slice(0, 35) + "…" : text);

  const colourOf = (word, index) => {
    if (word in COLOURS.verdicts) return COLOURS.verdicts[word];
    const number = Number(word.replace("−", "-"));
    if (Number.isNaN(number)) return COLOURS.words[index] ?? COLOURS.rest;
    if (number < 0) return COLOURS.below;
    return COLOURS.numbers[Math.min(number, COLOURS.numbers.length - 1)] ?? COLOURS.rest;
  };
  /** Colours of categories, no two alike while colours last. */
  const coloursOf = (categories) => {
    const wanted = categories.map(colourOf);
    return new Set(wanted).size === wanted.length
      ? wanted
      : categories.map((_, index) => COLOURS.words[index] ?? COLOURS.rest);
  };

  /** The lines between neighbours that differ, as one path with gaps. */
  const boundary = ({ x, y, cells }, isOther) => {
    const path = { x: [], y: [] };
    const add = (x0, y0, x1, y1) => {
      path.x.push(x0, x1, null);
      path.y.push(y0, y1, null);
    };
    cells.forEach((row, j) => {
      row.forEach((cell, i) => {
        if (cell === null) return;
        const right = row[i + 1] ?? null;
        const above = cells[j + 1]?.[i] ?? null;
        if (right !== null && isOther(cell, right)) {
          add(x.edges[i + 1], y.edges[j], x.edges[i + 1], y.edges[j + 1]);
        }
        if (above !== null && isOther(cell, above)) {
          add(x.edges[i], y.edges[j + 1], x.edges[i + 1], y.edges[j + 1]);
        }
      });
    });
    return path;
  };

  const marks = ({ x, y, state }, wanted, name, symbol, colour) => {
    const at = { x: [], y: [] };
    state.forEach((row, j) => {
      row.forEach((kind, i) => {
        if (kind !== wanted) return;
        at.x.push(x.centres[i]);
        at.y.push(y.centres[j]);
      });
    });
    if (at.x.length === 0) return [];
    const marker = { symbol, size: 6, color: colour, line: { width: 1.2, color: colour } };
    return [{ type: "scatter", mode: "markers", name, ...at, marker, hoverinfo: "skip" }];
  };

  const axisOf = ({ name, scale, labels, centres, edges }) => {
    const few = labels.length <= (scale === "log" ? 8 : 14);
    const spelled = { tickmode: "array", tickvals: centres, ticktext: labels.map(shortened) };
    const range = [edges[0], edges[edges.length - 1]];
    return {
      title: { text: name, font: { size: 14 }, standoff: 10 },
      type: scale === "log" ? "log" : "linear",
      range: scale === "log" ? range.map(Math.log10) : range,
      exponentformat: "power",
      nticks: 9,
      ...(scale === "named" || few ? spelled : {}),
      showgrid: false, zeroline: false, showline: true, ticks: "outside", ticklen: 4,
      linecolor: "${axis}", tickcolor: "${axis}", automargin: true,
    };
  };

  const powers = (low, high) => {
    const [from, to] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
    const stride = Math.max(1, Math.ceil((to - from + 1) / 6));
    const decades = [];
    for (let k = from; k <= to; k += stride) decades.push(k);
    const values = decades.length >= 2
      ? decades
      : [0, 1, 2, 3, 4].map((k) => low + ((high - low) * k) / 4);
    const text = (k) => (Number.isInteger(k) && Math.abs(k) > 3
      ? "10<sup>" + String(k).replace("-", "−") + "</sup>"
      : String(Number((10 ** k).toPrecision(3))).replace("-", "−"));
    return { tickmode: "array", tickvals: values, ticktext: values.map(text) };
  };

  const barOf = (title) => ({
    title: { text: title, side: "top", font: { size: 12.5 } },
    orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom", len: 0.6, lenmode: "fraction",
    thickness: 10, outlinewidth: 0, exponentformat: "power", nticks: 5,
  });

  const numbers = (picture) => {
    const found = picture.cells.flat().filter((cell) => cell !== null);
    const isLog = picture.scale === "log";
    const shown = isLog
      ? picture.cells.map((row) => row.map((cell) => (cell === null ? null : Math.log10(cell))))
      : picture.cells;
    const least = found.reduce((a, b) => Math.min(a, b), Infinity);
    const most = found.reduce((a, b) => Math.max(a, b), -Infinity);
    const isSigned = least < 0 && most > 0;
    const limit = Math.max(-least, most);
    const ends = isSigned ? [-limit, limit] : isLog ? [Math.log10(least), Math.log10(most)] : [least, most];
    const width = ends[0] === ends[1] ? 0.5 : 0;
    return {
      trace: {
        z: shown, zmin: ends[0] - width, zmax: ends[1] + width, showscale: found.length > 0,
        colorscale: isSigned ? picture.diverging : "Cividis",
        colorbar: { ...barOf(picture.value), ...(isLog && found.length > 0 ? powers(...ends) : {}) },
      },
      path: boundary(picture, isSigned ? (a, b) => Math.sign(a) !== Math.sign(b) : () => false),
      legend: [],
    };
  };

  const regions = (picture) => {
    const { categories, cells } = picture;
    const colours = coloursOf(categories);
    const step = 1 / categories.length;
    const scale = colours.flatMap((colour, k) => [[k * step, colour], [(k + 1) * step, colour]]);
    const occurring = categories.map((word, k) => ({ word, k })).filter(({ k }) => cells.some((row) => row.includes(k)));
    return {
      trace: { z: cells, zmin: -0.5, zmax: categories.length - 0.5, showscale: false, colorscale: scale },
      path: boundary(picture, (a, b) => a !== b),
      legend: occurring.map(({ word, k }) => ({
        type: "scatter", mode: "markers", name: escaped(shortened(word)), x: [null], y: [null],
        marker: { symbol: "square", size: 11, color: colours[k] }, hoverinfo: "skip",
      })),
    };
  };

  return (picture) => {
    const { x, y, categories, hover } = picture;
    const { trace, path, legend } = categories === null ? numbers(picture) : regions(picture);
    const layer = {
      type: "heatmap", x: x.edges, y: y.edges, ...trace,
      ...(hover === null
        ? { hoverinfo: "x+y+z" }
        : { text: hover.map((row) => row.map(escaped)), hovertemplate: "%{text}<extra></extra>", hoverongaps: true }),
    };
    if (hover !== null) layer.text = layer.text.map((row) => row.map((text) => text.replaceAll("\\n", "<br>")));
    const lines = {
      type: "scatter", mode: "lines", ...path, line: { color: "${ink}", width: 1.6 },
      hoverinfo: "skip", showlegend: false,
    };
    const failed = marks(picture, "failed", "failed", "x-thin", "${vermilion}");
    const nothing = marks(picture, "nothing", "no value", "circle", "${muted}");
    const beside = categories === null && failed.length + nothing.length > 0;
    return {
      data: [layer, ...(path.x.length > 0 ? [lines] : []), ...legend, ...failed, ...nothing],
      layout: {
        ...picture.base,
        height: 520,
        plot_bgcolor: "${shade}",
        paper_bgcolor: "${paper}",
        margin: { l: 70, r: 20, t: 64, b: 56 },
        showlegend: categories !== null || beside,
        legend: {
          ...picture.base.legend,
          ...(categories === null ? {} : { title: { text: picture.value, side: "top" } }),
          ...(beside ? { x: 1, xanchor: "right" } : {}),
          itemclick: false, itemdoubleclick: false,
        },
        xaxis: axisOf(x),
        yaxis: axisOf(y),
      },
    };
  };
})();
`;
