import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";

type Answer = {
  everybody: boolean;
  subjects: { name: string; kind: string; allowed: boolean; missing: string[] }[];
};

let gateway: Gateway;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("echo", app.url);
  await gateway.addRoute("both", app.url, { scopes: ["access:echo", "read:*"] });
  await gateway.addRoute("open", app.url, { publicAccess: true });
});

const judged = async (appId: string) => (await gateway.admin("GET", `/api/v1/apps/${appId}/access`)).json as Answer;

test("what is told of each is what happens when they try", async () => {
  const people = [await addPerson(gateway, "ben"), await addPerson(gateway, "cora", { apps: ["echo"] })];
  const { key } = (await gateway.admin("POST", "/api/v1/apikeys", { name: "ci", scopes: ["access:echo"] })).json as {
    key: string;
  };
  const shown: Record<string, Record<string, string>> = { ci: { "x-api-key": key }, admin: await bearer(gateway) };
  for (const person of people) shown[person.username] = await bearer(gateway, person);
  for (const appId of ["echo", "both", "open"]) {
    const { subjects } = await judged(appId);
    expect(subjects.map(({ name }) => name).sort()).toEqual(Object.keys(shown).sort());
    for (const { name, allowed, missing } of subjects) {
      const { status } = await gateway.api("GET", `/apps/${appId}/`, { headers: shown[name] });
      expect([appId, name, status === 200]).toEqual([appId, name, allowed]);
      expect(missing.length === 0).toBe(allowed);
    }
  }
  expect((await judged("echo")).subjects.find(({ name }) => name === "ben")?.missing).toEqual(["access:echo"]);
  expect((await judged("open")).everybody).toBe(true);
  expect((await gateway.admin("GET", "/api/v1/apps/none/access")).status).toBe(404);
});
