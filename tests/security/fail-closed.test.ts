// What is damaged stops the start with the reason; the gateway never goes on with something weaker (CWE-636, CWE-755).
import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, test, vi } from "vitest";
import { type Ended, runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";

vi.setConfig({ testTimeout: 60_000 });

let whole: string;

beforeAll(async () => {
  const gateway = await startGateway();
  whole = gateway.dataFolder;
  expect(await gateway.stop()).toBe(0);
});

/** Starts a gateway on a copy of the data in which `damage` was done. */
function startOn(damage: (folder: string) => void, env: Record<string, string> = {}): Promise<Ended> {
  const folder = makeFolder("nekzus-damaged-");
  cpSync(whole, folder, { recursive: true });
  damage(folder);
  return runCommand(["start", "--data", folder, "--addr", "127.0.0.1:0"], { env });
}

function expectRefusal({ code, stdout, stderr }: Ended, reason: RegExp): void {
  expect(stderr).toMatch(reason);
  expect(stderr).toMatch(/The gateway cannot start:/);
  expect([code, stdout]).toEqual([1, ""]);
}

test("a key file that is cut, and one of another database", async () => {
  expectRefusal(
    await startOn((folder) => truncateSync(join(folder, "secret.key"), 16)),
    /secret\.key is damaged: it has 16 bytes/,
  );
  const foreign = await startOn((folder) => writeFileSync(join(folder, "secret.key"), Buffer.alloc(32, 7)));
  expectRefusal(foreign, /secret\.key does not fit the database/);
});

test("a damaged database, and one of a newer Nekzus", async () => {
  const damaged = await startOn((folder) => {
    const path = join(folder, "nekzus.db");
    writeFileSync(path, Buffer.concat([Buffer.from("no database"), readFileSync(path).subarray(11)]));
  });
  expectRefusal(damaged, /nekzus\.db cannot be opened: .*restore a backup/);
  const newer = await startOn((folder) => {
    const database = new DatabaseSync(join(folder, "nekzus.db"));
    database.exec("insert into schema_version (number, name, applied_at) values (9999, 'from the future', 0)");
    database.close();
  });
  expectRefusal(newer, /nekzus\.db has version 9999.*newer Nekzus/);
});

test("certificate files that are damaged or do not belong together", async () => {
  const folder = makeFolder("nekzus-tls-");
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  writeFileSync(cert, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  writeFileSync(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  expectRefusal(
    await startOn(() => {}, { NEKZUS_TLS_CERT: cert, NEKZUS_TLS_KEY: key }),
    /server\.tls_cert: .*damaged certificate/,
  );
});
