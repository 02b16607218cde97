import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.js";

/** The commands that the program itself says it has. */
async function listedCommands(): Promise<string[]> {
  const { stdout } = await runCli(["--help"]);
  const listed = stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}([a-z][a-z-]*)/gm);
  return Array.from(listed, ([, name]) => name!).filter((name) => name !== "help");
}

const COMMANDS = await listedCommands();

describe("usage", () => {
  it.each([[], ...COMMANDS.map((name) => [name])])(
    "%s --help starts with an example",
    async (...args) => {
      const { exitCode, stdout } = await runCli([...args, "--help"]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Example: loopgd /);
    },
  );

  it("takes a seed of everything it draws in every command", async () => {
    expect(COMMANDS).toEqual(expect.arrayContaining(["verify", "train", "compare", "test-model"]));
    // These two move files and write scripts.
    for (const name of COMMANDS.filter((command) => !["merge", "slurm"].includes(command))) {
      const { stdout } = await runCli([name, "--help"]);
      expect(stdout, name).toMatch(/--seed <integer> +seed of everything random/);
    }
  });

  it("prints the version of package.json", async () => {
    const { exitCode, stdout } = await runCli(["--version"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  const optimum = (changed: Record<string, string>) => {
    const flags = { "--dim": "3", "--context": "20", "--loops": "2", ...changed };
    return ["optimum", ...Object.entries(flags).flat()];
  };
  const train = (changed: Record<string, string>) => [
    "train",
    ...Object.entries({ "--dim": "3", "--context": "20", "--loops": "2", ...changed }).flat(),
  ];
  it.each([
    [["frobnicate"], /unknown command 'frobnicate'/],
    [["optimum", "--dim", "3"], /required option '--context <n>'/],
    [optimum({ "--dim": "0" }), /optimum: --dim must be a positive integer, got "0"/],
    [optimum({ "--dim": "-3" }), /--dim must be a positive integer/],
    [optimum({ "--dim": "2.5" }), /--dim must be a positive integer/],
    [optimum({ "--loops": "0" }), /--loops must be a positive integer, got "0"/],
    [optimum({ "--context": "1.5" }), /--context must be a positive integer such as 20 or 1e30/],
    [optimum({ "--context": "0" }), /--context must be a positive integer/],
    [optimum({ "--noise": "-1" }), /--noise must be a finite number ≥ 0, got "-1"/],
    [optimum({ "--seed": "x" }), /--seed must be an integer of at least 0, got "x"/],
    [optimum({ "--covariance": "ar1:2" }), /correlation must be strictly between -1 and 1, got 2/],
    [
      optimum({ "--covariance": "diag:1,2" }),
      /--covariance must be a 3×3 matrix, got a 2×2 matrix/,
    ],
    [optimum({ "--covariance": "diag:1,2,0" }), /spectrum\[2\] must be a finite number > 0, got 0/],
    [optimum({ "--covariance": "condition:0.5" }), /conditionNumber must be a finite number ≥ 1/],
    [optimum({ "--covariance": "toeplitz" }), /--covariance must be one of identity, diag:/],
    [optimum({ "--covariance": "file:/nonexistent.json" }), /nonexistent\.json/],
    [
      optimum({ "--task-prior": "identity", "--covariance": "ar1:0.5" }),
      /no closed form is known for 2 loops/,
    ],
    [train({ "--lr": "Infinity" }), /train: --lr must be a finite number > 0, got "Infinity"/],
    [train({ "--lr": "nan" }), /--lr must be a finite number > 0/],
    [train({ "--steps": "0" }), /--steps must be a positive integer/],
    [train({ "--family": "deep" }), /argument 'deep' is invalid/],
    [train({ "--optimizer": "lion" }), /optimizer must be one of adam/],
    [train({ "--schedule": "warm" }), /schedule must be one of constant/],
    [train({ "--out": "/proc/loopgd" }), /--out must be a writable folder, got "\/proc\/loopgd"/],
    [["verify", "no-such-claim"], /id must be a known claim id .*got "no-such-claim"/],
    [
      ["verify", "--out", "/proc/loopgd", "loops-equal-gd-steps"],
      /--out must be a writable folder/,
    ],
    [["compare", "/nonexistent.safetensors"], /nonexistent\.safetensors/],
  ])("%j is refused before any work", async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});
