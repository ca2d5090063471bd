// Who stands between phone and gateway gets nothing: the words that a person compares depend on the certificate that the
// phone sees, and a careful app sees at once that it is another (CWE-300).
import { createHash, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { connect as connectTls, createServer, type TLSSocket } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { pairingPhrase } from "../../gateway/src/core/access/pairing/phrase.ts";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { ask, pairingCode, pairingState, redeem } from "../harness/phone.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

/** Passes everything on to the gateway, under a certificate of its own. */
async function startRelay(): Promise<number> {
  const { cert, key } = await (await makeAuthority("relay")).issue("127.0.0.1");
  const relay = createServer({ cert, key }, (client) => {
    const upstream = connectTls({ port: gateway.apiPort, host: "127.0.0.1", rejectUnauthorized: false });
    client.pipe(upstream).pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  whenDone(() => void relay.close());
  await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
  return (relay.address() as AddressInfo).port;
}

/** The pin of the certificate that is served at a port. */
async function pinAt(port: number): Promise<string> {
  const socket = await new Promise<TLSSocket>((done) => {
    const opened: TLSSocket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => done(opened));
  });
  const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  const key = publicKey.export({ type: "spki", format: "der" });
  return `sha256/${createHash("sha256").update(key).digest("base64")}`;
}

test("the code names the served certificate, and a relay has another", async () => {
  const relay = await startRelay();
  const { qr, code } = (await gateway.admin("POST", "/api/v1/pairings", {})).json as {
    qr: { p: string };
    code: string;
  };
  expect(await pinAt(gateway.apiPort)).toBe(qr.p);
  const seen = await pinAt(relay);
  expect(seen).not.toBe(qr.p);
  // A phone to which the code was typed knows no pin; its words differ from those on the dashboard.
  expect(pairingPhrase(code, seen)).not.toBe(pairingPhrase(code, qr.p));
});

test("a relay that asks in the phone's place waits for a person, and gets nothing when they refuse", async () => {
  const relay = await startRelay();
  const { id, code } = await pairingCode(gateway);
  const { bootstrapToken } = (await redeem(gateway, code, { port: relay })).json as { bootstrapToken: string };
  const asking = ask(gateway, bootstrapToken, "relay", { port: relay });
  await eventually("it asks", async () => (await pairingState(gateway, id)).state === "asking");
  const wrong = await gateway.admin("POST", `/api/v1/pairings/${id}/approve`, {
    phrase: pairingPhrase(code, await pinAt(relay)),
  });
  expect(wrong.status).toBe(400);
  expect((await gateway.admin("DELETE", `/api/v1/pairings/${id}`)).status).toBe(204);
  expect((await asking).json).toMatchObject({ error: { code: "PAIRING_DENIED" } });
  expect((await gateway.admin("GET", "/api/v1/devices")).json).toEqual([]);
});
