import { basename, dirname, resolve } from "node:path";
import { ArgumentError, Description } from "../errors.js";
import { readFileBytes } from "../io/read-file.js";
import { type Axis, linearValues, logValues } from "./axis.js";
import type { AxisValue } from "./axis-value.js";
import { OPTIMUM_FIELDS, requireOptimumField } from "./computation/optimum.js";
import type { ComputationSpec, FitSpec, MapSpec, SweepSpec } from "./sweep-spec.js";
import { YamlSource } from "./yaml-source.js";

const KEYS = [
  ...["name", "seed", "axes", "where", "compute", "keep", "limits", "maps", "fits"],
] as const;

/**
 * Reads a sweep file, YAML or JSON.
 *
 * Statement.    docs/sweeps.md says what it may hold, docs/sweep.schema.json too, for editors
 * Throws.       ArgumentError naming key and line for a key that is not known, an empty axis or a value
 *               that cannot be used
 */
export function readSweep(path: string): SweepSpec {
  const text = new TextDecoder().decode(readFileBytes("sweep", path));
  return parseSweep(text, path);
}

/** As `readSweep`, of the text itself; `path` names it, and paths in it are relative to its folder. */
export function parseSweep(text: string, path: string): SweepSpec {
  const file = YamlSource.parse(text, path);
  const entries = file.mapping(KEYS);
  const axesEntry = entries.get("axes") ?? file.refuse("a sweep with axes");
  const computeEntry = entries.get("compute") ?? file.refuse("a sweep with compute");
  const list = (key: string) => entries.get(key)?.list() ?? [];
  const keep = entries.has("keep") ? list("keep").map((item) => item.text()) : undefined;
  return {
    name: entries.get("name")?.text() ?? basename(path).replace(/\.[^.]*$/, ""),
    seed: entries.get("seed")?.whole(0) ?? 0,
    axes: readAxes(axesEntry),
    where: list("where").map((item) => item.text()),
    compute: computeEntry.list().map((item) => readComputation(item, path)),
    ...(keep !== undefined && { keep }),
    limits: readLimits(entries.get("limits")),
    maps: list("maps").map(readMap),
    fits: list("fits").map(readFit),
  };
}

function readAxes(source: YamlSource): Axis[] {
  const axes = [...source.mapping()].map(([name, entry]) => {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) entry.refuse("named by letters and digits");
    const values = readValues(entry);
    if (values.length === 0) entry.refuse("at least one value");
    const repeated = values.find((value, i) => values.indexOf(value) !== i);
    if (repeated !== undefined) {
      const got = new Description(`${repeated} twice`);
      throw new ArgumentError("sweep", entry.where, "distinct values", got);
    }
    return { name, values };
  });
  if (axes.length === 0) source.refuse("at least one axis");
  return axes;
}

function readValues(entry: YamlSource): readonly AxisValue[] {
  if (!entry.isMapping) return entry.list().map((item) => item.value());
  const range = entry.mapping(["from", "to", "step", "perDecade"]);
  const end = (key: string) => (range.get(key) ?? entry.refuse(`a range with ${key}`)).value();
  const [from, to] = [end("from"), end("to")];
  const [step, perDecade] = [range.get("step")?.value(), range.get("perDecade")?.value()];
  if (step !== undefined && perDecade !== undefined) {
    entry.refuse("a range with step or perDecade, not both");
  }
  return perDecade === undefined
    ? linearValues(entry.where, { from, to, ...(step !== undefined && { step }) })
    : logValues(entry.where, { from, to, perDecade });
}

function readComputation(source: YamlSource, path: string): ComputationSpec {
  const kinds = ["optimum", "claims", "train", "compare", "identify"];
  if (!source.isMapping) {
    const kind = source.text();
    if (kind === "optimum") {
      return { kind, fields: ["isotropic", "paperBound", "untied"] };
    }
    if (kind === "train") return { kind };
    return source.refuse(`optimum or train, or a mapping such as claims: [id] or compare: FILE`);
  }
  const entries = [...source.mapping(kinds)];
  if (entries.length !== 1) source.refuse(`a single one of ${kinds.join(", ")}`);
  const [kind, value] = entries[0]!;
  switch (kind) {
    case "optimum": {
      const names = value.list().map((item) => requireOptimumField(item.where, item.value()));
      // One order of columns, however the file lists them.
      return { kind, fields: OPTIMUM_FIELDS.filter((field) => names.includes(field)) };
    }
    case "claims":
      return { kind, ids: value.list().map((item) => item.text()) };
    case "compare":
    case "identify":
      return { kind, weights: resolve(dirname(path), value.text()) };
    default:
      return source.refuse(
        "train alone: what it takes are axes (steps, batch, learningRate, seed)",
      );
  }
}

function readLimits(source: YamlSource | undefined): SweepSpec["limits"] {
  const entries = source?.mapping(["seconds", "memory"]);
  const [seconds, memory] = [entries?.get("seconds"), entries?.get("memory")];
  return {
    ...(seconds !== undefined && { seconds: seconds.positive() }),
    ...(memory !== undefined && { memory: memory.whole(64) }),
  };
}

function readMap(source: YamlSource): MapSpec {
  const entries = source.mapping(["x", "y", "value"]);
  const name = (key: string) => (entries.get(key) ?? source.refuse(`a map with ${key}`)).text();
  return { x: name("x"), y: name("y"), value: name("value") };
}

function readFit(source: YamlSource): FitSpec {
  const entries = source.mapping(["x", "y", "by"]);
  const name = (key: string) => (entries.get(key) ?? source.refuse(`a fit with ${key}`)).text();
  const by = entries.get("by")?.list();
  return {
    ...{ x: name("x"), y: name("y") },
    ...(by !== undefined && { by: by.map((item) => item.text()) }),
  };
}
