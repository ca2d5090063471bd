import { catalog, type connectionTest as contract } from "@nekzus/contract";
import type { z } from "zod";
import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";
import { checkedOptions } from "./checks.ts";
import { parseUpstream } from "./upstream.ts";

/** What a person wants to know: an upstream with the options that change what it is asked. */
export type ConnectionQuestion = z.output<typeof contract.routeTest.body>;

/**
 * Who asks: whose tests are counted together, what they may, from where, and by which public address this caller
 * reaches the apps.
 */
export type Asker = { id: string; scopes: readonly string[]; address: string; appsUrl: string };

/** What a test does. */
export type ConnectionPlan = {
  upstream: ReturnType<typeof parseUpstream>;
  /** Path and query that are asked. */
  path: string;
  url: string;
  /** The prefix below which people open the app; empty when it is not known. */
  prefix: string;
  /** Host and port of the apps' public address. */
  publicHost: string;
  /** By lower-case name: what the edge would send for somebody without cookies and sign-in. */
  headers: Readonly<Record<string, string>>;
  /** Sent with an upgrade only, as by a browser. */
  origin: string;
};

/**
 * Works out what is asked: the health check's path if there is one, else what a visitor of the app's prefix gets.
 * Throws `VALIDATION_FAILED` for what could not be saved either, and `FORBIDDEN` (ruling R30).
 */
export function planConnection(question: ConnectionQuestion, asker: Asker): ConnectionPlan {
  const upstream = parseUpstream(question.to);
  if ((question.caFile || upstream.socketPath) && !grants(asker.scopes, "access:admin")) {
    // Ruling R30: the answer tells what files and sockets this machine has.
    const what = question.caFile ? "caFile" : "a unix socket";
    throw new Problem("FORBIDDEN", `Testing with ${what} needs the scope access:admin.`);
  }
  // Saving checks the same fields; the id stands for one that is chosen later.
  const options = checkedOptions(catalog.RouteFields.parse({ appId: "connection-test", ...question }));
  const prefix = question.pathBase && options.pathBase;
  const path = options.healthCheckPath || upstream.path + (options.stripPrefix ? "/" : prefix || "/");
  const shown = upstream.host.includes(":") ? `[${upstream.host}]` : upstream.host;
  const authority = upstream.port === (upstream.secure ? 443 : 80) ? shown : `${shown}:${upstream.port}`;
  const apps = new URL(asker.appsUrl);
  const proto = apps.protocol.slice(0, -1);
  return {
    upstream,
    path,
    url:
      upstream.socketPath === undefined
        ? `http${upstream.secure ? "s" : ""}://${authority}${path}`
        : `unix:${upstream.socketPath}:${path}`,
    prefix,
    publicHost: apps.host,
    origin: question.preserveHost ? apps.origin : `http${upstream.secure ? "s" : ""}://${authority}`,
    headers: {
      host: question.preserveHost ? apps.host : authority,
      "user-agent": "Nekzus-Test/1.0",
      accept: "text/html,*/*;q=0.8",
      "accept-encoding": "identity",
      "x-forwarded-for": asker.address,
      "x-real-ip": asker.address,
      "x-forwarded-host": apps.host,
      "x-forwarded-proto": proto,
      "x-forwarded-port": apps.port || (proto === "https" ? "443" : "80"),
      ...(options.stripPrefix && prefix && { "x-forwarded-prefix": prefix.slice(0, -1) }),
      connection: "close",
    },
  };
}
