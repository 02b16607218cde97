import { isBuiltin } from "node:module";
import type { Import, Module, ModuleGraph } from "./module-graph.js";

/** Each rule gives one line of text for each violation: who, where, what. */
type Violations = string[];

export type Floors = Readonly<Record<string, number>>;

/**
 * The key of the floor table a module belongs to: "src/numeric", "src/errors.ts", "proofs-checks", or
 * a folder of proofs-checks that has a floor of its own.
 */
function unitOf(path: string, floors: Floors): string | null {
  if (path in floors) return path;
  const [top, second, third] = path.split("/");
  if (top === "proofs-checks") return `${top}/${second}` in floors ? `${top}/${second}` : top;
  return top === "src" && second !== undefined && third !== undefined ? `src/${second}` : null;
}

/** A file directly under src/ that has no floor: it only re-exports what others define. */
function isEntry(path: string, floors: Floors): boolean {
  return /^src\/[^/]+$/.test(path) && !(path in floors);
}

/** Every folder that holds modules has a floor, and every floor a folder. */
export function foldersWithoutFloor(graph: ModuleGraph, floors: Floors): Violations {
  const units = new Set<string>();
  for (const path of graph.keys()) {
    const unit = unitOf(path, floors);
    if (unit !== null) units.add(unit);
  }
  const missing = [...units].filter((unit) => !(unit in floors)).sort();
  const stale = Object.keys(floors).filter((unit) => !units.has(unit));
  return [
    ...missing.map((unit) => `${unit} has no floor`),
    ...stale.map((unit) => `${unit} has a floor but no modules`),
  ];
}

/** Imports go to a lower floor or stay in the folder; so folders of one floor never meet. */
export function upwardImports(graph: ModuleGraph, floors: Floors): Violations {
  return overImports(graph, (module, { target }) => {
    const from = unitOf(module.path, floors);
    const to = target === null ? null : unitOf(target, floors);
    if (from === null || to === null || from === to) return null;
    const [own, other] = [floors[from], floors[to]];
    if (own === undefined || other === undefined || other < own) return null;
    return `imports ${target}: floor ${own} must not see floor ${other}`;
  });
}

/** Entries re-export by name and nothing else; inside the package nobody goes through them. */
export function entryViolations(graph: ModuleGraph, floors: Floors): Violations {
  const bodies = [...graph.values()]
    .filter((module) => isEntry(module.path, floors) && !module.isNamedReexports)
    .map((module) => `${module.path} must hold named re-exports only`);
  const detours = overImports(graph, (module, { target }) =>
    unitOf(module.path, floors) !== null && target !== null && isEntry(target, floors)
      ? `imports the entry ${target}`
      : null,
  );
  return [...bodies, ...detours];
}

/** No path of imports leads from a module matching `from` to a target or package matching `to`. */
export function forbiddenReach(
  graph: ModuleGraph,
  from: (path: string) => boolean,
  to: (name: string) => boolean,
): Violations {
  return [...graph.keys()]
    .filter((path) => from(path))
    .flatMap((path) => {
      const route = routeTo(graph, path, to);
      return route === null ? [] : [route.join(" → ")];
    });
}

/** Below `meetingFloor` no module sees both src/model and src/theory, not even through others. */
export function earlyMeetings(
  graph: ModuleGraph,
  floors: Floors,
  meetingFloor: number,
): Violations {
  return [...graph.keys()].flatMap((path) => {
    const unit = unitOf(path, floors);
    if (unit === null || (floors[unit] ?? meetingFloor) >= meetingFloor) return [];
    const mechanism = routeTo(graph, path, (name) => name.startsWith("src/model/"));
    const mathematics = routeTo(graph, path, (name) => name.startsWith("src/theory/"));
    if (mechanism === null || mathematics === null) return [];
    return [`${mechanism.join(" → ")} and ${mathematics.join(" → ")}`];
  });
}

/** What must be able to run in a browser without TensorFlow. */
export function isNodeOrTensorFlow(name: string): boolean {
  return isBuiltin(name) || name.startsWith("@tensorflow/");
}

/** Groups of modules that import one another in a circle, type-only imports included. */
export function importCycles(graph: ModuleGraph): Violations {
  return [...graph.values()].flatMap(({ path, imports }) =>
    imports.flatMap(({ target }) => {
      if (target === null) return [];
      const back = routeTo(graph, target, (name) => name === path);
      // Each circle once, told from its alphabetically first module.
      if (back === null || back.some((step) => step < path)) return [];
      return [[path, ...back].join(" → ")];
    }),
  );
}

/** Imports this test could not follow: computed specifiers, relative paths to no known file. */
export function unreadableImports(
  graph: ModuleGraph,
  isFile: (importer: string, specifier: string) => boolean,
): Violations {
  return overImports(graph, ({ path }, { specifier, target }) => {
    if (specifier === null) return "imports a computed specifier";
    const isLost = specifier.startsWith(".") && target === null && !isFile(path, specifier);
    return isLost ? `imports ${specifier}, which is not there` : null;
  });
}

const VAGUE_NAMES = new Set(["util", "utils", "helper", "helpers", "common", "data", "misc"]);

/** Folder and file names that say nothing, or are not in kebab-case. */
export function badNames(paths: Iterable<string>): Violations {
  return [...paths].flatMap((path) =>
    path.split("/").flatMap((segment) => {
      const name = segment.split(".")[0]!;
      if (VAGUE_NAMES.has(name)) return [`${path}: "${name}" does not say what is inside`];
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${path}: "${name}" is not kebab-case`];
    }),
  );
}

/** Files of more lines than `most`. */
export function longFiles(graph: ModuleGraph, most: number): Violations {
  return [...graph.values()]
    .filter(({ lines }) => lines > most)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${most}`);
}

function overImports(
  graph: ModuleGraph,
  complain: (module: Module, imported: Import) => string | null,
): Violations {
  return [...graph.values()].flatMap((module) =>
    module.imports.flatMap((imported) => {
      const complaint = complain(module, imported);
      return complaint === null ? [] : [`${module.path}:${imported.line} ${complaint}`];
    }),
  );
}

/** A shortest path of imports from `start` to something matching `to` (start included); else null. */
function routeTo(
  graph: ModuleGraph,
  start: string,
  to: (name: string) => boolean,
): readonly string[] | null {
  const seen = new Set([start]);
  let routes = [[start]];
  while (routes.length > 0) {
    const longer: string[][] = [];
    for (const route of routes) {
      const last = route.at(-1)!;
      if (to(last)) return route;
      for (const { specifier, target } of graph.get(last)?.imports ?? []) {
        const next = target ?? specifier;
        if (next === null || seen.has(next)) continue;
        seen.add(next);
        longer.push([...route, next]);
      }
    }
    routes = longer;
  }
  return null;
}
