/**
 * The heat map of a sweep's report: its controls, the cells they choose, the words around it, the CSV.
 *
 * Plain JavaScript, run after plotly and `drawingOf`, before the page's script. It reads the elements
 * `#sweep-table` (a `PageTable`) and `#sweep-look` (base layout and scale of signed numbers).
 */
export const MAP_SCRIPT = `
(() => {
  "use strict";
  /** Cells beyond which a map has neither texts to hover over nor a table of its numbers. */
  const MOST_TEXTS = 20000;
  const MOST_NUMBERS = 4000;
  const MOST_CATEGORIES = 7;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const table = read("sweep-table");
  const look = read("sweep-look");
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
  const element = (id) => document.getElementById(id);
  const text = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

  const axes = table.axes.map((axis) => ({ ...axis, codes: new Uint32Array(bytes(axis.codes)) }));
  // A map has two sides, a sweep perhaps one axis.
  if (axes.length < 2) {
    axes.push({ name: "", scale: "named", labels: [""], positions: [0], codes: new Uint32Array(table.rows) });
  }
  const columns = table.columns.map((column) =>
    column.kind === "number"
      ? { ...column, values: new Float64Array(bytes(column.values)) }
      : { ...column, codes: new Uint32Array(bytes(column.codes)) },
  );
  const named = (list, name) => list.find((one) => one.name === name);
  const wordAt = (column, row) => column?.words[column.codes[row]] ?? "";

  /** A column as categories: words, and the number of each row's; null where it is a quantity. */
  const regionsOf = (column) => {
    if (column.kind === "text") {
      const counts = new Map();
      for (const code of column.codes) if (code < column.words.length) counts.set(code, (counts.get(code) ?? 0) + 1);
      const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_CATEGORIES).map(([code]) => code);
      const words = kept.map((code) => column.words[code]);
      const isWhole = kept.length === counts.size;
      const numbers = new Map(kept.map((code, k) => [code, k]));
      const at = (row) => {
        const code = column.codes[row];
        return code >= column.words.length ? null : (numbers.get(code) ?? words.length);
      };
      return { words: isWhole ? words : [...words, "any other"], at };
    }
    const distinct = new Set();
    for (const value of column.values) {
      if (Number.isNaN(value)) continue;
      if (!Number.isInteger(value)) return null;
      distinct.add(value);
      if (distinct.size > 4) return null;
    }
    const sorted = [...distinct].sort((a, b) => a - b);
    const numbers = new Map(sorted.map((value, k) => [value, k]));
    return { words: sorted.map(text), at: (row) => numbers.get(column.values[row]) ?? null };
  };

  /** Edges and centres of an axis' cells, and where each of its values is. */
  const layOut = (axis) => {
    const order = axis.positions.map((_, k) => k);
    if (axis.scale !== "named") order.sort((a, b) => axis.positions[a] - axis.positions[b]);
    const [to, from] = axis.scale === "log" ? [Math.log10, (value) => 10 ** value] : [(v) => v, (v) => v];
    const at = order.map((k, place) => (axis.scale === "named" ? place : to(axis.positions[k])));
    const last = at.length - 1;
    const half = (k) => (last === 0 ? 0.5 : (at[k + 1] - at[k]) / 2);
    const edges = [at[0] - half(0), ...at.slice(0, -1).map((value, k) => value + half(k)), at[last] + half(Math.max(0, last - 1))];
    const places = [];
    order.forEach((k, place) => { places[k] = place; });
    return {
      name: axis.name, scale: axis.scale, places,
      labels: order.map((k) => axis.labels[k]),
      edges: edges.map(from), centres: at.map(from),
    };
  };

  const selected = (id) => element(id).value;
  const others = () => axes.filter(({ name }) => name !== selected("map-x") && name !== selected("map-y") && name !== "");
  const sliceOf = ({ name }) => Number(selected("slice-" + name));

  /** The cells that the controls ask for. */
  const pictureOf = () => {
    const column = named(columns, selected("map-value"));
    const [x, y] = ["map-x", "map-y"].map((id) => named(axes, selected(id)));
    const [across, up] = [layOut(x), layOut(y)];
    const fixed = others().map((axis) => ({ codes: axis.codes, wanted: sliceOf(axis) })).filter(({ wanted }) => wanted >= 0);
    const regions = regionsOf(column);
    const isAbove = selected("map-mean") === "spread";
    const [note, failure] = [named(columns, "note"), named(columns, "failure")];
    const grid = (make) => up.centres.map(() => across.centres.map(make));
    const rows = grid(() => []);
    for (let row = 0; row < table.rows; row++) {
      if (fixed.every(({ codes, wanted }) => codes[row] === wanted)) {
        rows[up.places[y.codes[row]]][across.places[x.codes[row]]].push(row);
      }
    }
    const cells = rows.map((line) => line.map((list) => {
      if (regions !== null) {
        const votes = new Map();
        for (const row of list) {
          const k = regions.at(row);
          if (k !== null) votes.set(k, (votes.get(k) ?? 0) + 1);
        }
        return [...votes].reduce((best, one) => (best === null || one[1] > best[1] ? one : best), null)?.[0] ?? null;
      }
      const values = list.map((row) => column.values[row]).filter((value) => !Number.isNaN(value));
      if (values.length === 0) return null;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      if (!isAbove) return mean;
      return values.length < 2 ? null : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    }));
    const state = rows.map((line, j) => line.map((list, i) => {
      if (cells[j][i] !== null) return "";
      if (list.length === 0) return "absent";
      return list.some((row) => wordAt(failure, row) !== "") ? "failed" : "nothing";
    }));
    const size = across.centres.length * up.centres.length;
    const hover = size > MOST_TEXTS ? null : rows.map((line, j) => line.map((list, i) => {
      const place = across.name + " " + across.labels[i] + (up.name === "" ? "" : ", " + up.name + " " + up.labels[j]);
      const cell = cells[j][i];
      const shown = cell === null
        ? (list.length === 0 ? "no such point in the sweep" : "no value")
        : column.name + " " + (regions === null ? text(cell) : regions.words[cell]);
      const among = list.length > 1 ? " (" + list.length + " points)" : "";
      const why = [...new Set(list.flatMap((row) => [wordAt(failure, row), wordAt(note, row)]))]
        .filter((word) => word !== "").slice(0, 2).map((word) => "\\n" + word.slice(0, 90));
      return place + "\\n" + shown + among + why.join("");
    }));
    const found = cells.flat().filter((cell) => cell !== null);
    const positive = found.filter((cell) => cell > 0);
    const spans = positive.length > 0 && positive.reduce((a, b) => Math.max(a, b)) / positive.reduce((a, b) => Math.min(a, b)) > 100;
    const canBeLog = regions === null && positive.length === found.length && found.length > 0;
    const chosen = selected("map-scale");
    const isLog = canBeLog && (chosen === "log" || (chosen === "auto" && spans));
    element("map-scale").disabled = !canBeLog;
    const value = isAbove && regions === null ? "spread of " + column.name : column.name;
    return {
      ...{ x: across, y: up, cells, state, hover, value, base: look.base, diverging: look.diverging },
      ...{ categories: regions?.words ?? null, scale: isLog ? "log" : "linear" },
    };
  };

  const wordsOf = (picture) => {
    const { x, y, cells, state, value, categories } = picture;
    const where = others().map((axis) => {
      const k = sliceOf(axis);
      return k < 0 ? "over all " + axis.name : axis.name + " " + axis.labels[k];
    });
    const title = value + " over " + x.name + (y.name === "" ? "" : " and " + y.name) + (where.length === 0 ? "" : ", " + where.join(", "));
    const found = cells.flat().filter((cell) => cell !== null);
    const count = (wanted) => state.flat().filter((kind) => kind === wanted).length;
    const content = found.length === 0
      ? "Nothing to show here."
      : categories === null
        ? "From " + text(found.reduce((a, b) => Math.min(a, b))) + " to " + text(found.reduce((a, b) => Math.max(a, b))) + "."
        : categories.map((word, k) => [word, found.filter((cell) => cell === k).length]).filter(([, n]) => n > 0)
            .map(([word, n]) => word + " in " + n).join(", ") + " of " + found.length + " cells.";
    const gaps = [["nothing", "have no value (dots)"], ["failed", "failed (crosses)"], ["absent", "are not in the sweep (blank)"]]
      .map(([kind, words]) => [count(kind), words]).filter(([n]) => n > 0).map(([n, words]) => n + " " + words);
    return { title, content: content + (gaps.length === 0 ? "" : " Of " + state.flat().length + " cells " + gaps.join(", ") + ".") };
  };

  const fillNumbers = ({ x, y, cells, categories }) => {
    const body = element("map-numbers");
    body.replaceChildren();
    if (cells.length * x.labels.length > MOST_NUMBERS) {
      body.textContent = "Too many for a table here: they are in the CSV.";
      return;
    }
    const grid = document.createElement("table");
    const line = (head, entries, tag) => {
      const row = grid.insertRow();
      [head, ...entries].forEach((entry, k) => {
        const cell = document.createElement(k === 0 ? "th" : tag);
        if (cell.tagName === "TH") cell.scope = k === 0 ? "row" : "col";
        cell.className = k === 0 ? "" : "number";
        cell.textContent = entry;
        row.append(cell);
      });
    };
    line(y.name + " \\\\ " + x.name, x.labels, "th");
    cells.map((row, j) => ({ row, j })).reverse().forEach(({ row, j }) => line(
      y.labels[j],
      row.map((cell) => (cell === null ? "" : categories === null ? text(cell) : categories[cell])),
      "td",
    ));
    body.append(grid);
  };

  const figure = { specification: { data: [], layout: {} }, narrowLayout: { height: 420, margin: { l: 56, r: 10, t: 64, b: 48 } } };
  globalThis.loopgdFigures = { map: figure };
  const update = () => {
    const picture = pictureOf();
    const { title, content } = wordsOf(picture);
    figure.specification = drawingOf(picture);
    element("map-title").textContent = title;
    element("map-caption").textContent = content;
    element("map-picture").setAttribute("aria-label", title + ". " + content);
    if (element("map-details").open) fillNumbers(picture);
    dispatchEvent(new CustomEvent("loopgd:redraw", { detail: "map" }));
  };

  /** Slices are there for the axes that the map does not have. */
  const showSlices = () => {
    const shown = new Set(others().map(({ name }) => name));
    for (const axis of table.axes) element("slice-" + axis.name).parentElement.hidden = !shown.has(axis.name);
    element("map-mean").parentElement.hidden = !others().some((axis) => sliceOf(axis) < 0);
  };
  const choose = ({ x, y, value }) => {
    element("map-x").value = x;
    element("map-y").value = y;
    element("map-value").value = value;
  };
  element("map-choice")?.addEventListener("change", ({ target }) => choose(table.maps[Number(target.value)]));
  let before = { "map-x": selected("map-x"), "map-y": selected("map-y") };
  element("map-controls").addEventListener("change", ({ target }) => {
    // Both sides the same: they change places.
    if (selected("map-x") === selected("map-y")) {
      element(target.id === "map-x" ? "map-y" : "map-x").value = before[target.id];
    }
    before = { "map-x": selected("map-x"), "map-y": selected("map-y") };
    showSlices();
    update();
  });
  element("map-controls").addEventListener("submit", (event) => event.preventDefault());
  element("map-details").addEventListener("toggle", () => fillNumbers(pictureOf()));

  element("save-csv").addEventListener("click", () => {
    const quoted = (word) => (/[",\\n\\r]/.test(word) ? '"' + word.replaceAll('"', '""') + '"' : word);
    const own = table.axes.map(({ name, positions, labels, scale }) => {
      const { codes } = named(axes, name);
      const isText = labels.some((label, k) => scale === "named" && positions[k] === k && Number.isNaN(Number(label)));
      return { name, at: (row) => (isText ? quoted(labels[codes[row]]) : String(positions[codes[row]])) };
    });
    const computed = columns.map((column) => ({
      name: column.name,
      at: (row) => column.kind === "text"
        ? quoted(wordAt(column, row))
        : Number.isNaN(column.values[row]) ? "" : String(column.values[row]),
    }));
    const all = [...own, ...computed];
    const parts = [all.map(({ name }) => quoted(name)).join(",") + "\\n"];
    for (let row = 0; row < table.rows; row++) parts.push(all.map(({ at }) => at(row)).join(",") + "\\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
    link.download = table.name + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
  showSlices();
  update();
})();
`;
