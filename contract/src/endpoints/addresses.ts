import { z } from "zod";
import { endpoint, localOr, open, raw } from "../endpoint.ts";
import { Instant } from "../shapes.ts";

const Fingerprint = z
  .string()
  .describe("SHA-256 of the whole certificate, as browsers and systems show it: `AB:CD:…`.");

export const Addresses = z.object({
  apiUrl: z.string().describe("Where the caller reaches dashboard and API now."),
  appsUrl: z.string().describe("Where the caller's browser opens the apps."),
  sharedOrigin: z.boolean().describe("Dashboard and apps have one origin: a choice that is less safe."),
  plainHttp: z.boolean().describe("The gateway itself speaks no TLS."),
  names: z
    .array(
      z.object({
        name: z.string(),
        kind: z
          .enum(["host", "mdns", "address", "configured"])
          .describe("The machine's name, its name with `.local`, an address of it, or a name from the settings."),
        covered: z.boolean().describe("Does the served certificate name it?"),
        url: z.string().describe("The dashboard by this name."),
      }),
    )
    .describe("The names by which others reach this gateway, the most convenient first; loopback is left out."),
  appDomain: z
    .object({
      name: z.string(),
      routingMode: z
        .enum(["path", "subdomain", "both"])
        .describe("How routes without a mode of their own are reached (server.routing_mode)."),
      covered: z.boolean().describe("Does the served certificate name every host below it?"),
    })
    .optional()
    .describe("Below which domain apps have host names; absent without server.base_domain."),
  certificate: z
    .object({
      kind: z
        .enum(["local-authority", "own-files"])
        .describe("Signed by this gateway's own authority, or given in server.tls_cert and server.tls_key."),
      subject: z.string(),
      issuer: z.string(),
      names: z.array(z.string()),
      notAfter: Instant,
      daysLeft: z.int().describe("Whole days until it ends; negative when it has ended."),
      fingerprint256: Fingerprint,
    })
    .optional()
    .describe("What is served; absent without TLS."),
  authority: z
    .object({ subject: z.string(), notAfter: Instant, fingerprint256: Fingerprint })
    .optional()
    .describe("The authority that devices can be told to trust; absent without TLS and with files of your own."),
  warnings: z.array(z.string()).describe("What deserves attention, one sentence each with what to do."),
});

export const addressesGet = endpoint({
  id: "addresses.get",
  method: "GET",
  path: "/api/v1/admin/addresses",
  summary: "By which addresses the gateway is reached, and how they are secured",
  access: localOr("read:*"),
  limit: "general",
  answers: { 200: Addresses },
});

export const authorityGet = endpoint({
  id: "addresses.authority",
  method: "GET",
  path: "/api/v1/certificates/authority",
  summary: "The certificate of the gateway's own authority, for devices to trust",
  description:
    "Public, and never a key. PEM by default. Compare its fingerprint with the one that " +
    "`nekzus authority` prints before you trust it. With a certificate of your own there is none.",
  access: open(),
  limit: "general",
  query: z.object({ format: z.enum(["pem", "der"]).default("pem") }),
  answers: { 200: raw("application/x-x509-ca-cert", "The certificate.") },
  errors: ["NOT_FOUND"],
});
