import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExplorerServer, serveExplorer } from "../../src/cli/explorer-server.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { runCli } from "./run-cli.js";

const bin = fileURLToPath(new URL("../../bin/loopgd.js", import.meta.url));
const PAGE = "<!doctype html><title>é</title>";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** One request with every header as given. */
function ask(port: number, options: { method?: string; path?: string; host?: string } = {}) {
  const { method = "GET", path = "/", host = `127.0.0.1:${port}` } = options;
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method, path, headers: { host } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () => {
        resolve({ status: answer.statusCode, headers: answer.headers, body });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("serveExplorer", () => {
  let server: ExplorerServer;
  beforeAll(async () => {
    server = await serveExplorer(PAGE, 0);
  });
  afterAll(() => server.close());

  it("serves the page to GET, and its headers to HEAD", async () => {
    const { status, headers, body } = await ask(server.port, { path: "/?x=1" });
    expect({ status, body }).toEqual({ status: 200, body: PAGE });
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    const head = await ask(server.port, { method: "HEAD" });
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: "" });
    expect(head.headers["content-length"]).toBe(String(Buffer.byteLength(PAGE)));
  });

  it("lets the page load nothing and nobody frame it", async () => {
    const { headers } = await ask(server.port);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("worker-src blob:");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("answers under the names of this machine, with its port, and under no other", async () => {
    const { port } = server;
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect((await ask(port, { host })).status).toBe(200);
    }
    const others = [
      ...["localhost", "127.0.0.1", `127.0.0.1:${port + 1}`, `evil.example:${port}`],
      ...[`localhost.evil.example:${port}`, `127.0.0.1:${port}.evil.example`, `127.0.0.2:${port}`],
    ];
    for (const host of others) {
      const { status, body } = await ask(port, { host });
      expect({ host, status }).toEqual({ host, status: 403 });
      expect(body).not.toContain("doctype");
    }
  });

  it("refuses other methods and other paths", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers } = await ask(server.port, { method });
      expect({ method, status, allow: headers.allow }).toEqual({
        ...{ method, status: 405, allow: "GET, HEAD" },
      });
    }
    for (const path of [
      "/package.json",
      "/../package.json",
      "/%2e%2e/package.json",
      "//evil.example/",
    ]) {
      expect((await ask(server.port, { path })).status).toBe(404);
    }
  });

  it("listens on the loopback alone, and takes the next port where one is in use", async () => {
    const second = await serveExplorer(PAGE, server.port);
    expect(second.port).toBeGreaterThan(server.port);
    expect(second.inUse).toContain(server.port);
    expect(second.url).toBe(`http://127.0.0.1:${second.port}/`);
    await second.close();
    // The port is taken on 127.0.0.1 and on no other address.
    const other = createServer();
    await new Promise<void>((resolve, reject) => {
      other.once("error", reject);
      other.listen(server.port, "127.0.0.2", resolve);
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

/** Runs the built command line until its first line on stdout, then sends a signal. */
function serveUntil(signal: NodeJS.Signals, args: readonly string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string; page: Answer }>(
    (resolve, reject) => {
      const child = spawn(process.execPath, [bin, "explore", ...args], { stdio: "pipe" });
      let [stdout, stderr] = ["", ""];
      let page: Answer | undefined;
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        const port = Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
        ask(port)
          .then((answer) => {
            page = answer;
            child.kill(signal);
          })
          .catch(reject);
      });
      child.on("close", (code) => resolve({ code, stdout, stderr, page: page! }));
    },
  );
}

describe("loopgd explore", () => {
  it("serves the built page until Ctrl-C, saying where in one JSON document", async () => {
    const { code, stdout, stderr, page } = await serveUntil("SIGINT", ["--port", "0", "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toEqual({
      schema: "loopgd.explore/1",
      url: `http://127.0.0.1:${document.port}/`,
      port: expect.any(Number),
    });
    expect(page.body).toContain("<title>Explorer · loopgd</title>");
    expect(stderr).toContain("Ctrl-C ends it");
    expect(code).toBe(130);
  });

  it("prints the address alone when quiet, and ends with 143 when told to", async () => {
    const args = ["--port", "0", "--quiet", "--no-open"];
    const { code, stdout, stderr } = await serveUntil("SIGTERM", args);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect({ code, stderr }).toEqual({ code: 143, stderr: "" });
  });

  it("writes the page to a file", async () => {
    const path = join(temporaryFolder(), "explorer.html");
    const { exitCode, stdout } = await runCli(["explore", "--out", path, "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ schema: "loopgd.explore/1", file: path });
    const built = new URL("../../dist/explorer/explorer.html", import.meta.url);
    expect(readFileSync(path, "utf8")).toBe(readFileSync(built, "utf8"));
  });

  it("refuses bad ports and bad files before it serves", async () => {
    for (const args of [
      ["--port", "-1"],
      ["--port", "65536"],
      ["--port", "http"],
      ["--out", "/nowhere/x.html"],
    ]) {
      const { exitCode, stderr } = await runCli(["explore", ...args]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/explore: --(port|out) must be/);
    }
  });
});
