import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, signedInUser } from "../endpoint.ts";
import { AppId, EntityId, Instant, NewPassword } from "../shapes.ts";

export const changePassword = endpoint({
  id: "auth.password",
  method: "POST",
  path: "/api/v1/auth/password",
  summary: "Change one's own password",
  description:
    "Ends every other session and every token of the caller at once, also the token that the call was made with; the browser session it was made with goes on. A wrong current password is a failed sign-in and makes the next try wait.",
  access: signedInUser(),
  limit: "auth",
  body: z.object({ currentPassword: z.string().min(1).max(1024), newPassword: NewPassword }),
  bodyLimit: BODY_LIMITS.small,
  answers: {
    200: z.object({
      message: z.string(),
      endedSessions: z.int().describe("How many other browsers were signed out."),
    }),
  },
  decides: true,
});

/** A browser that is signed in. Nothing in it is a credential. */
export const BrowserSession = z.object({
  id: z.string(),
  current: z.boolean().describe("Is it the session that asks?"),
  createdAt: Instant,
  lastSeen: Instant.describe("The last use, to the minute."),
  expiresAt: Instant.describe("When it ends at the latest; sooner when it is not used for 7 days."),
  address: z.string().describe("The network address of the last use; empty when it is not known."),
  browser: z.string().describe("What the browser says it is.").meta({ example: "Firefox on Linux" }),
});

export const listSessions = endpoint({
  id: "sessions.list",
  method: "GET",
  path: "/api/v1/auth/sessions",
  summary: "The browsers in which the caller is signed in, the one used last first",
  access: signedInUser(),
  limit: "general",
  answers: { 200: z.array(BrowserSession) },
});

export const endSession = endpoint({
  id: "sessions.end",
  method: "DELETE",
  path: "/api/v1/auth/sessions/{sessionId}",
  summary: "Sign one of the caller's browsers out",
  description: "Ends the session, its way into apps and the streams that are open by it.",
  access: signedInUser(),
  limit: "general",
  params: z.object({ sessionId: EntityId }),
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
  decides: true,
});

export const endOtherSessions = endpoint({
  id: "sessions.end-others",
  method: "DELETE",
  path: "/api/v1/auth/sessions",
  summary: "Sign all other browsers of the caller out",
  description: "All but the session that asks; asked with a token, all. Tokens go on: a new password ends them too.",
  access: signedInUser(),
  limit: "general",
  answers: { 200: z.object({ ended: z.int() }) },
  errors: ["VALIDATION_FAILED"],
  decides: true,
});

const Apps = (max: number) => z.array(AppId).max(max);

/** How a person wants the dashboard: the same in every browser. */
export const Preferences = z.object({
  theme: z.string().min(1).max(40).describe('Default "system".'),
  language: z
    .string()
    .regex(/^[A-Za-z0-9-]{0,20}$/, "a language tag such as de or pt-BR, or empty")
    .describe("Empty (default): as the browser says."),
  timeZone: z
    .string()
    .regex(/^[A-Za-z0-9_+/-]{0,60}$/, "the name of a time zone such as Europe/Berlin, or empty")
    .describe("Empty (default): as the browser says."),
  density: z.enum(["comfortable", "compact"]).describe('Default "comfortable".'),
  shortcuts: z
    .boolean()
    .describe("Do single keys such as / and g do something? Default true. Ctrl or Cmd + K always does."),
  home: z.object({
    favourites: Apps(500),
    hidden: Apps(500),
    order: Apps(2000),
    recent: Apps(20).describe("The app opened last first."),
  }),
  setup: z.object({
    skipped: z.array(z.string().min(1).max(60)).max(20).describe("Steps of the first setup that were skipped."),
    finished: z.boolean(),
  }),
});

/** A change of preferences: what is left out stays. In `home` and `setup` each given field is replaced as a whole. */
export const PreferencesChange = Preferences.extend({
  home: Preferences.shape.home.partial(),
  setup: Preferences.shape.setup.partial(),
}).partial();

export const getPreferences = endpoint({
  id: "preferences.get",
  method: "GET",
  path: "/api/v1/preferences",
  summary: "The caller's own preferences",
  access: signedInUser(),
  limit: "general",
  answers: { 200: Preferences },
});

export const changePreferences = endpoint({
  id: "preferences.patch",
  method: "PATCH",
  path: "/api/v1/preferences",
  summary: "Change the caller's own preferences",
  description:
    "What is left out stays as it is; a list that is given replaces the old one. Together they may take 32 kB. Answers the whole.",
  access: signedInUser(),
  limit: "general",
  body: PreferencesChange,
  bodyLimit: 64 * 1024,
  answers: { 200: Preferences },
});
