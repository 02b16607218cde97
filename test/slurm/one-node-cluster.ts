import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A Slurm of one node on loopback, without systemd: Debian's slurm-wlm and munge, run in a folder of
 * its own.
 */
export class OneNodeCluster {
  readonly #folder = mkdtempSync(join(tmpdir(), "loopgd-slurm-"));
  readonly #daemons: ChildProcess[] = [];

  /** What a command needs to reach the cluster. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, SLURM_CONF: this.#path("slurm.conf") };
  }

  async start(): Promise<void> {
    for (const name of ["state", "spool"]) mkdirSync(this.#path(name));
    writeFileSync(this.#path("munge.key"), randomBytes(1024), { mode: 0o400 });
    writeFileSync(this.#path("plugstack.conf"), "");
    writeFileSync(this.#path("slurm.conf"), this.#configuration());
    this.#spawn("munged", [
      "--foreground",
      ...["key-file", "socket", "pid-file", "log-file", "seed-file"].map(
        (name) => `--${name}=${this.#path(`munge.${name === "key-file" ? "key" : name}`)}`,
      ),
      "--force",
    ]);
    await until("munge answers", () => {
      execFileSync("munge", ["-n", "-S", this.#path("munge.socket")], { stdio: "pipe" });
      return true;
    });
    this.#spawn("slurmctld", ["-D", "-c", "-i"]);
    this.#spawn("slurmd", ["-D", "-N", "localhost"]);
    await until("the node is idle", () => this.run("sinfo", "-h", "-o", "%T").includes("idle"));
  }

  /** Runs a command of Slurm. */
  run(command: string, ...args: string[]): string {
    const options = { env: this.environment, encoding: "utf8", stdio: "pipe" } as const;
    return execFileSync(command, args, options);
  }

  stop(): void {
    try {
      this.run("scancel", "--full", "--signal=KILL", "--state=RUNNING");
    } catch {
      // Nothing runs, or the controller is gone.
    }
    for (const daemon of this.#daemons.reverse()) daemon.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #spawn(command: string, args: readonly string[]): void {
    this.#daemons.push(spawn(command, args, { env: this.environment, stdio: "ignore" }));
  }

  #configuration(): string {
    const socket = this.#path("munge.socket");
    return `ClusterName=loopgd
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until its credential has expired: 120 s unless told otherwise, 5 at least.
AuthInfo=socket=${socket},cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
PlugStackConfig=${this.#path("plugstack.conf")}
SlurmctldPort=${freePort(0)}
SlurmdPort=${freePort(1)}
StateSaveLocation=${this.#path("state")}
SlurmdSpoolDir=${this.#path("spool")}
SlurmctldPidFile=${this.#path("slurmctld.pid")}
SlurmdPidFile=${this.#path("slurmd.pid")}
SlurmctldLogFile=${this.#path("slurmctld.log")}
SlurmdLogFile=${this.#path("slurmd.log")}
KillWait=1
MpiDefault=none
ReturnToService=2
NodeName=localhost NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN
PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
  }
}

/** Ports that differ between runs side by side. */
function freePort(offset: number): number {
  return 20_000 + 2 * (process.pid % 10_000) + offset;
}

/** Waits until a condition holds; what throws does not hold yet. */
export async function until(what: string, holds: () => boolean, seconds = 45): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      if (holds()) return;
    } catch {
      // Not yet.
    }
    if (performance.now() > deadline)
      throw new Error(`until: ${what} did not come in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
