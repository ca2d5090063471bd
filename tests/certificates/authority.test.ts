// What the wizard and About show of addresses and certificate, and that the downloaded authority is really the one that
// devices need (40 S1, S11).
import { X509Certificate } from "node:crypto";
import { get } from "node:https";
import { hostname } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { addresses as contract } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

type Report = z.output<typeof contract.Addresses>;

const PATH = "/api/v1/certificates/authority";
let gateway: Gateway;
let authorization: string;
beforeAll(async () => {
  // Only who listens for others has names for them.
  const everywhere = { addr: "0.0.0.0:0", apps_addr: "0.0.0.0:0" };
  gateway = await startGateway({ config: { server: { ...everywhere, allowed_hosts: ["films.home.example"] } } });
  authorization = `Bearer ${await gateway.signIn()}`;
});

/** Downloads as a phone does that trusts nothing yet. */
function download(path: string): Promise<{ bytes: Buffer; type: string | undefined; disposition: string | undefined }> {
  return new Promise((done, fail) => {
    const options = {
      host: "127.0.0.1",
      port: gateway.apiPort,
      path,
      rejectUnauthorized: false,
      agent: false as const,
    };
    get(options, async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const { "content-type": type, "content-disposition": disposition } = incoming.headers;
      done({ bytes: Buffer.concat(chunks), type, disposition });
    }).on("error", fail);
  });
}

/** Shakes hands as a device that trusts `authority` and nothing else; answers why it refuses, if it does. */
function refusal(port: number, servername: string, authority: string): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect({ host: "127.0.0.1", port, servername, ca: authority }, () => {
      done(undefined);
      socket.destroy();
    });
    socket.on("error", (error) => done((error as NodeJS.ErrnoException).code ?? error.message));
  });
}

async function report(host = `127.0.0.1:${gateway.apiPort}`): Promise<Report> {
  const answer = await gateway.api("GET", "/api/v1/admin/addresses", { headers: { host, authorization } });
  expect(answer.status).toBe(200);
  return answer.json as Report;
}

test("a device that trusts the downloaded authority trusts what both listeners serve", async () => {
  const pem = await download(PATH);
  const [id] = /[0-9a-f]{8}/.exec(pem.disposition ?? "") ?? [];
  expect(pem).toMatchObject({
    type: "application/x-x509-ca-cert",
    disposition: `attachment; filename="nekzus-authority-${id}.crt"`,
  });
  expect(pem.bytes.toString()).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n$/);
  const der = await download(`${PATH}?format=der`);
  expect(der.disposition).toContain(`nekzus-authority-${id}.cer`);
  expect(der.bytes.equals(new X509Certificate(pem.bytes).raw)).toBe(true);

  for (const port of [gateway.apiPort, gateway.appsPort]) {
    for (const name of ["localhost", "films.home.example"]) {
      expect([name, await refusal(port, name, pem.bytes.toString())]).toEqual([name, undefined]);
    }
    expect(await refusal(port, "bank.example", pem.bytes.toString())).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  }
  expect((await gateway.api("GET", `${PATH}?format=key`)).status).toBe(400);
});

test("the report names what others can type, and the certificates as devices show them", async () => {
  const found = await report("films.home.example");
  const port = gateway.apiPort;
  expect(found).toMatchObject({
    apiUrl: `https://films.home.example:${port}`,
    appsUrl: `https://films.home.example:${gateway.appsPort}`,
    sharedOrigin: false,
    plainHttp: false,
    warnings: [],
  });
  expect(found.names[0]).toEqual({
    name: "films.home.example",
    kind: "configured",
    covered: true,
    url: `https://films.home.example:${port}`,
  });
  const names = found.names.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /^localhost|^127\.|^::1$|[*]/.test(name))).toEqual([]);
  const own = hostname().split(".", 1)[0]?.toLowerCase() as string;
  expect(found.names.filter(({ kind }) => kind === "mdns").map(({ name }) => name)).toEqual([`${own}.local`]);

  const authority = new X509Certificate((await download(PATH)).bytes);
  expect(found.authority?.fingerprint256).toBe(authority.fingerprint256);
  expect(found.authority?.subject).toMatch(/^CN=Nekzus local authority [0-9a-f]{8}, O=Nekzus$/);
  const served = await new Promise<X509Certificate | undefined>((done) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      done(socket.getPeerX509Certificate());
      socket.destroy();
    });
  });
  expect(served?.verify(authority.publicKey)).toBe(true);
  expect(found.certificate).toMatchObject({
    kind: "local-authority",
    issuer: found.authority?.subject,
    fingerprint256: served?.fingerprint256,
    notAfter: served?.validToDate.toISOString(),
    daysLeft: 396,
  });
});

test("an address that the certificate does not carry is pointed out, with what to do", async () => {
  const { names, warnings } = await report("192.0.2.7");
  expect(names[0]).toMatchObject({ name: "192.0.2.7", kind: "address", covered: false });
  expect(warnings).toEqual([expect.stringMatching(/192\.0\.2\.7.*server\.allowed_hosts/)]);
});

test("no answer holds a private key", async () => {
  const texts = [JSON.stringify(await report()), (await download(PATH)).bytes.toString()];
  expect(texts.join()).not.toContain("PRIVATE");
});

test("the command prints the same, beside the running gateway and without it", async () => {
  const pem = (await download(PATH)).bytes.toString();
  const { fingerprint256 } = (await report()).authority as { fingerprint256: string };
  const command = () => runCommand(["authority", "--data", gateway.dataFolder]);
  const running = await command();
  expect(running).toMatchObject({ code: 0, stdout: pem });
  expect(running.stderr).toContain(`SHA-256 fingerprint: ${fingerprint256}`);

  await gateway.stop();
  expect(await command()).toEqual(running);
  const never = await runCommand(["authority", "--data", join(makeFolder("nekzus-new-"), "data")]);
  expect(never).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("never started") });
});
