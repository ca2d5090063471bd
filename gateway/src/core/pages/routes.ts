import { system } from "@nekzus/contract";
import { openApiDocument } from "@nekzus/contract/openapi";
import { cspOf, type Page, type Pages } from "../../kit/pages.ts";
import { Problem } from "../../kit/problem.ts";
import { type Binding, bind } from "../http/binding.ts";

/** Binds our own pages: home, the API for readers and for programs, and the files they load. */
export function pageRoutes(pages: Pages, version: string): Binding[] {
  const openapi = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
  return [
    bind(system.homePage, () => pageAnswer(pages.home)),
    bind(system.docsPage, () => pageAnswer(pages.docs)),
    bind(system.openapi, () => ({ body: openapi, headers: { "Content-Type": "application/json" } })),
    bind(system.assets, ({ params, header }) => {
      const asset = pages.asset(params.name);
      if (!asset) throw new Problem("NOT_FOUND", `There is no file ${params.name}.`);
      const headers = { "Content-Type": asset.type, "Cache-Control": "no-cache", ETag: asset.etag };
      if (header("if-none-match") === asset.etag) return { status: 304 as const, headers };
      return { status: 200 as const, body: asset.body, headers };
    }),
  ];
}

function pageAnswer(page: Page) {
  return {
    body: page.html,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": cspOf(page) },
  };
}
