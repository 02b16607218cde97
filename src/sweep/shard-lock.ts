import { randomUUID } from "node:crypto";
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ArgumentError, Description } from "../errors.js";
import { refuseFileError, systemCode } from "../io/file-error.js";

const HEARTBEAT_SECONDS = 15;

/** Silence after which a holder on another machine counts as dead. */
const SILENCE_SECONDS = 120;

interface Holder {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  /** Of the process, where the system tells: a number may be used again. */
  readonly started: string;
}

/**
 * Keeps two processes off one shard.
 *
 * Statement.    a holder on this machine is dead when its process is; one on another machine when its
 *               heartbeat stops for two minutes by the file system's own clock, so that no two clocks are
 *               compared and none may jump: heartbeats are writes, whose time a file server sets
 */
export class ShardLock {
  readonly #beat: NodeJS.Timeout;
  #isLost = false;

  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {
    this.#beat = setInterval(() => this.#touch(), HEARTBEAT_SECONDS * 1000);
    this.#beat.unref();
  }

  /** Throws an ArgumentError naming the holder when somebody else has the shard. */
  static acquire(folder: string): ShardLock {
    const path = join(folder, "lock");
    const token = randomUUID();
    for (;;) {
      if (create(path, token)) return new ShardLock(path, token);
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (!isDead(holder, path, folder)) {
        const got = new Description(
          `"${folder}", held by process ${holder.pid} on ${holder.host} (remove ${path} if that is gone)`,
        );
        throw new ArgumentError("sweep", "shard", "one that no other process works on", got);
      }
      setAside(path, holder);
    }
  }

  /**
   * Throws an ArgumentError when the lock was taken away, as from a machine that slept: noticed at the
   * heartbeat after it.
   */
  requireHeld(): void {
    if (!this.#isLost) return;
    const got = new Description("one that another process took over while this one was silent");
    throw new ArgumentError("sweep", "shard", "one that no other process works on", got);
  }

  release(): void {
    clearInterval(this.#beat);
    if (readHolder(this.path)?.token === this.token) rmSync(this.path, { force: true });
  }

  #touch(): void {
    try {
      const holder = readHolder(this.path);
      this.#isLost = holder?.token !== this.token;
      if (this.#isLost) {
        clearInterval(this.#beat);
        return;
      }
      const descriptor = openSync(this.path, "r+");
      try {
        writeSync(descriptor, JSON.stringify(holder), 0);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // A heartbeat that fails is one that is late; the work goes on.
    }
  }
}

/** Where hard links are not to be had. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Makes the lock with its contents at once, so that nobody finds one without a holder. */
function create(path: string, token: string): boolean {
  const holder = { token, host: hostname(), pid: process.pid, started: startOf(process.pid) };
  const text = JSON.stringify(holder);
  const draft = `${path}.${token}.tmp`;
  try {
    writeFileSync(draft, text);
    try {
      linkSync(draft, path);
    } catch (error) {
      if (!NO_LINKS.has(systemCode(error) ?? "")) throw error;
      writeFileSync(path, text, { flag: "wx" });
    }
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    refuseFileError(error, "sweep", "--out", "a writable folder", path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    // Torn by a crash, or being written where there are no links: a holder that is silent or not.
    if (error instanceof SyntaxError) return { token: "", host: "", pid: 0, started: "" };
    throw error;
  }
}

function isDead(holder: Holder, path: string, folder: string): boolean {
  if (holder.host === hostname()) {
    return startOf(holder.pid) !== holder.started || !isAlive(holder.pid);
  }
  const probe = join(folder, `.clock.${randomUUID()}.tmp`);
  writeFileSync(probe, "now");
  const now = statSync(probe).mtimeMs;
  rmSync(probe);
  const last = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
  return now - last > SILENCE_SECONDS * 1000;
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** When a process began, in ticks since boot; "" where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Takes a dead holder's lock away, and gives it back if another process was faster. */
function setAside(path: string, dead: Holder): void {
  const aside = `${path}.${randomUUID()}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw error;
  }
  if (readHolder(aside)?.token === dead.token) rmSync(aside);
  else renameSync(aside, path);
}
