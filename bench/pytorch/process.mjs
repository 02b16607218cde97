// @ts-check
// Runs the Python scripts of this folder on Debian's python3-torch.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PYTHON = "/usr/bin/python3";

/**
 * Surroundings of a Python process.
 *
 * @typedef {{ readonly name: string, readonly env: NodeJS.ProcessEnv }} Environment
 */

const script = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

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
