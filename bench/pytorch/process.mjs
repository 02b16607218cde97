// @ts-check
// Runs the Python scripts of this folder on Debian's python3-torch, with the BLAS that is fastest there.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PYTHON = "/usr/bin/python3";
const LIBRARIES = "/usr/lib/x86_64-linux-gnu";
const PACKAGES = "/var/cache/apt/archives";

/**
 * Surroundings of a Python process.
 *
 * @typedef {{ readonly name: string, readonly env: NodeJS.ProcessEnv }} Environment
 */

const script = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * What PyTorch may run in: the machine's BLAS, which is Debian's slow reference one unless another is
 * installed; OpenBLAS where it is installed, or its package lies in apt's cache; and each without the
 * variables that steer OpenBLAS, where those are set.
 *
 * @returns {Environment[]}
 */
export function environments() {
  const one = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const found = [{ name: "the system's libblas", env: one }];
  const folder = openblasFolder();
  if (folder !== undefined) {
    found.push({ name: "OpenBLAS", env: { ...one, LD_LIBRARY_PATH: folder } });
  }
  const steering = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"].filter((name) => name in process.env);
  if (steering.length === 0) return found;
  return found.flatMap(({ name, env }) => [
    { name: `${name}, ${steering.join(" and ")} as set`, env },
    {
      name: `${name}, ${steering.join(" and ")} unset`,
      env: Object.fromEntries(Object.entries(env).filter(([key]) => !steering.includes(key))),
    },
  ]);
}

/** @type {string | undefined} */
let extracted;

function openblasFolder() {
  const installed = ["serial", "pthread", "openmp"]
    .map((kind) => join(LIBRARIES, `openblas-${kind}`))
    .find((folder) => existsSync(join(folder, "libblas.so.3")));
  if (installed !== undefined || !existsSync(PACKAGES)) return installed;
  const file = readdirSync(PACKAGES).find((name) => /^libopenblas0-(serial|pthread)_/.test(name));
  if (file === undefined) return undefined;
  if (extracted === undefined) {
    const target = mkdtempSync(join(tmpdir(), "loopgd-openblas-"));
    process.on("exit", () => rmSync(target, { recursive: true, force: true }));
    spawnSync("dpkg-deb", ["-x", join(PACKAGES, file), target]);
    extracted = target;
  }
  const kind = file.split("_")[0]?.replace("libopenblas0-", "openblas-") ?? "";
  return join(extracted, LIBRARIES, kind);
}

/** Versions of Python and PyTorch, in one line; undefined where there is no PyTorch. */
export function pytorchVersion() {
  const program = "import platform, torch; print(platform.python_version(), torch.__version__)";
  const { status, stdout } = spawnSync(PYTHON, ["-c", program], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [python, torch] = stdout.trim().split(" ");
  return `Python ${python}, PyTorch ${torch}`;
}

/**
 * Runs a script to its end; its standard output.
 *
 * @param {string} name
 * @param {{ readonly environment: Environment, readonly argv?: readonly string[], readonly input?: string }} options
 */
export function runScript(name, { environment, argv = [], input = "" }) {
  const { status, stdout, stderr } = spawnSync(PYTHON, [script(name), ...argv], {
    env: environment.env,
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${name} ${argv.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** A script that answers JSON lines with JSON lines, one at a time. */
export class Conversation {
  #child;
  #answers;

  constructor(/** @type {string} */ name, /** @type {Environment} */ environment) {
    const stdio = /** @type {["pipe", "pipe", "inherit"]} */ (["pipe", "pipe", "inherit"]);
    this.#child = spawn(PYTHON, [script(name)], { env: environment.env, stdio });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(/** @type {unknown} */ request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the script ended before it answered ${JSON.stringify(request)}`);
    return JSON.parse(value);
  }

  close() {
    this.#child.stdin.end();
  }
}
