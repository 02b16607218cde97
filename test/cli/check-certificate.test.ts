import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { runCli } from "./run-cli.js";

vi.mock("../../proofs-checks/checker/check-certificate.js", () => ({
  checkCertificate: () => {
    throw new RangeError("Maximum BigInt size exceeded");
  },
}));

const issued = (name: string) =>
  fileURLToPath(new URL(`../../proofs-checks/certificates/issued/${name}`, import.meta.url));

it("reports whatever goes wrong inside the checker as a rejection of that file", async () => {
  const files = [
    issued("untied-optimum-is-enclosed-d5-n20-l3.json"),
    issued("best-symmetric-is-isotropic-d2-n5-l1.json"),
  ];
  const { exitCode, stdout, stderr } = await runCli(["check-certificate", ...files]);
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect(stdout.split("\n")).toEqual([
    ...files.map((file) => `${file}: rejected: Maximum BigInt size exceeded`),
    "",
  ]);
});
