import { system } from "@nekzus/contract";
import { expect, test } from "vitest";
import { loadPages } from "../../kit/pages.ts";
import { ANONYMOUS } from "../../wire/principal.ts";
import { pageRoutes } from "./routes.ts";

test("without a built dashboard a page says how to come by one, and which request asked", async () => {
  const none = { page: () => undefined, asset: () => undefined };
  const bindings = pageRoutes(loadPages(), none, "1.2.3");
  const facts = { id: "r7", address: "192.0.2.1", local: false, secure: true, listener: "api" } as const;
  for (const endpoint of [system.dashboard, system.dashboardScreen]) {
    const answer = await bindings
      .find((binding) => binding.endpoint.id === endpoint.id)
      ?.handle({
        params: undefined,
        query: undefined,
        body: undefined,
        caller: { principal: ANONYMOUS, facts },
        header: () => "br",
      });
    expect(answer?.status).toBe(503);
    expect(answer?.body).toMatch(/<h1>The dashboard is not built yet<\/h1>.*npm run build.*r7/s);
    expect(answer?.headers).toMatchObject({ "Content-Security-Policy": expect.stringContaining("default-src 'none'") });
    expect(answer?.headers).not.toHaveProperty("ETag");
  }
});
