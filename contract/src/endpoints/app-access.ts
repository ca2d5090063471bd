import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { AppId } from "../shapes.ts";

const Decision = z.object({
  id: z.string().describe("`user:1`, `device:…`, `apikey:…`."),
  kind: z.enum(["user", "device", "apikey"]),
  name: z.string(),
  owner: z.string().optional().describe("Whose the device is."),
  allowed: z.boolean().describe("May they open the app by at least one of its routes?"),
  scopes: z.array(z.string()).describe("What they hold now."),
  missing: z
    .array(z.string())
    .describe("What they would need as well, for the route that asks for least; empty when allowed."),
});

export const whoCanOpen = endpoint({
  id: "apps.access",
  method: "GET",
  path: "/api/v1/apps/{appId}/access",
  summary: "Who can open this app, and why",
  description:
    "Every person, device and API key that is good now, judged by their scopes as an edge would judge them. Networks and " +
    "maintenance hold for all of them besides, and stand with the routes.",
  access: localOr("access:admin"),
  limit: "general",
  params: z.object({ appId: AppId }),
  answers: {
    200: z.object({
      appId: AppId,
      everybody: z.boolean().describe("Is it open without sign-in?"),
      routes: z.array(
        z.object({
          pathBase: z.string(),
          publicAccess: z.boolean(),
          sensitive: z.boolean(),
          scopes: z.array(z.string()),
          allowNetworks: z
            .array(z.string())
            .describe("From where alone it can be opened, whoever asks; empty: from everywhere."),
          denyNetworks: z.array(z.string()).describe("From where it cannot be opened."),
          maintenance: z.boolean().describe("Is it being worked on, and open to administrators only?"),
        }),
      ),
      subjects: z.array(Decision),
    }),
  },
  errors: ["APP_NOT_FOUND"],
});
