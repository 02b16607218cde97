import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readModules } from "../architecture/module-graph.js";
import { type DocstringExample, docstringExamples } from "./docstring-examples.js";
import { type MarkdownBlock, markdownBlocks } from "./markdown-blocks.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Sources that may carry docstring examples. */
export const SOURCES = readModules(ROOT, ["src", "proofs-checks"]);

export const EXAMPLES: readonly DocstringExample[] = [...SOURCES].flatMap(([path, text]) =>
  docstringExamples(path, text),
);

/** Code blocks of every Markdown file at the root and in docs/. */
export const BLOCKS: readonly MarkdownBlock[] = [".", "docs"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => posix.join(folder, name))
    .flatMap((path) => markdownBlocks(path, readFileSync(join(ROOT, path), "utf8"))),
);

/** Where a block stands for the compiler: in the file its mark names, or beside its document. */
export function pathOfBlock({ path, line, marks }: MarkdownBlock): string {
  const named = marks.find((mark) => mark.startsWith("file="));
  return named?.slice("file=".length) ?? posix.join(dirname(path), `block-${line}.ts`);
}

/** Loads a specifier as the module at `path` writes it; "loopgd" and its sub-paths
 * are the package's source. */
export async function importFrom(
  path: string,
  specifier: string,
): Promise<Record<string, unknown>> {
  if (specifier === "loopgd") return importFrom(path, `${ROOT}src/index.ts`);
  if (specifier.startsWith("loopgd/")) {
    return importFrom(path, `${ROOT}src/${specifier.slice("loopgd/".length)}.ts`);
  }
  if (!/^[./]/.test(specifier)) return import(/* @vite-ignore */ specifier);
  const file = specifier.startsWith("/") ? specifier : join(ROOT, dirname(path), specifier);
  return import(/* @vite-ignore */ pathToFileURL(file.replace(/\.js$/, ".ts")).href);
}

/** A notebook's code cells, in order. */
export const NOTEBOOKS: readonly { readonly path: string; readonly cells: readonly string[] }[] =
  readdirSync(join(ROOT, "notebooks"))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => {
      const notebook = JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8")) as {
        cells: readonly { cell_type: string; source: string | readonly string[] }[];
      };
      const cells = notebook.cells
        .filter(({ cell_type }) => cell_type === "code")
        .map(({ source }) => (typeof source === "string" ? source : source.join("")));
      return { path: posix.join("notebooks", name), cells };
    });
