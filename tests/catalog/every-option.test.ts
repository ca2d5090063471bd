import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "@nekzus/contract";
import { expect, test } from "vitest";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { EVERY_OPTION } from "../harness/every-option.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";

/** Maps whose keys are names of their own. */
const MAPS = ["setRequestHeaders", "setResponseHeaders"];

test("every option of a route is set by the API and by the file, is stored, and is the same after a restart", async () => {
  const caFile = join(makeFolder("nekzus-authority-"), "ca.pem");
  writeFileSync(caFile, (await (await makeAuthority("wiki")).issue("wiki.local")).cert);
  const options = { ...EVERY_OPTION, caFile, setRequestHeaders: { Authorization: "Basic Zm9v" } };
  const all = { ...options, appId: "", to: "https://127.0.0.1:9" };
  expect(Object.keys(all).toSorted()).toEqual(Object.keys(catalog.RouteFields.shape).toSorted());

  const file = { pathBase: "/apps/file/", subdomain: "file", to: all.to, appId: "file" };
  const api = { pathBase: "/apps/api/", subdomain: "api", to: all.to, appId: "api" };
  const gateway = await startGateway({
    config: {
      server: { base_domain: "home.example" },
      apps: [{ id: "file", name: "File" }],
      routes: [{ id: "file", ...underscored({ ...options, ...file }) }],
    },
  });
  await gateway.addRoute("api", all.to, { ...options, ...api });

  const stored = async () => {
    const routes = ["file", "api"].map(async (id) => (await gateway.admin("GET", `/api/v1/routes/${id}`)).json);
    return (await Promise.all(routes)) as Record<string, unknown>[];
  };
  const before = await stored();
  const hidden = { setRequestHeaders: { Authorization: "[hidden]" } };
  expect(before[0]).toMatchObject({ ...options, ...hidden, ...file, origin: "config" });
  expect(before[1]).toMatchObject({ ...options, ...hidden, ...api, origin: "api" });
  await gateway.stop();
  await gateway.startAgain();
  expect(await stored()).toEqual(before);
});

/** As the configuration file spells it. */
function underscored(options: Record<string, unknown>): Record<string, unknown> {
  const spelled = (name: string) =>
    name.replace("HTML", "Html").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const isPart = typeof value === "object" && !Array.isArray(value) && !MAPS.includes(name);
      return [spelled(name), isPart ? underscored(value as Record<string, unknown>) : value];
    }),
  );
}
