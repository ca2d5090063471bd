import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIG_KEYS, type ConfigKey } from "@nekzus/contract/config";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { valueText } from "./describe.ts";
import { ConfigError } from "./faults.ts";
import { type LoadOptions, loadConfig } from "./load.ts";

const RANDOM_SECRET = "kV3n8Qz1xP7mWb5tYc9dRj2hLf6gSa4u";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nekzus-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string, name = "nekzus.yaml", mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function load(options: Partial<LoadOptions> = {}) {
  return loadConfig({ env: {}, dataFolder: folder, ...options });
}

/** The errors as `line: key: message`. */
function errors(options: Partial<LoadOptions> = {}): string[] {
  try {
    load(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.errors.map((fault) => `${fault.line ?? fault.env ?? "-"}: ${fault.key}: ${fault.message}`);
  }
  return [];
}

test("without a file the defaults hold, and all paths lie in the data folder", () => {
  const { config, file, sources } = load();
  expect(file).toBeUndefined();
  expect(config.server).toMatchObject({ addr: ":8443", apps_addr: ":8444", share_origin: false });
  expect(config.storage.database_path).toBe(join(folder, "nekzus.db"));
  expect(config.health_checks.interval).toBe(10_000);
  expect(config.discovery.docker.enabled).toBeUndefined();
  expect(sources.get("server.addr")).toEqual({ from: "default" });
});

test("a file named with --config must exist", () => {
  expect(errors({ file: join(folder, "missing.yaml") })).toEqual([expect.stringContaining("there is no such file")]);
});

test("all errors come at once, in the order of the file, each with line, key and what is allowed", () => {
  write(`server:
  addr: "8443"
  tls_cert: /etc/cert.pem
sevrer: {}
discovery:
  docker:
    network_mode: preferred
    poll_interval: fast
routes:
  - id: grafana
    to: grafana:3000
    strip_prefx: true
`);
  expect(errors({ env: { NEKZUS_EDGE_WORKERS: "65" } })).toEqual([
    expect.stringMatching(/^2: server\.addr: must be an address to listen on such as :8443.*not "8443"$/),
    expect.stringMatching(/^3: server\.tls_cert: needs server\.tls_key/),
    '4: sevrer: unknown key; the nearest known one is "server"',
    expect.stringMatching(/^7: discovery\.docker\.network_mode: preferred needs discovery\.docker\.networks/),
    expect.stringMatching(/^8: discovery\.docker\.poll_interval: must be a duration such as .*not "fast"$/),
    "10: routes[0]: app_id is missing",
    expect.stringMatching(/^11: routes\[0\]\.to: must be an http or https address/),
    '12: routes[0].strip_prefx: unknown key; the nearest known one is "strip_prefix"',
    expect.stringMatching(/^NEKZUS_EDGE_WORKERS: edge\.workers: must be a whole number from 1 to 64, not "65"$/),
  ]);
});

test("a key in the wrong section is told its place", () => {
  write("network_mode: all\nserver:\n  baseUrl: http://x\n");
  expect(errors()).toEqual([
    expect.stringContaining('"discovery.docker.network_mode"'),
    expect.stringContaining('"server.base_url"'),
  ]);
});

test("a key written twice is an error that names both lines", () => {
  write("server:\n  addr: :1\n  addr: :2\n");
  expect(errors()).toEqual(["3: server.addr: this key is already in line 2: keep one of them"]);
});

test("options go before the environment, the environment before the file", () => {
  write("server:\n  addr: :1001\nmetrics:\n  enabled: true\nlog:\n  level: warn\n");
  const { config, sources, file } = load({
    env: { NEKZUS_ADDR: ":1002", NEKZUS_METRICS_ENABLED: "no" },
    overrides: { "server.addr": ":1003" },
  });
  expect(config.server.addr).toBe(":1003");
  expect(config.server.apps_addr).toBe(":1004");
  expect(config.metrics.enabled).toBe(false);
  expect(sources.get("server.addr")).toEqual({ from: "option" });
  expect(sources.get("metrics.enabled")).toEqual({ from: "environment", name: "NEKZUS_METRICS_ENABLED" });
  expect(sources.get("log.level")).toEqual({ from: "file", file, line: 6, column: 3 });
});

test("a wrong value in the file is an error even when the environment goes before it", () => {
  write("server:\n  addr: nonsense\n");
  expect(errors({ env: { NEKZUS_ADDR: ":1" } })).toHaveLength(1);
});

test("JSON with tabs and camelCase routes is read like YAML", () => {
  write(
    '{\n\t"routes": [{"routeId": "r", "appId": "g", "to": "http://10.0.0.1", "rewriteHTML": true}]\n}',
    "nekzus.json",
  );
  write("routes:\n  - {id: r, app_id: g, to: http://10.0.0.1, rewrite_html: true}\n", "other.yaml");
  expect(load().config.routes).toEqual(load({ file: join(folder, "other.yaml") }).config.routes);
  expect(load().config.routes[0]).toMatchObject({ routeId: "r", appId: "g", rewriteHTML: true, preserveHost: true });
});

test("options of several parts are read in either spelling, and wrong parts are named", () => {
  const route = "routes:\n  - {id: r, app_id: g, to: http://10.0.0.1, ";
  write(
    `${route}rate_limit: {per_minute: 60}, cache: {enabled: true, max_bytes: 2000}, set_request_headers: {X-Key: k3y}}\n`,
  );
  expect(load().config.routes[0]).toMatchObject({
    rateLimit: { perMinute: 60, burst: 0 },
    cache: { enabled: true, ttl: "", maxBytes: 2000 },
    setRequestHeaders: { "X-Key": "k3y" },
  });
  const routes = CONFIG_KEYS.find(({ path }) => path === "routes");
  expect(valueText(routes as ConfigKey, load().config.routes)).toMatch(/^(?!.*k3y).*X-Key/);
  write(`${route}rateLimit: {perMinute: 60, per_minute: 61, minute: 1}}\n`);
  expect(errors()).toEqual([
    "2: routes[0].rateLimit.per_minute: is the same setting as perMinute: keep one",
    '2: routes[0].rateLimit.minute: unknown key; the nearest known one is "per_minute"',
  ]);
  write(`${route}cache: {max_bytes: 5}, set_response_headers: {"a b": x, X-A: "é"}}\n`);
  expect(errors()).toEqual([
    expect.stringMatching(/^2: routes\[0\]\.cache\.max_bytes: /),
    "2: routes[0].set_response_headers.a b: has a name that is not a header name",
    expect.stringMatching(/^2: routes\[0\]\.set_response_headers\.X-A: must be printable ASCII/),
  ]);
});

test("anchors and merges serve repeated parts; an alias bomb is refused", () => {
  write(`routes:
  - &first {id: a, app_id: a, to: http://10.0.0.1, websockets: true}
  - {<<: *first, id: b, app_id: b}
`);
  expect(load().config.routes.map((route) => [route.routeId, route.websocket])).toEqual([
    ["a", true],
    ["b", true],
  ]);
  const levels = Array.from({ length: 12 }, (_, at) => `  x${at}: &x${at} [${`*x${at - 1},`.repeat(at ? 10 : 0)}1]`);
  write(`health_checks:\n per_service:\n${levels.join("\n")}\n`);
  expect(errors()).toContainEqual(expect.stringContaining("stand for more than"));
});

test("references are filled in, and a missing one is named", () => {
  write(`server:
  base_url: https://\${NAME}.example.org
auth:
  issuer: $\${kept}
edge:
  workers: \${MANY}
`);
  const { config } = load({ env: { NAME: "home", MANY: "3" } });
  expect(config.server.base_url).toBe("https://home.example.org");
  expect(config.auth.issuer).toBe(`\${kept}`);
  expect(config.edge.workers).toBe(3);
  expect(errors({ env: { MANY: "3" } })).toEqual([expect.stringMatching(/^2: .*environment variable NAME is not set/)]);
});

test("a secret can stand in a file, named by key or by variable, unless everybody may read it", () => {
  const secretFile = write(`${RANDOM_SECRET}\n`, "token");
  write("auth:\n  hs256_secret_file: token\n");
  expect(load().config.auth.hs256_secret).toBe(RANDOM_SECRET);
  expect(load().watched).toContain(secretFile);
  rmSync(join(folder, "nekzus.yaml"));
  expect(load({ env: { NEKZUS_JWT_SECRET_FILE: secretFile } }).config.auth.hs256_secret).toBe(RANDOM_SECRET);
  chmodSync(secretFile, 0o644);
  expect(errors({ env: { NEKZUS_JWT_SECRET_FILE: secretFile } })).toEqual([expect.stringContaining("chmod o-rwx")]);
  expect(errors({ env: { NEKZUS_JWT_SECRET_FILE: secretFile, NEKZUS_JWT_SECRET: "x" } })).toEqual([
    expect.stringContaining("both set"),
  ]);
});

test("secrets that are short or known are refused, random ones never, and none is repeated in a message", () => {
  const weak = [
    "hunter2-short",
    "change-me-change-me-change-me-change-me",
    "my-super-secret-key-for-the-gateway-1234",
    "secretsecretsecretsecretsecretsecret",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ];
  for (const secret of weak) {
    write(`auth:\n  hs256_secret: "${secret}"\n`);
    expect(errors(), secret).toHaveLength(1);
    expect(errors().join()).not.toContain(secret);
  }
  const random = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
  rmSync(join(folder, "nekzus.yaml"));
  fc.assert(
    fc.property(
      random.filter((bytes) => new Set(bytes).size > 20),
      (bytes) => {
        const env = { NEKZUS_JWT_SECRET: bytes.toString("base64url") };
        return load({ env }).config.auth.hs256_secret === env.NEKZUS_JWT_SECRET;
      },
    ),
    { numRuns: 30 },
  );
});

test("text that breaks the syntax is not quoted in the message, for it may be a secret", () => {
  for (const line of ["*hunter2", "!hunter2 x", '"a" hunter2', "[hunter2", "@hunter2", `\${hunter2`]) {
    write(`auth:\n  hs256_secret: ${line}\n`);
    expect(errors(), line).not.toEqual([]);
    expect(errors().join(), line).not.toContain("hunter2");
  }
});

test("keys of later versions are checked and draw a warning", () => {
  write("toolbox:\n  enabled: true\n");
  expect(load({ env: { NEKZUS_ADR: ":1" } }).warnings).toEqual([
    expect.objectContaining({ key: "toolbox.enabled", line: 2, message: "takes no effect in this version" }),
    expect.objectContaining({ env: "NEKZUS_ADR", message: expect.stringContaining("NEKZUS_ADDR") }),
  ]);
  write("toolbox:\n  enabled: 3\n");
  expect(errors()).toHaveLength(1);
});

test("API and apps need addresses of their own, unless sharing is chosen", () => {
  expect(errors({ overrides: { "server.apps_addr": "127.0.0.1:8443" } })).toHaveLength(1);
  expect(errors({ overrides: { "server.addr": ":65535" } })).toHaveLength(1);
  expect(errors({ overrides: { "server.addr": "127.0.0.1:1", "server.apps_addr": "[::1]:1" } })).toEqual([]);
  const shared = load({ overrides: { "server.share_origin": true, "server.addr": ":65535" } });
  expect(shared.warnings.map((warning) => warning.key)).toEqual(["server.share_origin"]);
});

test("paths are seen from where they were written", () => {
  mkdirSync(join(folder, "etc"));
  const file = write(
    "storage:\n  data_folder: ../state\nserver:\n  tls_cert: c.pem\n  tls_key: /k.pem\n",
    "etc/n.yaml",
  );
  const { config } = loadConfig({ env: { HOME: folder }, file });
  expect(config.server).toMatchObject({ tls_cert: join(folder, "etc/c.pem"), tls_key: "/k.pem" });
  expect(config.storage.data_folder).toBe(join(folder, "state"));
  expect(config.storage.database_path).toBe(join(folder, "state/nekzus.db"));
});

test("settings for one app may have any app's name, even one that objects inherit", () => {
  write("health_checks:\n  per_service:\n    __proto__: {path: /x}\n    grafana: {timeout: 2s}\n");
  const services = load().config.health_checks.per_service;
  expect(Object.keys(services)).toEqual(["__proto__", "grafana"]);
  expect(services.grafana).toEqual({ timeout: 2000 });
  expect(services.constructor).toBeUndefined();
});

test("whatever the file holds, the loader gives a configuration or a ConfigError", () => {
  const names = [
    "server",
    "addr",
    "routes",
    "apps",
    "id",
    "auth",
    "hs256_secret",
    "health_checks",
    "per_service",
    "<<",
  ];
  const scalar = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(`\${A}`));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie("tree"), { maxLength: 4 }), tie("map")),
    map: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("tree"), { maxKeys: 5 }),
  }));
  const noise = fc.array(
    fc.constantFrom(
      "server",
      "routes",
      ": ",
      "\n",
      "  ",
      "- ",
      "[",
      "{",
      "}",
      "&a",
      "*a",
      "!",
      '"',
      "<<",
      "|",
      "#",
      "?",
      "\t",
    ),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    noise.map((parts) => parts.join("")),
    tree.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (content) => {
      write(content);
      errors();
    }),
    { numRuns: 150 },
  );
  for (const deep of ["[".repeat(20_000), "{a: ".repeat(2000), "- ".repeat(2000)]) {
    write(deep);
    expect(errors()).not.toEqual([]);
  }
});
