import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ArgumentError } from "../errors.js";
import { EXPLORER_POLICY } from "../report/page-policy.js";

/** A server of the explorer's page, listening. */
export interface ExplorerServer {
  readonly url: string;
  readonly port: number;
  /** Ports asked for before that were in use. */
  readonly inUse: readonly number[];
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** Names of this machine that only this machine answers to. */
const OWN_NAMES = ["localhost", LOOPBACK, "[::1]"];

/** How many ports are tried one after another. */
const MOST_PORTS = 50;

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `${EXPLORER_POLICY}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * Serves one page to this machine alone.
 *
 * Statement.    listens on 127.0.0.1; answers GET and HEAD of "/" only; refuses a request whose Host
 *               header is not a name of this machine with the port, so that no other site's name can be
 *               made to point here
 * @param port   the first port to try, then the next ones; 0 takes any that is free
 * Throws.       ArgumentError when no port can be had
 */
export async function serveExplorer(page: string, port: number): Promise<ExplorerServer> {
  const body = Buffer.from(page, "utf8");
  const inUse: number[] = [];
  for (let next = port; next <= 65535 && inUse.length < MOST_PORTS; next++) {
    const server = createServer((request, response) => answer(server, body, request, response));
    const error = await listen(server, next);
    if (error === null) {
      const { port: actual } = server.address() as AddressInfo;
      const close = () => closed(server);
      return { url: `http://${LOOPBACK}:${actual}/`, port: actual, inUse, close };
    }
    if (error.code !== "EADDRINUSE") {
      throw new ArgumentError("explore", "--port", `open to this user (${error.code})`, next);
    }
    inUse.push(next);
  }
  throw new ArgumentError("explore", "--port", "free, or one of the next ports", port);
}

function listen(server: Server, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(port, LOOPBACK, () => {
      server.off("error", resolve);
      resolve(null);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function answer(
  server: Server,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { port } = server.address() as AddressInfo;
  if (!isOwnHost(request.headers.host, port)) {
    refuse(response, 403, "This page is for this machine only.");
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    refuse(response, 405, "Only GET and HEAD.");
  } else if (request.url?.split("?")[0] !== "/") {
    refuse(response, 404, "There is one page here: /");
  } else {
    const type = "text/html; charset=utf-8";
    response.writeHead(200, { ...HEADERS, "content-type": type, "content-length": body.length });
    response.end(request.method === "HEAD" ? undefined : body);
  }
}

/** Whether a Host header names this machine and this port. */
function isOwnHost(host: string | undefined, port: number): boolean {
  const named = host?.toLowerCase();
  return OWN_NAMES.some((name) => named === `${name}:${port}` || (port === 80 && named === name));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
