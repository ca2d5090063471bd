import { z } from "zod";
import { endpoint, localOr } from "../endpoint.ts";
import { EntityId } from "../shapes.ts";

/** How a check of an app's prefix ended (20 §1.5). `advice` says what each needs from the reader. */
export const PrefixVerdict = z
  .enum(["works", "works-with-remarks", "needs-own-base", "not-loaded"])
  .describe(
    "How it ended. needs-own-base: something leaves the prefix that the gateway cannot lead back, so the app has to be " +
      "told its base path, or gets a host name. not-loaded: no page of the app came.",
  );

/** Something that a check saw. Its texts come from the app: show them as text. */
export const PrefixFinding = z.object({
  kind: z
    .enum([
      "leaves-prefix",
      "path-in-script",
      "import",
      "new-url",
      "navigation",
      "worker",
      "public-path",
      "websocket-off",
      "host-cookie",
      "wide-cookie",
      "policy",
      "not-rewritten",
      "no-referrer",
      "host-refused",
      "sign-in",
      "redirect-elsewhere",
      "redirect-loop",
      "mixed-content",
      "asset-error",
      "wrong-type",
      "knows-prefix",
      "incomplete",
    ])
    .describe("What it is about; does not change with the wording."),
  severity: z
    .enum(["info", "remark", "breaks"])
    .describe("`info` is good to know, `remark` may be felt, `breaks` keeps a part of the app from working."),
  path: z.string().describe("The page, script or style sheet in which it was seen, as the browser asks for it."),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  text: z.string().optional().describe("What stands there, shortened."),
  count: z.int().min(1).describe("How often the same was seen in this file; place and text are of the first."),
  message: z.string().describe("What it means, in a sentence."),
  certainty: z
    .enum(["certain", "likely", "possible"])
    .describe("How sure it is: seen in an answer, used as an address, or only looks like one."),
  coveredBy: z
    .enum(["page-script", "way-back", "nothing"])
    .describe(
      "What keeps it in the prefix all the same: the gateway's script in the page, or the way back for requests whose " +
        "Referer lies in the prefix.",
    ),
});

/** A setting of an app itself. */
export const PresetSetting = z.object({
  name: z.string().describe("As the app calls it: an environment variable, an option, a field of its settings."),
  value: z
    .string()
    .describe("`{prefix}` stands for the route's prefix without slash at the end, `{url}` for its address."),
  place: z.string().describe("Where it is set, for people."),
});

/** What is known of an app: how it takes being served below a prefix, and the options that suit it. */
export const Preset = z.object({
  id: z.string(),
  name: z.string(),
  mode: z
    .enum(["strip", "own-base", "host-name"])
    .describe(
      "strip: works with its prefix taken away. own-base: has a setting for its base path and keeps the prefix. " +
        "host-name: knows no base path, and wants a host name.",
    ),
  note: z.string().describe("What to know about it, in sentences."),
  settings: z.array(PresetSetting).describe("What has to be set in the app itself."),
  route: z
    .object({
      stripPrefix: z.boolean().optional(),
      websocket: z.boolean().optional(),
      preserveHost: z.boolean().optional(),
      rewriteCookiePaths: z.boolean().optional(),
      healthCheckPath: z.string().optional().describe("May hold `{prefix}`."),
    })
    .describe("The options that suit the app. Nothing is set by itself."),
  requestHeaders: z
    .record(z.string(), z.string())
    .describe("Headers that the app wants to be sent, with `{prefix}` in their values."),
  ownAuthPaths: z.array(z.string()).describe("Paths below the app's root that it protects by itself, such as its API."),
});

/** What a check of an app's prefix found. */
export const PrefixReport = z.object({
  verdict: PrefixVerdict,
  ok: z.boolean().describe("The app opens below its prefix, though there may be something to remark."),
  message: z.string().describe("What was found, in a sentence."),
  advice: z.string().describe("What to do about it, in sentences."),
  url: z.string().describe("The page that was looked at, after redirects."),
  httpStatus: z.int().optional(),
  title: z.string().optional().describe("The page's title."),
  filesRead: z.int().min(0).describe("Scripts, style sheets and manifests that were read."),
  findings: z.array(PrefixFinding).describe("The most serious first; at most 200."),
  preset: Preset.optional().describe("What is known of this app, with the placeholders filled in."),
  totalMs: z.int().min(0).describe("Milliseconds of the whole check."),
});

export const routeCheck = endpoint({
  id: "routes.check",
  method: "POST",
  path: "/api/v1/routes/{routeId}/check",
  summary: "Check whether an app works below its prefix",
  description:
    "Opens the app's first page through the gateway as a visitor would get it, follows redirects within the prefix, reads " +
    "the scripts, style sheets and manifest that the page names, and lists what leaves the prefix. Reads at most 40 files of " +
    "2 MB each, and takes at most 20 seconds. Nothing is asked of other hosts, nothing is changed, and no script is run. Who " +
    "asks must be allowed to open the app.",
  access: localOr("write:*"),
  limit: "general",
  params: z.object({ routeId: EntityId }),
  answers: { 200: PrefixReport },
  errors: ["NOT_FOUND"],
});

export const presetsList = endpoint({
  id: "presets.list",
  method: "GET",
  path: "/api/v1/presets",
  summary: "What is known of apps: base paths, options, settings",
  description:
    "All of them by name, or with a query those that fit: the image of a container, the name of an app, the title of a page.",
  access: localOr("read:catalog"),
  limit: "general",
  query: z.object({
    image: z.string().max(500).optional(),
    name: z.string().max(100).optional(),
    title: z.string().max(200).optional(),
    prefix: z
      .string()
      .max(300)
      .regex(/^\/apps\/.+\/$/, "a path such as /apps/grafana/")
      .optional()
      .describe("Fills the placeholders in for a route at this prefix."),
  }),
  answers: { 200: z.array(Preset) },
});
