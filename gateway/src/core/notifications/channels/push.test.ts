import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type Network, parseNetwork } from "../../../kit/addresses.ts";
import { createLogger } from "../../../kit/log.ts";
import { createOutbound } from "../../../kit/outbound.ts";
import { makeAuthority } from "../../../kit/test-authority.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { createVapid, makeVapidKey } from "../push/vapid.ts";
import { conformsAsChannel, message } from "./channel-conformance.ts";
import { createPushChannel } from "./push.ts";
import { type HttpReceiver, startReceiver } from "./test-http.ts";

const log = createLogger("test", "silent");
const HERE = [parseNetwork("127.0.0.0/8") as Network];
const never = new AbortController().signal;

let ca: string;
let served: { key: string; cert: string };
beforeAll(async () => {
  const authority = await makeAuthority("Test");
  ca = authority.caPem;
  served = await authority.issue("push.test");
});

/** A browser that made keys, and how it opens what it is sent (RFC 8291, RFC 8188). */
function createBrowser() {
  const own = createECDH("prime256v1");
  const ours = own.generateKeys();
  const auth = randomBytes(16);
  const derive = (secret: Buffer, salt: Buffer, info: string | Buffer, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, salt, info, length));
  return {
    keys: { p256dh: ours.toString("base64url"), auth: auth.toString("base64url") },
    open(body: Buffer): Record<string, unknown> {
      const salt = body.subarray(0, 16);
      const length = body[20] as number;
      const theirs = body.subarray(21, 21 + length);
      const record = body.subarray(21 + length);
      const ikm = derive(
        own.computeSecret(theirs),
        auth,
        Buffer.concat([Buffer.from("WebPush: info\0"), ours, theirs]),
        32,
      );
      const key = derive(ikm, salt, "Content-Encoding: aes128gcm\0", 16);
      const nonce = derive(ikm, salt, "Content-Encoding: nonce\0", 12);
      const decipher = createDecipheriv("aes-128-gcm", key, nonce);
      decipher.setAuthTag(record.subarray(-16));
      const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
      const end = padded.lastIndexOf(2);
      return JSON.parse(padded.subarray(0, end).toString()) as Record<string, unknown>;
    },
  };
}

async function open(networks: readonly Network[] = HERE) {
  const service = await startReceiver(served);
  const browser = createBrowser();
  const clock = createVirtualClock();
  const vapid = createVapid(makeVapidKey());
  const checked = createOutbound({ resolve: async () => ["127.0.0.1"], isOwnListener: () => false, log });
  const channel = createPushChannel({
    address: {
      endpoint: `https://push.test:${service.port}/push/secret-path`,
      keys: browser.keys,
      origin: "https://home.example.org",
    },
    vapid,
    // The test's own authority in place of the system's.
    outbound: { fetchFrom: (request) => checked.fetchFrom({ ...request, caPem: ca }) },
    networks,
    clock,
  });
  return { service, browser, clock, vapid, channel };
}

conformsAsChannel("push", "browser push", async () => {
  const { service, browser, channel } = await open();
  return {
    channel,
    received() {
      return service.got.map(({ body, headers }) => {
        const { title, body: text } = browser.open(body) as { title: string; body: string };
        return { title, body: text, id: String(headers.topic) };
      });
    },
    become: (mood) => service.become(mood),
    secrets: ["secret-path"],
    close: () => service.close(),
  };
});

/** What a push service checks before it takes a message (RFC 8292). */
function claimsOf({ headers }: HttpReceiver["got"][number]): Record<string, unknown> {
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(\S+)$/.exec(String(headers.authorization)) ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" }, format: "jwk" });
  const valid = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  expect(valid).toBe(true);
  expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual({ typ: "JWT", alg: "ES256" });
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

describe("browser push", () => {
  test("says who sends, signed for this service, and how urgent it is", async () => {
    const { service, clock, channel, vapid } = await open();
    expect(await channel.send(message({ severity: "critical" }), never)).toEqual({ state: "delivered" });
    const [got] = service.got as [HttpReceiver["got"][number]];
    expect(claimsOf(got)).toEqual({
      aud: `https://push.test:${service.port}`,
      exp: clock.now() / 1000 + 12 * 3600,
      sub: "https://home.example.org",
    });
    expect(got.headers).toMatchObject({ urgency: "high", ttl: "86400", "content-encoding": "aes128gcm" });
    expect(String(got.headers.authorization)).toContain(`k=${vapid.publicKey}`);
    await service.close();
  });

  test.each([404, 410])("a service that answers %i: the browser is gone", async (status) => {
    const { service, channel } = await open();
    service.answer(status);
    expect(await channel.send(message(), never)).toMatchObject({ state: "failed", final: true, gone: true });
    await service.close();
  });

  test("the longest text fits into one record", async () => {
    const { service, browser, channel } = await open();
    await channel.send(message({ title: "😀".repeat(500), body: '"ü\n'.repeat(5000) }), never);
    const [got] = service.got as [HttpReceiver["got"][number]];
    expect(got.body.length).toBeLessThanOrEqual(4096);
    expect(String(browser.open(got.body).body)).toMatch(/^"ü\n"ü[\s\S]*…$/);
    await service.close();
  });

  test("goes to public addresses only", async () => {
    const { service, channel } = await open([]);
    expect(await channel.send(message(), never)).toMatchObject({ state: "failed", final: false });
    expect(service.got).toEqual([]);
    await service.close();
  });
});
