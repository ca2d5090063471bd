// Messages to browsers end with what the browser was signed in by.
import { beforeAll, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer, type Person, setPassword } from "../harness/people.ts";

const HOST = "home.example";
const KEYS = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ config: { server: { allowed_hosts: [HOST] } } });
});

async function ask(person: Person) {
  const headers = { ...(await bearer(gateway, person)), host: `${HOST}:${gateway.apiPort}` };
  const path = "/api/v1/notifications/push";
  return {
    subscribe: (name: string) => {
      const body = { endpoint: `https://push.example.org/${name}`, keys: KEYS };
      return gateway.api("POST", `${path}/subscriptions`, { headers, body });
    },
    async list() {
      const { json } = await gateway.api("GET", path, { headers });
      return (json as { subscriptions: { id: string; current: boolean }[] }).subscriptions;
    },
  };
}

test("another password ends the messages to all browsers of its person, also of those that signed in by a token", async () => {
  const [anna, ben] = [await addPerson(gateway, "anna"), await addPerson(gateway, "ben")];
  const [annas, bens] = [await ask(anna), await ask(ben)];
  expect((await annas.subscribe("anna")).json).toMatchObject({ current: true });
  await bens.subscribe("ben");
  const after = await ask(await setPassword(gateway, "anna", "another long password"));
  await eventually("nothing is sent to anna any more", async () => (await after.list()).length === 0);
  expect(await bens.list()).toMatchObject([{ current: true }]);
});

test("signed in anew, the same browser belongs to the new sign-in alone, and then to whoever takes it over", async () => {
  const [cleo, dora] = [await addPerson(gateway, "cleo"), await addPerson(gateway, "dora")];
  const [before, now, other] = [await ask(cleo), await ask(cleo), await ask(dora)];
  await before.subscribe("shared");
  expect(await now.list()).toMatchObject([{ current: false }]);
  await now.subscribe("shared");
  expect([await before.list(), await now.list()]).toMatchObject([[{ current: false }], [{ current: true }]]);
  await other.subscribe("shared");
  expect([await now.list(), await other.list()]).toMatchObject([[], [{ current: true }]]);
});
