import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { Instant } from "../shapes.ts";
import { RouteFields } from "./catalog.ts";

/**
 * How a connection test ended (40 R3). Each needs something else from the reader, which `advice` says.
 */
export const ConnectionVerdict = z
  .enum([
    "good",
    "slow",
    "redirects",
    "needs-sign-in",
    "websocket-refused",
    "not-found",
    "client-error",
    "server-error",
    "refused",
    "unreachable",
    "timed-out",
    "unknown-host",
    "bad-certificate",
    "tls-failed",
    "plain-http-on-tls-port",
    "tls-on-plain-port",
    "not-http",
    "closed-early",
    "not-allowed",
  ])
  .describe(
    "How it ended. plain-http-on-tls-port: the address says http, the port speaks TLS; tls-on-plain-port: the other " +
      "way round. needs-sign-in: 401, 403 or 407. slow: the answer began after 3 seconds or more. not-allowed: an " +
      "address no route may have.",
  );

/** One step of a connection test. A step that was not reached or not asked for is `skipped`. */
export const ConnectionStep = z.object({
  name: z.enum(["resolve", "connect", "tls", "http", "websocket"]),
  status: z.enum(["passed", "warned", "failed", "skipped"]),
  ms: z.int().min(0).optional().describe("How long it took, in milliseconds."),
  detail: z.string().optional().describe("What was seen, for people."),
});

/** The certificate that an upstream showed. Its texts come from the upstream: show them as text. */
export const UpstreamCertificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()).describe("Host names and addresses it is valid for."),
  validFrom: Instant,
  validTo: Instant,
  trusted: z.boolean(),
  problem: z.string().optional().describe("Why it is not trusted."),
});

/** What a connection test found. */
export const ConnectionReport = z.object({
  verdict: ConnectionVerdict,
  ok: z.boolean().describe("A route with this address would work, though there may be something to remark."),
  message: z.string().describe("What was found, in a sentence."),
  advice: z.string().describe("What to do about it, in sentences."),
  url: z.string().describe("What was asked."),
  upstreamClass: z.enum(["host", "lan", "public"]).optional().describe("Where the address lies."),
  addresses: z.array(z.string()).describe("The addresses of the host; the first that answers is used."),
  steps: z.array(ConnectionStep).describe("All five, in their order."),
  certificate: UpstreamCertificate.optional(),
  httpStatus: z.int().optional(),
  location: z.string().optional().describe("Where a redirect leads; it is not followed."),
  title: z.string().optional().describe("The title of the page that came."),
  totalMs: z.int().min(0).describe("Milliseconds of the whole test."),
});

export const routeTest = endpoint({
  id: "routes.test",
  method: "POST",
  path: "/api/v1/routes/test",
  summary: "Test an upstream's address from the gateway, before or after it is saved",
  description:
    "Looks the name up, connects, checks the certificate, sends one GET without any credential and, with `websocket`, " +
    "tries an upgrade. Redirects are reported and not followed. Takes at most 10 seconds. What is asked: " +
    "`healthCheckPath`; without one, `pathBase` below the address unless `stripPrefix` is set; else the address itself. " +
    "Addresses that no route may have are not contacted. `caFile` and sockets (unix:) need the scope access:admin.",
  access: localOr("write:*"),
  limit: "general",
  body: RouteFields.pick({
    to: true,
    websocket: true,
    insecureSkipVerify: true,
    caFile: true,
    serverName: true,
    preserveHost: true,
    healthCheckPath: true,
    stripPrefix: true,
    pathBase: true,
  }),
  answers: { 200: ConnectionReport },
});
