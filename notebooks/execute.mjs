// @ts-check
// Executes every notebook on the Deno kernel and holds the outputs against the committed ones: text and
// figure specifications, numbers to six digits. Pictures drawn from a specification are not compared.
//
//   node notebooks/execute.mjs            fails on errors and on outputs that are out of date
//   node notebooks/execute.mjs --update   writes the outputs that differ into the notebooks
//   node notebooks/execute.mjs 02         only notebooks whose name contains it
//
// Needs jupyter-nbconvert (Debian: jupyter-nbconvert) and a built package; uses no network.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ output_type: string, name?: string, text?: string[], data?: Record<string, unknown>,
 *   execution_count?: number | null, metadata?: object }} Output
 * @typedef {{ cell_type: string, source: string | string[], outputs?: Output[],
 *   execution_count?: number | null, metadata: object }} Cell
 * @typedef {{ cells: Cell[], metadata: object, nbformat: number, nbformat_minor: number }} Notebook
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const isUpdate = process.argv.includes("--update");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));

/** A committed notebook is read on the web: no more bytes than this. */
const MAXIMAL_BYTES = 300_000;
const SPECIFICATION = "application/vnd.plotly.v1+json";

/** A text without the line breaks and the last digits in which runs may differ. */
function normalized(/** @type {string} */ text) {
  return text
    .replace(/-?\d+\.\d+(e[+-]?\d+)?/gi, (number) => String(Number(Number(number).toPrecision(6))))
    .replace(/\s+/g, " ")
    .trim();
}

/** What is said by a cell's outputs: not the picture of a figure whose specification is there too. */
function visible(/** @type {Cell} */ cell) {
  const parts = (cell.outputs ?? []).flatMap(({ data = {} }) =>
    Object.entries(data)
      .filter(([type]) => type !== "image/svg+xml" || !(SPECIFICATION in data))
      .map(([type, value]) => `<${type}>${textOf(value)}`)
      .sort(),
  );
  return normalized(parts.join(""));
}

/** Text comes in lines, JSON as it is; a figure's numbers are numbers in text, too. */
function textOf(/** @type {unknown} */ value) {
  if (typeof value === "string") return value;
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? value.join("") : JSON.stringify(value);
}

/**
 * A notebook with the outputs of its execution and nothing else that changes from run to run. Cells that
 * say what they said keep their outputs, so that pictures are not drawn anew.
 */
function withOutputs(/** @type {Notebook} */ original, /** @type {Notebook} */ executed) {
  let count = 0;
  const cells = original.cells.map((cell, i) => {
    if (cell.cell_type !== "code") return cell;
    count += 1;
    const fresh = /** @type {Cell} */ (executed.cells[i]);
    if (visible(fresh) === visible(cell)) return { ...cell, execution_count: count };
    const outputs = (fresh.outputs ?? []).map((output) =>
      "execution_count" in output ? { ...output, execution_count: count } : output,
    );
    return { ...cell, execution_count: count, outputs };
  });
  return `${JSON.stringify({ ...original, cells }, null, 1)}\n`;
}

function installKernel(/** @type {string} */ folder) {
  const load = createRequire(import.meta.url);
  // The package ships the kernel's binary; its install script says where.
  const { runInstall } = load("deno/install_api.cjs");
  mkdirSync(join(folder, "kernels", "deno"), { recursive: true });
  const argv = [runInstall(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  writeFileSync(
    join(folder, "kernels", "deno", "kernel.json"),
    JSON.stringify({ argv, display_name: "Deno", language: "typescript" }),
  );
}

function execute(/** @type {string} */ path, /** @type {string} */ folder) {
  const options = ["--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=300"];
  const { status, stderr, error } = spawnSync(
    "jupyter-nbconvert",
    [...options, "--output-dir", join(folder, "executed"), path],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        JUPYTER_DATA_DIR: folder,
        JUPYTER_PATH: folder,
        JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
        DENO_DIR: join(folder, "deno"),
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
      },
    },
  );
  if (error) return `jupyter-nbconvert does not run: ${error.message}`;
  // Of Python's trace only the end speaks of the notebook.
  return status === 0 ? null : stderr.slice(Math.max(0, stderr.indexOf("CellExecutionError: ")));
}

function read(/** @type {string} */ file) {
  return /** @type {Notebook} */ (JSON.parse(readFileSync(file, "utf8")));
}

/** Where the outputs of an execution differ from those of the notebook, in words. */
function differences(/** @type {Notebook} */ original, /** @type {Notebook} */ executed) {
  return original.cells.flatMap((cell, i) => {
    if (cell.cell_type !== "code") return [];
    const fresh = visible(/** @type {Cell} */ (executed.cells[i]));
    const old = visible(cell);
    if (fresh === old) return [];
    const at = [...fresh].findIndex((letter, k) => letter !== old[k]);
    const around = (/** @type {string} */ text) => text.slice(Math.max(0, at - 40), at + 40);
    return [`cell ${i}: shows …${around(old)}…, gives …${around(fresh)}…`];
  });
}

/**
 * What is wrong with one notebook, line by line. The kernel may report a cell done before it has sent
 * its output, and the client then drops the output: what differs is executed again, twice at most.
 */
function check(/** @type {string} */ name, /** @type {string} */ folder) {
  const path = join(root, "notebooks", name);
  /** @type {string[]} */
  let complaints = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const failure = execute(path, folder);
    if (failure !== null) return [failure];
    const executed = read(join(folder, "executed", name));
    const printing = executed.cells.flatMap((cell, i) =>
      cell.outputs?.some(({ output_type }) => output_type === "stream") ? [i] : [],
    );
    if (printing.length > 0) return [`cell ${printing.join(", ")} prints; show a value instead`];
    complaints = differences(read(path), executed);
    if (complaints.length === 0) break;
    // Updated until two executions in a row agree.
    if (isUpdate) writeFileSync(path, withOutputs(read(path), executed));
  }
  const { size } = statSync(path);
  if (size > MAXIMAL_BYTES)
    complaints.push(`has ${size} bytes, at most ${MAXIMAL_BYTES} are allowed`);
  return complaints;
}

if (!existsSync(join(root, "dist/src/index.js"))) {
  console.error("notebooks: build the package first: npm run build");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "loopgd-notebooks-"));
let failed = 0;
try {
  installKernel(folder);
  const names = readdirSync(join(root, "notebooks")).filter(
    (file) =>
      file.endsWith(".ipynb") &&
      (wanted.length === 0 || wanted.some((part) => file.includes(part))),
  );
  if (names.length === 0) throw new Error(`no notebook is named like ${wanted.join(", ")}`);
  for (const name of names) {
    const started = performance.now();
    const complaints = check(name, folder);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${complaints.length === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    for (const complaint of complaints) console.log(`  ${complaint}`);
    failed += complaints.length === 0 ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failed > 0) {
  if (!isUpdate) console.log("If the new outputs are right: npm run notebooks -- --update");
  process.exit(1);
}
