import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { ServedCertificate } from "../../wire/snapshot.ts";
import { createCoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage, makeTestFolder } from "../storage/test-storages.ts";
import { type Certificates, configuredNames, createCertificates, machineNames } from "./certificates.ts";
import type { CertificateFiles } from "./files.ts";
import { issueAuthority, issueServer, keyToPem, makeKey } from "./issue.ts";

const DAY = 86_400_000;
const log = createLogger("test", "silent");
const running: Certificates[] = [];
afterEach(() => Promise.all(running.splice(0).map((certificates) => certificates.stop())));

type Setup = { storage?: Storage; names?: string[]; files?: CertificateFiles; at?: number };

/** Certificates on virtual time that begins now, because handshakes look at the real clock. */
function setUp({ storage, names = [], files, at = Date.now() }: Setup) {
  const clock = createVirtualClock(at);
  const bus = createCoreBus(log);
  let changes = 0;
  bus.on("certificates-changed", () => changes++);
  const certificates = createCertificates({
    storage: storage as Storage,
    clock,
    bus,
    log,
    names: () => names,
    ...(files ? { files } : {}),
  });
  running.push(certificates);
  return { certificates, clock, bus, names, changes: () => changes };
}

const first = (certificates: Certificates) => certificates.served()[0] as ServedCertificate;

/** Shakes hands as a client that trusts only `authority` and expects `servername`; answers the reason for refusing. */
async function handshake(served: ServedCertificate, authority: string, host: string): Promise<string | undefined> {
  const server = createServer({ cert: served.certificate, key: served.privateKey }).listen(0, "127.0.0.1");
  server.on("tlsClientError", () => {});
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const address = /^[\d.:]+$/.test(host);
  const client: TLSSocket = connect({
    port,
    ca: authority,
    ...(address ? { host } : { host: "127.0.0.1", servername: host }),
  });
  try {
    await once(client, "secureConnect");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    client.destroy();
    server.close();
  }
}

eachStorage((_, open) => {
  test("a client that trusts the authority shakes hands by every name, and by no other", async () => {
    const { certificates } = setUp({
      storage: await open(),
      names: ["nas.local", "127.0.0.1", "::1", "home.example", "*.home.example"],
    });
    await certificates.start();
    const authority = certificates.authorityPem() as string;
    for (const host of ["localhost", "nas.local", "127.0.0.1", "home.example", "grafana.home.example"]) {
      expect(await handshake(first(certificates), authority, host), host).toBeUndefined();
    }
    expect(await handshake(first(certificates), authority, "bank.example")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");

    const other = setUp({ storage: await open() }).certificates;
    await other.start();
    const refused = await handshake(first(certificates), other.authorityPem() as string, "localhost");
    expect(refused).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(new X509Certificate(authority).subject).not.toBe(
      new X509Certificate(other.authorityPem() as string).subject,
    );
  });

  test("a restart serves the same; a new name is added within a minute and the pin stays", async () => {
    const storage = await open();
    const before = setUp({ storage });
    await before.certificates.start();
    const [certificate, pin] = [first(before.certificates).certificate, before.certificates.pin()];
    expect(pin).toMatch(/^sha256\/[A-Za-z0-9+/]{43}=$/);

    const after = setUp({ storage });
    await after.certificates.start();
    expect(first(after.certificates).certificate).toBe(certificate);

    after.names.push("Nas.Lan:8443", "[fd00::0:1]", "not a name");
    await after.clock.advance(60_000);
    await expect.poll(after.changes).toBe(1);
    expect(first(after.certificates).names).toEqual(["localhost", "nas.lan", "fd00::1"]);
    expect(after.certificates.pin()).toBe(pin);
    expect(after.certificates.authorityPem()).toBe(before.certificates.authorityPem());
    const authority = after.certificates.authorityPem() as string;
    expect(await handshake(first(after.certificates), authority, "nas.lan")).toBeUndefined();
  });

  test("a certificate is renewed in its last third, with the same key", async () => {
    const storage = await open();
    const start = Date.now();
    const young = setUp({ storage, at: start });
    await young.certificates.start();
    const pin = young.certificates.pin();

    const middle = setUp({ storage, at: start + 263 * DAY });
    await middle.certificates.start();
    expect(first(middle.certificates).certificate).toBe(first(young.certificates).certificate);

    const old = setUp({ storage, at: start + 266 * DAY });
    await old.certificates.start();
    const end = new X509Certificate(first(old.certificates).certificate).validToDate.getTime();
    expect(Math.round((end - start) / DAY)).toBe(266 + 397);
    expect(old.certificates.pin()).toBe(pin);

    // Nine years on the authority would end before the next certificate: those who trust its key are not cut off.
    const late = setUp({ storage, at: start + 3300 * DAY });
    await late.certificates.start();
    const [former, renewed] = [old, late].map(
      ({ certificates }) => new X509Certificate(certificates.authorityPem() as string),
    ) as [X509Certificate, X509Certificate];
    expect(renewed.subject).toBe(former.subject);
    expect(renewed.publicKey.equals(former.publicKey)).toBe(true);
    expect(renewed.validToDate.getTime()).toBeGreaterThan(start + 6900 * DAY);
  });

  test("a damaged key or a foreign certificate refuses the start and stays as it is", async () => {
    const storage = await open();
    await setUp({ storage }).certificates.start();
    const row = await storage.db
      .selectFrom("secrets")
      .selectAll()
      .where("name", "=", "certificates.local")
      .executeTakeFirstOrThrow();
    const keep = (sealed: Uint8Array) =>
      storage.write((tx) => tx.updateTable("secrets").set({ sealed }).where("name", "=", row.name).execute());

    const flipped = Uint8Array.from(row.sealed, (byte, at) => (at === 40 ? byte ^ 1 : byte));
    await keep(flipped);
    await expect(setUp({ storage }).certificates.start()).rejects.toThrow(/cannot be decrypted.*Restore/s);

    const material = JSON.parse(storage.unseal(row.sealed));
    for (const part of ["authorityKey", "serverKey"]) {
      await keep(storage.seal(JSON.stringify({ ...material, [part]: keyToPem(makeKey()) })));
      await expect(setUp({ storage }).certificates.start(), part).rejects.toThrow(/key is another one.*Restore/s);
    }
    await keep(storage.seal(JSON.stringify({ ...material, server: "-----BEGIN CERTIFICATE-----\nAAAA" })));
    const refused = setUp({ storage }).certificates;
    await expect(refused.start()).rejects.toThrow(/cannot be read/);
    expect(refused.served()).toEqual([]);
  });
});

/** A pair of files with a certificate for nas.example that ends in `days`. */
async function makeFiles(folder: string, days = 90) {
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  const [authorityKey, serverKey] = [makeKey(), makeKey()];
  const validity = { notBefore: Date.now() - 100 * DAY, notAfter: Date.now() + days * DAY };
  const authority = await issueAuthority("Somebody", authorityKey, validity);
  const server = await issueServer({ authority, authorityKey, serverKey, names: ["nas.example"], validity });
  const write = (cert = server, key = keyToPem(serverKey)) => {
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
  };
  write();
  return { files, authority, server, key: keyToPem(serverKey), write };
}

test("files are served as they are, and read again when they change", async () => {
  const { folder, remove } = makeTestFolder();
  const { files, authority, server } = await makeFiles(folder);
  const { certificates, clock, changes } = setUp({ files });
  await certificates.start();
  expect(first(certificates).names).toEqual(["nas.example"]);
  expect(certificates.authorityPem()).toBeUndefined();
  expect(await handshake(first(certificates), authority, "nas.example")).toBeUndefined();

  writeFileSync(files.key, "-----BEGIN PRIVATE KEY-----\nhalf");
  await clock.advance(60_000);
  await certificates.stop();
  expect(first(certificates).certificate).toBe(server);
  expect(changes()).toBe(0);

  const next = setUp({ files: (await makeFiles(folder)).files });
  await next.certificates.start();
  const { server: renewed } = await makeFiles(folder);
  await next.clock.advance(60_000);
  await expect.poll(next.changes).toBe(1);
  expect(first(next.certificates).certificate).toBe(renewed);
  remove();
});

test("unusable files refuse the start and say which; an expired certificate is served", async () => {
  const { folder, remove } = makeTestFolder();
  const { files, server, key, write } = await makeFiles(folder);
  const start = () => setUp({ files }).certificates.start();

  write("nothing here");
  await expect(start()).rejects.toThrow(/server\.tls_cert.*tls\.crt holds no certificate/);
  write(server.replace(/[A-Za-z]{20}/, "A"));
  await expect(start()).rejects.toThrow(/tls\.crt holds a damaged certificate/);
  write(server, "nothing here");
  await expect(start()).rejects.toThrow(/server\.tls_key.*tls\.key holds no usable private key/);
  write(server, keyToPem(makeKey()));
  await expect(start()).rejects.toThrow(/does not belong/);
  rmSync(files.key);
  await expect(start()).rejects.toThrow(/tls\.key cannot be read \(ENOENT\)/);
  write(server, key);
  await start();

  await makeFiles(folder, -1);
  const { certificates } = setUp({ files });
  await certificates.start();
  expect(certificates.served()).toHaveLength(1);
  remove();
});

test("the names of machine and configuration are those that clients use", () => {
  expect(machineNames()).toEqual(expect.arrayContaining(["localhost", "127.0.0.1", "::1"]));
  expect(
    configuredNames({ baseUrl: "https://[fd00::1]:8443", baseDomain: "home.example", allowedHosts: ["nas.lan"] }),
  ).toEqual(["fd00::1", "home.example", "*.home.example", "nas.lan"]);
  expect(configuredNames({ baseUrl: "", baseDomain: "", allowedHosts: [] })).toEqual([]);
});
