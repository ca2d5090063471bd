import { z } from "zod";
import {
  BODY_LIMITS,
  browserSession,
  empty,
  endpoint,
  localOr,
  open,
  raw,
  signedIn,
  signedInUser,
} from "../endpoint.ts";
import { AppId, Instant, NewPassword, Username } from "../shapes.ts";

export const User = z.object({
  id: z.int(),
  username: z.string(),
  role: z.enum(["admin", "member"]),
  createdAt: Instant,
  lastLogin: Instant.optional(),
  isActive: z.boolean(),
});

export const setupStatus = endpoint({
  id: "auth.setup-status",
  method: "GET",
  path: "/api/v1/auth/setup-status",
  summary: "Must the first administrator still be made?",
  access: open(),
  limit: "general",
  answers: { 200: z.object({ setupRequired: z.boolean(), hasUsers: z.boolean() }) },
});

export const setup = endpoint({
  id: "auth.setup",
  method: "POST",
  path: "/api/v1/auth/setup",
  summary: "Make the first administrator",
  description:
    "Open until an administrator exists: to the gateway's own machine, and to others with the one-time code that is printed at the start.",
  access: open(),
  limit: "auth",
  body: z.object({
    username: Username,
    password: NewPassword,
    setupCode: z
      .string()
      .max(100)
      .optional()
      .describe("The code printed at the start; not needed on the machine itself."),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 201: z.object({ message: z.string(), username: z.string() }) },
  errors: ["SETUP_ALREADY_COMPLETED", "UNAUTHORIZED"],
  decides: true,
});

export const login = endpoint({
  id: "auth.login",
  method: "POST",
  path: "/api/v1/auth/login",
  summary: "Sign in with user name and password",
  description:
    "Answers a token for 12 hours. With `session: true` it makes a browser session instead: the answer sets a cookie and returns the proof that the page sends as X-Nekzus-Proof.",
  access: open(),
  limit: "auth",
  body: z.object({
    username: z.string().min(1).max(255),
    password: z.string().min(1).max(1024),
    session: z.boolean().optional(),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: {
    200: z.object({
      token: z.string().optional().describe("Absent for a browser session."),
      proof: z.string().optional().describe("Only for a browser session."),
      expiresIn: z.int().describe("Seconds."),
      user: User,
    }),
  },
  errors: ["INVALID_CREDENTIALS"],
  decides: true,
});

export const me = endpoint({
  id: "auth.me",
  method: "GET",
  path: "/api/v1/auth/me",
  summary: "Who am I?",
  access: signedInUser(),
  limit: "general",
  answers: {
    200: z.object({
      user: User,
      scopes: z.array(z.string()),
      sessionExpiresAt: Instant.optional().describe("When the browser session ends at the latest; absent for a token."),
    }),
  },
});

export const liftLockout = endpoint({
  id: "auth.lift-lockout",
  method: "DELETE",
  path: "/api/v1/auth/lockouts/{username}",
  summary: "Let somebody try to sign in again at once",
  description:
    "Forgets the failed sign-ins of one account. Those of a network are forgotten by themselves, within a minute.",
  access: localOr("access:admin"),
  limit: "general",
  params: z.object({ username: Username }),
  answers: { 200: z.object({ lifted: z.boolean().describe("Was there a wait?") }) },
});

export const logout = endpoint({
  id: "auth.logout",
  method: "POST",
  path: "/api/v1/auth/logout",
  summary: "Sign out: ends the session or the token",
  access: signedIn(),
  limit: "general",
  answers: { 200: z.object({ message: z.string() }) },
  decides: true,
});

export const handOver = endpoint({
  id: "auth.hand-over",
  method: "POST",
  path: "/api/v1/auth/hand-over",
  summary: "Obtain a single-use code with which a browser opens an app",
  description:
    "Needs the session cookie and its proof. The code is bound to session, app and path, and good for 30 seconds at `/apps/.nekzus/enter` of the apps origin.",
  access: browserSession(),
  limit: "general",
  body: z.object({
    appId: AppId,
    path: z
      .string()
      .max(8000)
      .optional()
      .describe("Path and query within the app, as the browser asked for it; must begin with the app's own prefix."),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: z.object({ url: z.string().describe("Where the browser goes next.") }) },
  errors: ["APP_NOT_FOUND", "FORBIDDEN"],
});

export const enter = endpoint({
  id: "apps.enter",
  method: "GET",
  path: "/apps/.nekzus/enter",
  summary: "Redeem a hand-over code on the apps origin",
  description: "Sets the cookie of the apps origin and moves on to the app that the code is bound to.",
  access: open(),
  // Below /apps/ nothing is counted (ruling R4), and a code of 256 bits is not guessed.
  limit: "none",
  query: z.object({ code: z.string().min(1).max(100) }),
  answers: { 303: empty, 400: raw("text/html", "A page that says the code is used or too old.") },
  consumes: true,
  listener: "apps",
});

export const handOverToHost = endpoint({
  id: "auth.hand-over-host",
  method: "POST",
  path: "/api/v1/auth/hand-over/host",
  summary: "Obtain a single-use code with which a browser opens an app at its own host name",
  description:
    "Needs the session cookie and its proof. The code is bound to session, host name, path and the browser that asked there, and good for 30 seconds at `/.nekzus/enter` of that host.",
  access: browserSession(),
  limit: "general",
  body: z.object({
    host: z.string().min(1).max(262).describe("The Host that the browser used, with its port."),
    path: z.string().max(8000).describe("Path and query, as the browser asked for them."),
    state: z
      .string()
      .regex(/^[\w-]{16,64}$/, "what the gateway gave the browser")
      .describe("What the gateway gave the browser at the app's host name."),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: z.object({ url: z.string().describe("Where the browser goes next.") }) },
  errors: ["APP_NOT_FOUND", "FORBIDDEN"],
});

export const enterHost = endpoint({
  id: "apps.enter-host",
  method: "GET",
  path: "/.nekzus/enter",
  summary: "Redeem a hand-over code at an app's own host name",
  description: "Sets the cookie of that host, which opens this one app, and moves on to the path of the code.",
  access: open(),
  // As for apps.enter.
  limit: "none",
  query: z.object({ code: z.string().min(1).max(100) }),
  answers: { 303: empty, 400: raw("text/html", "A page that says the code is used, too old or another browser's.") },
  consumes: true,
  listener: "apps",
});
