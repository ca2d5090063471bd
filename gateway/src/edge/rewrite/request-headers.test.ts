import fc from "fast-check";
import { expect, test } from "vitest";
import { signToken } from "../../wire/token.ts";
import { readHead } from "../decide/head.ts";
import { appRequestHeaders, appTrailers, coreRequestHeaders, type Forwarding } from "./request-headers.ts";

const FORWARDING: Forwarding = {
  client: "198.51.100.1",
  peer: "10.0.0.1",
  peerTrusted: false,
  proto: "https",
  port: "8443",
  prefix: "/apps/a",
  host: "app.lan:3000",
  origin: undefined,
  hops: "nkz_1",
  identity: undefined,
  edits: undefined,
  upgrade: false,
  body: undefined,
};

const OUR_TOKEN = signToken(
  { iss: "i", aud: "a", sub: "user:1", typ: "access", jti: "t", iid: "i", gen: 1, scopes: [], iat: 0, exp: 1 },
  Buffer.alloc(32).toString("base64url"),
);
const OUR_KEY = `nekzus_${"0".repeat(64)}`;

/** What an app receives, with names in lower case and values by name. */
function forwarded(
  client: readonly (readonly [string, string])[],
  changes: Partial<Forwarding> = {},
): Map<string, string[]> {
  const raw = ["Host", "nekzus.local:8443", ...client.flat()];
  return byName(appRequestHeaders(raw, readHead(raw), { ...FORWARDING, ...changes }));
}

function byName(flat: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), flat[i + 1] as string]);
  }
  return headers;
}

const IDENTITY = [
  "X-Nekzus-User",
  "X-Nekzus-Anything",
  "Remote-User",
  "Remote-Groups",
  "X-Remote-User",
  "X-Forwarded-User",
  "X-Forwarded-Groups",
  "X-Forwarded-Access-Token",
  "X-WebAuth-User",
  "X-Auth-Request-Email",
  "X-Authentik-Username",
  "Tailscale-User-Login",
  "Cf-Access-Authenticated-User-Email",
  "X-MS-Client-Principal-Name",
  "X-SSL-Client-S-DN",
];

test("identity headers are removed in every spelling", () => {
  for (const header of IDENTITY) {
    const spellings = [
      header,
      header.toUpperCase(),
      header.toLowerCase(),
      header.replaceAll("-", "_"),
      header.replaceAll("-", "."),
      header.replace("-", "_"),
    ];
    for (const name of spellings) {
      expect([...forwarded([[name, "admin"]]).values()].flat(), name).not.toContain("admin");
    }
  }
});

test("who is signed in is told only by us, and only when the route asks for it", () => {
  const identity = { kind: "user", id: "user:1", name: "anna", scopes: ["access:a", "read:catalog"] } as const;
  const headers = forwarded(
    [
      ["X-Nekzus-User", "root"],
      ["x_nekzus_scopes", "access:admin"],
    ],
    { identity },
  );
  expect(headers.get("x-nekzus-user")).toEqual(["anna"]);
  expect(headers.get("x-nekzus-scopes")).toEqual(["access:a read:catalog"]);
  expect(forwarded([["X-Nekzus-User", "root"]]).has("x-nekzus-user")).toBe(false);
});

test("a name cannot begin another header, in whatever letters it is written", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCharCode(code)) }),
      (name) => {
        const identity = {
          kind: "device",
          id: "device:1",
          name: `J\u00f6rg\u010aX-Evil:1\r\n${name}`,
          scopes: [],
        } as const;
        const [value] = forwarded([], { identity }).get("x-nekzus-user") as [string];
        const bytes = Buffer.from(value, "latin1");
        expect(bytes.some((byte) => byte < 0x20 || byte === 0x7f)).toBe(false);
        expect(bytes.toString("utf8").startsWith("J\u00f6rg\u010aX-Evil:1  ")).toBe(true);
      },
    ),
  );
});

test("forwarding headers are ours, whatever the client says, and Connection cannot remove them", () => {
  const forged = [
    ["X-Forwarded-For", "127.0.0.1"],
    ["x_forwarded_for", "127.0.0.1"],
    ["X-Real-IP", "127.0.0.1"],
    ["X-Client-IP", "127.0.0.1"],
    ["True-Client-IP", "127.0.0.1"],
    ["CF-Connecting-IP", "127.0.0.1"],
    ["Forwarded", "for=127.0.0.1"],
    ["X-Forwarded-Host", "127.0.0.1"],
    ["X-Forwarded-Proto", "127.0.0.1"],
    ["X-Original-URL", "127.0.0.1"],
    ["X-Nekzus-Hop", "127.0.0.1"],
    ["Connection", "close, X-Forwarded-For, X-Real-IP, Host, X-Nekzus-Hop, X-Forwarded-Proto, Content-Length"],
  ] as const;
  const headers = forwarded(forged, { body: "5" });
  expect([...headers.values()].flat()).not.toContain("127.0.0.1");
  expect(Object.fromEntries(headers)).toEqual({
    host: ["app.lan:3000"],
    "x-forwarded-for": ["10.0.0.1"],
    "x-real-ip": ["198.51.100.1"],
    "x-forwarded-host": ["nekzus.local:8443"],
    "x-forwarded-proto": ["https"],
    "x-forwarded-port": ["8443"],
    "x-forwarded-prefix": ["/apps/a"],
    "x-nekzus-hop": ["nkz_1"],
    connection: ["keep-alive"],
    "content-length": ["5"],
  });
});

test("a trusted proxy's chain is continued", () => {
  const headers = forwarded([["X-Forwarded-For", "1.1.1.1, 198.51.100.1"]], { peerTrusted: true });
  expect(headers.get("x-forwarded-for")).toEqual(["1.1.1.1, 198.51.100.1, 10.0.0.1"]);
});

test("hop-by-hop headers, and those that Connection names, go no further", () => {
  const headers = forwarded([
    ["Connection", "X-Once, keep-alive"],
    ["X-Once", "1"],
    ["x_once", "2"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Connection", "close"],
    ["Proxy-Authorization", "Basic x"],
    ["TE", "trailers, gzip"],
    ["Trailer", "X-Sum"],
    ["Upgrade", "h2c"],
    ["HTTP2-Settings", "x"],
    ["Transfer_Encoding", "chunked"],
    ["Accept", "*/*"],
  ]);
  for (const name of [
    "x-once",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "trailer",
    "upgrade",
    "http2-settings",
  ])
    expect(headers.has(name), name).toBe(false);
  expect(headers.get("te")).toEqual(["trailers"]);
  expect(headers.get("accept")).toEqual(["*/*"]);
  expect(headers.has("transfer_encoding")).toBe(false);
});

test("credentials of ours stay here, also in another spelling; those of the app go on", () => {
  const values = (...client: [string, string][]) => [...forwarded(client).values()].flat().join("\n");
  for (const ours of [
    ["Authorization", `Bearer ${OUR_TOKEN}`],
    ["authorization", `bearer  ${OUR_TOKEN}`],
    ["Authorization", `Bearer ${OUR_KEY}`],
    ["X-API-Key", OUR_KEY],
    ["x_api_key", OUR_KEY],
    ["Cookie", `__Host-nekzus-session=${OUR_TOKEN}`],
    ["Cookie", `a=1; nekzus-apps=${OUR_TOKEN}; b=2`],
    ["cookie", ` __Host-nekzus-apps = ${OUR_TOKEN}`],
  ] as [string, string][]) {
    expect(values(ours)).not.toContain(OUR_TOKEN);
    expect(values(ours)).not.toContain(OUR_KEY);
  }
  const app = forwarded([
    ["Authorization", "Bearer app-token"],
    ["X-API-Key", "app-key"],
    ["Cookie", "a=1; nekzus-apps=x; nekzus-appsize=2; b"],
  ]);
  expect(app.get("authorization")).toEqual(["Bearer app-token"]);
  expect(app.get("x-api-key")).toEqual(["app-key"]);
  expect(app.get("cookie")?.[0]?.split(/; */)).toEqual(["a=1", "nekzus-appsize=2", "b"]);
  expect(forwarded([["Authorization", "Basic YTpi"]]).get("authorization")).toEqual(["Basic YTpi"]);
});

test("a request has one frame", () => {
  expect(
    forwarded(
      [
        ["Content-Length", "9"],
        ["content_length", "8"],
      ],
      { body: "chunked" },
    ).get("transfer-encoding"),
  ).toEqual(["chunked"]);
  expect(
    [
      ...forwarded(
        [
          ["Content-Length", "9"],
          ["content_length", "8"],
        ],
        { body: "chunked" },
      ).keys(),
    ].join(),
  ).not.toMatch(/content.length/);
  expect(forwarded([["Upgrade", "websocket"]], { upgrade: true }).get("connection")).toEqual(["Upgrade"]);
});

test("the core gets what the client said, without what only we may say", () => {
  const raw = [
    ["Host", "nekzus.local:8443"],
    ["Authorization", `Bearer ${OUR_TOKEN}`],
    ["X-Nekzus-Facts", "forged 127.0.0.1 11 api"],
    ["X-NEKZUS-User", "root"],
    ["X-Nekzus-Proof", "p"],
    ["Connection", "x-nekzus-facts"],
    ["Content-Length", "5"],
  ].flat();
  const headers = byName(coreRequestHeaders(raw, readHead(raw), { upgrade: false, body: "5" }, "facts"));
  expect(Object.fromEntries(headers)).toEqual({
    host: ["nekzus.local:8443"],
    authorization: [`Bearer ${OUR_TOKEN}`],
    "x-nekzus-proof": ["p"],
    "x-nekzus-facts": ["facts"],
    connection: ["keep-alive"],
    "content-length": ["5"],
  });
});

test("what a route sets goes in place of the client's in every spelling, and never in place of ours", () => {
  const edits = { set: ["Authorization", "Basic app"], withheld: new Set(["authorization", "x-debug"]) };
  const seen = forwarded(
    [
      ["authorization", "Basic client"],
      ["X_Debug", "1"],
      ["X.Debug", "2"],
      ["X-Other", "3"],
    ],
    { edits },
  );
  expect(seen.get("authorization")).toEqual(["Basic app"]);
  expect(seen.get("x-other")).toEqual(["3"]);
  expect([...seen.keys()].filter((name) => name.includes("debug"))).toEqual([]);
  expect(seen.get("x-real-ip")).toEqual([FORWARDING.client]);
  expect(appTrailers(["X-Debug", "1", "X-Sum", "2"], edits)).toEqual(["X-Sum", "2"]);
});
