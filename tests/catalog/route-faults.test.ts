import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.addRoute("wiki", "http://127.0.0.1:9");
});

test("all that is wrong with a change of a route is named at once, whichever check finds it", async () => {
  const faults = async (body: unknown, routeId = "wiki") => {
    const { status, json } = await gateway.admin("PATCH", `/api/v1/routes/${routeId}`, body);
    const { details = [] } = (json as { error: { details?: { path: string }[] } }).error;
    return [status, ...details.map(({ path }) => path).sort()];
  };
  const later = { appId: "notes", to: "http://me@wiki", timeout: "25h", allowNetworks: ["here"] };
  const named = ["allowNetworks.0", "appId", "timeout", "to"];
  expect(await faults(later)).toEqual([400, ...named]);
  // What the schema refuses is named once, and judged no further.
  const early = { stripPrefix: "yes", pathBase: 5 };
  expect(await faults({ ...later, ...early })).toEqual([400, ...named, "pathBase", "stripPrefix"].toSorted());
  expect(await faults({ ...early, to: "" })).toEqual([400, "pathBase", "stripPrefix", "to"]);
  // Of a route that is not there nothing is told.
  expect(await faults({ ...later, ...early }, "absent")).toEqual([400, "pathBase", "stripPrefix"]);
  expect((await gateway.admin("GET", "/api/v1/routes/wiki")).json).toMatchObject({ to: "http://127.0.0.1:9" });
});
