import { system } from "@nekzus/contract";
import { openApiDocument } from "@nekzus/contract/openapi";
import { type Asset, cspOf, fill, type Page, type Pages } from "../../kit/pages.ts";
import { Problem } from "../../kit/problem.ts";
import { type Binding, bind } from "../http/binding.ts";
import type { Dashboard } from "./dashboard.ts";
import { answerFile, type WebFile } from "./web-file.ts";

/** What the dashboard's page may do: everything by files of its own, nothing by text in the page (40 F9). */
const DASHBOARD_HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    // Icons of apps are fetched with a credential and shown from memory.
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "sync-xhr",
    "usb",
    "xr-spatial-tracking",
  ]
    .map((feature) => `${feature}=()`)
    .join(", "),
};

/** Apps, on another origin of the same site, have no use for the dashboard's files. */
const ASSET_HEADERS = { "Cross-Origin-Resource-Policy": "same-origin" };

/** Shows push messages. It needs nothing but the browser; as its place is its scope, it controls no page. */
const WORKER = "push-worker.js";
const WORKER_HEADERS = { ...ASSET_HEADERS, "Content-Security-Policy": "default-src 'none'" };

/** Binds our own pages: the dashboard, the API for readers and for programs, and the files they load. */
export function pageRoutes(pages: Pages, dashboard: Dashboard, version: string): Binding[] {
  const openapi = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
  const showDashboard = (header: (name: string) => string | undefined, requestId: string) => {
    const page = dashboard.page();
    return page ? answerFile(page, header, DASHBOARD_HEADERS) : notBuilt(pages.problem, requestId);
  };
  return [
    bind(system.root, ({ header, caller }) => showDashboard(header, caller.facts.id)),
    bind(system.dashboard, ({ header, caller }) => showDashboard(header, caller.facts.id)),
    bind(system.dashboardScreen, ({ header, caller }) => showDashboard(header, caller.facts.id)),
    bind(system.docsPage, () => pageAnswer(pages.docs)),
    bind(system.openapi, () => ({ body: openapi, headers: { "Content-Type": "application/json" } })),
    bind(system.assets, ({ params, header }) => {
      const own = pages.asset(params.name);
      if (own) return answerFile(plainFile(own), header, params.name === WORKER ? WORKER_HEADERS : {});
      const built = dashboard.asset(params.name);
      if (built) return answerFile(built, header, ASSET_HEADERS);
      throw new Problem("NOT_FOUND", `There is no file ${params.name}.`);
    }),
  ];
}

/** Our own pages have names without a hash: each use asks whether there is a newer one. */
function plainFile({ type, body, etag }: Asset): WebFile {
  return { type, cache: "no-cache", forms: [{ encoding: "identity", body, etag }] };
}

function notBuilt(problem: Page, request: string) {
  return {
    status: 503 as const,
    body: fill(problem, {
      title: "The dashboard is not built yet",
      message: "This gateway runs from its sources, and they were never built. Apps and the API work without it.",
      hint: "Run `npm run build` in the folder of the sources, then load this page again: no restart is needed. A package of Nekzus brings its dashboard along; install it again if this one does not.",
      link: "",
      action: "Load again",
      code: "SERVICE_UNAVAILABLE",
      request,
    }),
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": cspOf(problem) },
  };
}

function pageAnswer(page: Page) {
  return {
    body: page.html,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": cspOf(page) },
  };
}
