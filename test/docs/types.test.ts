import { posix } from "node:path";
import { expect, it } from "vitest";
import { BLOCKS, EXAMPLES, NOTEBOOKS, pathOfBlock, ROOT, SOURCES } from "./documents.js";
import { typeErrors, type VirtualModule } from "./type-check.js";

/** A copy of the module with the example at its end: the names in reach are the module's own. */
function exampleModules(): VirtualModule[] {
  return EXAMPLES.map(({ path, line, source }) => {
    // An example may use as a value what the module needs as a type alone.
    const module = SOURCES.get(path)!.replace(/^import type /gm, "import ");
    const streamModule = posix.relative(posix.dirname(`/${path}`), "/src/random/stream.js");
    const streamType = `import("${streamModule.startsWith(".") ? "" : "./"}${streamModule}").Stream`;
    const head = `${module}\nexport async function example(stream: ${streamType}) {\n`;
    return {
      path: path.replace(/\.ts$/, `.example-${line}.ts`),
      source: `${head}${source}\n}`,
      title: path,
      firstLine: line,
      skippedLines: head.split("\n").length - 1,
    };
  });
}

function blockModules(): VirtualModule[] {
  return BLOCKS.filter(({ language }) => language === "ts").map((block) => ({
    path: pathOfBlock(block),
    source: block.source,
    title: block.path,
    firstLine: block.line + 1,
  }));
}

/** The cells of a notebook as one module: they share their names. */
function notebookModules(): VirtualModule[] {
  return NOTEBOOKS.map(({ path, cells }) => ({
    path: path.replace(/\.ipynb$/, ".ts"),
    source: `${cells.join("\n")}\n`,
    title: `${path} (cells run together)`,
    firstLine: 1,
  }));
}

// One program for all of them: most of its time goes into reading the package.
it("types every docstring example, TypeScript block and notebook", () => {
  const modules = [...exampleModules(), ...blockModules(), ...notebookModules()];
  expect(modules.length).toBeGreaterThan(0);
  expect(typeErrors(ROOT, modules)).toEqual([]);
}, 180_000);
