import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requires } from "../lab.ts";
import { get, untilLive } from "./gateway.ts";

const deploy = join(import.meta.dirname, "../../deploy");
const run = promisify(execFile);
const docker = async (...args: string[]) => (await run("docker", args)).stdout.trim();

const names = { base: "nekzus-test-base:1", image: "nekzus-test:1", container: `nekzus-test-${process.pid}` };

describe.runIf(requires("docker"))("the container image", () => {
  beforeAll(async () => {
    await run("sh", [join(deploy, "lab-base.sh"), names.base]);
    await run("sh", [join(deploy, "build-image.sh"), names.base, names.image]);
    // As deploy/compose.yaml runs it.
    const hardening = [
      "--read-only",
      "--tmpfs",
      "/tmp",
      "--cap-drop",
      "ALL",
      "--security-opt",
      "no-new-privileges:true",
    ];
    await docker("run", "-d", "--name", names.container, "-p", "127.0.0.1:0:8443", ...hardening, names.image);
  }, 180_000);

  afterAll(async () => {
    await docker("rm", "-fv", names.container).catch(() => {});
    await docker("image", "rm", names.image, names.base).catch(() => {});
  });

  test("answers over HTTPS, and brings its dashboard", async () => {
    const address = await docker("port", names.container, "8443/tcp");
    const log = await untilLive(
      `https://${address}`,
      () => false,
      () => "see the container's log",
    ).catch(async (error: Error) => `${error.message}\n${await docker("logs", names.container)}`);
    expect(log).toBeUndefined();
    expect((await get(`https://${address}/ui/`))?.body).toContain('<script type="module"');
  }, 60_000);

  test("passes its own health check", async () => {
    await docker("exec", names.container, "node", "/app/health.js");
  });

  test("runs as an ordinary user and keeps its data in /data", async () => {
    const code = "console.log(process.getuid(), fs.readFileSync('/proc/1/status', 'utf8').match(/Uid:\\t(\\d+)/)[1])";
    expect(await docker("exec", names.container, "node", "-e", code)).toBe("10001 10001");
    const list = "console.log(fs.readdirSync('/data').includes('nekzus.db'))";
    expect(await docker("exec", names.container, "node", "-e", list)).toBe("true");
  });

  test("trusts nobody for being inside the container", async () => {
    const code = `process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      console.log((await fetch("https://127.0.0.1:8443/api/v1/admin/info")).status);`;
    const status = await docker("exec", names.container, "node", "--no-warnings", "--input-type=module", "-e", code);
    expect(status).toBe("401");
  });

  test("the compose file is valid", async () => {
    const config = await docker("compose", "-f", join(deploy, "compose.yaml"), "config");
    expect(config).toContain("read_only: true");
  });
});
