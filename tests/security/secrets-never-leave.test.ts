// What is only ever written is in no answer and no log: password and token hashes, signing keys, private keys, the key
// of the secrets at rest (CWE-200, CWE-522, CWE-312).
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ENDPOINTS } from "@nekzus/contract";
import { expect, test } from "vitest";
import { call } from "../contract/calls.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { enterApp, startSession } from "../harness/session.ts";

const SECRET = "mR4wUo8eKp2sYx6bTn0gLc5vHj9dQz7f";

test("no answer and no log line holds a stored secret", async () => {
  const config = { auth: { hs256_secret: SECRET }, log: { level: "debug" } };
  const [gateway, app] = await Promise.all([startGateway({ config }), startEchoApp()]);
  await gateway.addRoute("sample", app.url);
  await addPerson(gateway, "ben");
  const session = await startSession(gateway);
  await enterApp(gateway, session, "sample");

  const database = new DatabaseSync(join(gateway.dataFolder, "nekzus.db"), { readOnly: true });
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .flatMap((row) => Object.values(row).map(String));
  const hashes = column("SELECT password_hash FROM users").concat(
    column("SELECT cookie_hash, proof_hash FROM sessions"),
  );
  database.close();
  expect(hashes.filter((hash) => hash.startsWith("$argon2id$"))).toHaveLength(2);
  const canaries = [...hashes, SECRET, Buffer.from(SECRET).toString("base64url"), "PRIVATE KEY", "$argon2id$"];
  for (const name of readdirSync(gateway.dataFolder, { recursive: true, encoding: "utf8" })) {
    const file = join(gateway.dataFolder, name);
    if (!/key/i.test(name) || !statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const key = readFileSync(file);
    canaries.push(key.toString("hex"), key.toString("base64"), key.toString("base64url"), key.toString().trim());
  }
  expect(canaries.length).toBeGreaterThan(8);

  const texts = [gateway.output()];
  const headers = await bearer(gateway);
  const reading = ENDPOINTS.filter(({ method }) => method === "GET");
  for (const endpoint of [
    ...reading,
    ...ENDPOINTS.filter(({ method, id }) => method !== "GET" && id !== "auth.logout"),
  ]) {
    const { text, headers: answered } = await call(gateway, endpoint, { headers });
    texts.push(text, JSON.stringify(answered));
  }
  for (const query of ["?verbose", "?verbose=1&debug=1"]) {
    texts.push((await gateway.api("GET", `/healthz${query}`, { headers })).text);
  }
  texts.push(gateway.output());
  const all = texts.join("\n");
  expect(canaries.filter((canary) => canary.length > 5 && all.includes(canary))).toEqual([]);
});
