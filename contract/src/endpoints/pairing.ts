import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, localOr, open, signedIn } from "../endpoint.ts";
import { Instant, Scope } from "../shapes.ts";

/** Platforms a device can be of (public API page). */
export const PLATFORMS = ["ios", "android", "web", "desktop", "linux", "macos", "windows"] as const;

/** A device's id as its app chose it. */
export const DeviceId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, "1 to 100 letters, digits, dots, hyphens or underscores")
  .meta({ example: "my-iphone-123" });

/** What a device may be allowed: everything but the right to administer, cut to what its owner holds (ruling R7). */
const DeviceScopes = z.array(Scope).min(1).max(50);

const Qr = z.object({
  u: z.string().describe("Base URL of the gateway."),
  c: z.string().describe("The pairing code."),
  v: z.string().describe("Fingerprint of what the code leads to, so that an app notices when it was exchanged."),
  p: z.string().optional().describe("Pin of the certificate that is served, `sha256/…`; absent without TLS."),
});

const Made = z.object({
  id: z.string().describe("Names the pairing; it is no secret."),
  code: z.string().describe("The same code, to be typed."),
  qr: Qr,
  text: z.string().describe("What the picture holds."),
  picture: z.array(z.string()).describe("The picture row by row: 1 is dark, 0 is light."),
  expiresAt: Instant,
  approval: z.boolean().describe("Must the pairing be approved before the device gets its token?"),
});

const Wish = z.object({
  name: z.string().trim().min(1).max(100).optional().describe("Name of the device; default: what it says of itself."),
  scopes: DeviceScopes.optional().describe("What the device may do; default read:catalog, read:events, access:*."),
  days: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe("After so many days the device must be paired again; default never."),
});

export const qr = endpoint({
  id: "auth.qr",
  method: "GET",
  path: "/api/v1/auth/qr",
  summary: "Make a pairing code, as JSON or as a picture",
  description:
    "For the gateway's own machine and for administrators. Each call makes a code, good for 5 minutes and one device. The picture holds the `qr` object.",
  access: localOr("access:admin"),
  limit: "qr",
  query: z.object({ format: z.enum(["json", "png"]).catch("json").default("json").describe("json or png.") }),
  answers: { 200: z.object({ qr: Qr, code: z.string() }).describe("With format=png: image/png.") },
  errors: ["PAIRING_UNAVAILABLE"],
  consumes: true,
});

export const qrStatus = endpoint({
  id: "auth.qr-status",
  method: "GET",
  path: "/api/v1/auth/qr/status",
  summary: "What became of a pairing code",
  access: localOr("access:admin"),
  limit: "qr",
  query: z.object({ code: z.string().min(1).max(100) }),
  answers: {
    200: z.object({
      valid: z.boolean().describe("Is the code known?"),
      redeemed: z.boolean().describe("Was it fetched by a device?"),
      expired: z.boolean(),
      ttl: z.int().describe("Seconds left; 0 when it was used or has expired."),
    }),
  },
});

/** A device that fetched the code and waits, or has been decided about. */
export const PairingState = z.object({
  id: z.string(),
  state: z
    .enum(["waiting", "fetched", "asking", "paired", "denied", "expired"])
    .describe("asking: a device waits for a decision."),
  ttl: z.int().describe("Seconds left."),
  device: z
    .object({
      id: DeviceId,
      name: z.string(),
      platform: z.string(),
      address: z.string().describe("Network address it asks from."),
      phrase: z.string().describe("Two words that the device shows as well. If they differ, somebody stands between."),
    })
    .optional(),
});

const pairingParams = z.object({ pairingId: z.string().regex(/^[\w-]{1,64}$/, "the id of a pairing") });

export const pairingCreate = endpoint({
  id: "pairings.create",
  method: "POST",
  path: "/api/v1/pairings",
  summary: "Make a pairing code with the device's name, scopes and lifetime",
  description: "A code made by a signed-in person needs an approval before the device gets its token.",
  access: localOr("access:admin"),
  limit: "qr",
  body: Wish,
  bodyLimit: BODY_LIMITS.small,
  answers: { 201: Made },
  errors: ["PAIRING_UNAVAILABLE"],
});

export const pairingGet = endpoint({
  id: "pairings.get",
  method: "GET",
  path: "/api/v1/pairings/{pairingId}",
  summary: "How a pairing stands",
  access: localOr("access:admin"),
  limit: "device",
  params: pairingParams,
  answers: { 200: PairingState },
  errors: ["NOT_FOUND"],
});

export const pairingApprove = endpoint({
  id: "pairings.approve",
  method: "POST",
  path: "/api/v1/pairings/{pairingId}/approve",
  summary: "Let the device in that waits",
  access: localOr("access:admin"),
  limit: "device",
  params: pairingParams,
  body: z.object({ phrase: z.string().min(1).max(100).describe("The two words, as they were compared.") }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: PairingState },
  errors: ["NOT_FOUND"],
  decides: true,
});

export const pairingDelete = endpoint({
  id: "pairings.delete",
  method: "DELETE",
  path: "/api/v1/pairings/{pairingId}",
  summary: "Deny the device that waits, or make the code void",
  access: localOr("access:admin"),
  limit: "device",
  params: pairingParams,
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
});

export const pair = endpoint({
  id: "pair",
  method: "POST",
  path: "/api/v1/pair",
  summary: "Redeem a pairing code",
  description:
    "Needs the header `X-Pairing-Request: true`. The first caller gets the configuration, and gets it again for 60 seconds; everybody else gets 404.",
  access: open(),
  limit: "auth",
  body: z.object({ code: z.string().max(100) }),
  bodyLimit: BODY_LIMITS.small,
  answers: {
    200: z.object({
      baseUrl: z.string(),
      name: z.string(),
      spkiPins: z.array(z.string()).describe("Pins of the certificates, the served one first; empty without TLS."),
      bootstrapToken: z.string().describe("Pairs one device, within the life of the code."),
      capabilities: z.array(z.string()),
      nekzusId: z.string(),
      nexusId: z.string(),
      expiresAt: z.int().describe("Unix seconds."),
      approval: z.boolean().describe("Will a person be asked? Then /auth/pair answers when they have decided."),
      phrase: z.string().describe("To be shown while a person is asked."),
    }),
  },
  errors: ["MISSING_HEADER", "INVALID_CODE"],
});

const TokenAnswer = z.object({
  accessToken: z.string(),
  expiresIn: z.int().describe("Seconds."),
  scopes: z.array(z.string()),
  deviceId: z.string(),
});

export const authPair = endpoint({
  id: "auth.pair",
  method: "POST",
  path: "/api/v1/auth/pair",
  summary: "Pair a device with a bootstrap token",
  description:
    "The token stands in `Authorization: Bearer`. Where a person must approve, the answer comes when they did, at the latest after 50 seconds with 409 `PAIRING_PENDING`: then ask again with the same token and the same device.",
  access: open(),
  limit: "auth",
  body: z.object({
    device: z.object({
      id: DeviceId.or(z.literal("")).optional().describe("Default: made by the gateway."),
      model: z.string().max(255).optional(),
      platform: z.enum(PLATFORMS),
      pushToken: z.string().max(512).nullish(),
    }),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: TokenAnswer },
  errors: [
    "UNAUTHORIZED",
    "INVALID_BOOTSTRAP",
    "PAIRING_PENDING",
    "PAIRING_DENIED",
    "DEVICE_EXISTS",
    "PAIRING_UNAVAILABLE",
  ],
  decides: true,
});

export const refresh = endpoint({
  id: "auth.refresh",
  method: "POST",
  path: "/api/v1/auth/refresh",
  summary: "Exchange a token for a new one",
  description:
    "Takes the newest token of a device or person, also up to 7 days after its end; scopes are read anew. The token before it gets the same answer for 60 seconds; an older one makes all of them void.",
  access: open(),
  limit: "auth",
  answers: { 200: TokenAnswer },
  errors: ["UNAUTHORIZED", "TOKEN_REVOKED", "TOKEN_EXPIRED"],
  decides: true,
});

export const verify = endpoint({
  id: "auth.verify",
  method: "GET",
  path: "/api/v1/auth/verify",
  summary: "Is this token good, and until when?",
  access: signedIn(),
  limit: "general",
  answers: { 200: z.object({ valid: z.literal(true), expiresAt: Instant.optional(), deviceId: z.string() }) },
});

export const pairPage = endpoint({
  id: "pair-page",
  method: "GET",
  path: "/pair",
  summary: "Leads to the pairing dialog of the dashboard",
  access: open(),
  limit: "qr",
  answers: { 303: empty },
});
