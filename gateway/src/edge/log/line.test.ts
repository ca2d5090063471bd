import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessEntry } from "./access-entry.ts";
import { createLineWriter } from "./line.ts";

const ENTRY: AccessEntry = {
  time: Date.UTC(2026, 10, 23, 19, 40, 1, 7),
  client: "192.168.1.20",
  peer: "192.168.1.20",
  status: 200,
  error: undefined,
  principal: "user:1",
  requestId: "abc",
  listener: "apps",
  protocol: "2",
  routeId: "grafana",
  appId: "grafana",
  webSocket: false,
  cached: undefined,
  bytesIn: 0,
  bytesOut: 1024,
  durationMs: 12.3456,
  upstreamMs: 4,
  traceId: undefined,
  method: "GET",
  host: "nas:8444",
  path: "/apps/grafana/",
  userAgent: "curl/8",
};

test("what the cache did stands in the line of a route that has one", () => {
  expect(createLineWriter()({ ...ENTRY, cached: "hit" })).toContain('"app":"grafana","cache":"hit","bytes_in"');
});

test("a line is one JSON object with what is known, in a fixed order", () => {
  const line = createLineWriter()(ENTRY);
  expect(line).toBe(
    '{"time":"2026-11-23T19:40:01.007Z","client":"192.168.1.20","status":200,"principal":"user:1","request":"abc",' +
      '"listener":"apps","protocol":"2","route":"grafana","app":"grafana","bytes_in":0,"bytes_out":1024,' +
      '"duration_ms":12.346,"upstream_ms":4.000,"method":"GET","host":"nas:8444","path":"/apps/grafana/",' +
      '"user_agent":"curl/8"}\n',
  );
  const bare = {
    ...ENTRY,
    peer: "10.0.0.1",
    status: 101,
    webSocket: true,
    error: "client_closed",
    principal: undefined,
    routeId: undefined,
    appId: undefined,
    upstreamMs: undefined,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    userAgent: undefined,
  };
  expect(Object.keys(JSON.parse(createLineWriter()(bare)))).toEqual([
    ...["time", "client", "peer", "status", "error", "request", "listener", "protocol", "websocket", "bytes_in"],
    ...["bytes_out", "duration_ms", "trace", "method", "host", "path"],
  ]);
});

test("times follow the clock from one millisecond and second to the next, also backwards", () => {
  const write = createLineWriter();
  for (const step of [0, 1, 992, 993, 60_000, 59_999, -5000]) {
    const time = ENTRY.time + step;
    expect(JSON.parse(write({ ...ENTRY, time })).time).toBe(new Date(time).toISOString());
  }
});

test("whatever strangers send comes back from the JSON as it was, and nothing but plain ASCII stands in the line", () => {
  const write = createLineWriter();
  // What a header can hold, and then some.
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.array(fc.constantFrom("\u001b]0;x\u0007", "\u009b31m", "\u007f", '"', "\\", "\n", "\r\n", "\u202e", "\0", "a"), {
      maxLength: 20,
    }),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (host, path, userAgent, method) => {
      const entry = { host: String(host), path: String(path), userAgent: String(userAgent), method: String(method) };
      const line = write({ ...ENTRY, ...entry });
      expect(line).toMatch(/^[ -~]*\n$/);
      const read = JSON.parse(line);
      expect({ host: read.host, path: read.path, userAgent: read.user_agent, method: read.method }).toEqual(entry);
    }),
  );
});

test("a line fits into one write to a pipe, however long and odd its values are", () => {
  for (const filler of ["x", "\u0000", '"', "\u00e4", "\u{1f600}"]) {
    const long = filler.repeat(5000);
    const line = createLineWriter()({
      ...ENTRY,
      ...{ client: long, peer: `${long}!`, error: long, principal: long, requestId: long, routeId: long, appId: long },
      ...{ method: long, host: long, path: long, userAgent: long, traceId: long, webSocket: true },
      ...{ bytesIn: Number.MAX_SAFE_INTEGER, bytesOut: Number.MAX_SAFE_INTEGER, durationMs: 1e12, upstreamMs: 1e12 },
    });
    expect(line.length).toBeLessThan(4096);
    const read = JSON.parse(line);
    expect(long.startsWith(read.path)).toBe(true);
    expect(read.path.length).toBeLessThanOrEqual(1024);
    expect(read.user_agent.length).toBeLessThanOrEqual(200);
  }
});

test("a credential of ours that somebody put into the path or user agent is blotted out", () => {
  const key = `nekzus_${"c0ffee".repeat(11).slice(0, 64)}`;
  const token = `${Buffer.from('{"alg":"HS256","typ":"JWT","kid":"nekzus"}').toString("base64url")}.eyJhIjoxfQ.c2ln_x`;
  const line = createLineWriter()({ ...ENTRY, path: `/apps/x/${key}/${token}/y`, userAgent: `bot ${token} ${key}` });
  expect(JSON.parse(line)).toMatchObject({
    path: "/apps/x/[hidden]/[hidden]/y",
    user_agent: "bot [hidden] [hidden]",
  });
  const other = `/apps/x/nekzus_handbook/${"x".repeat(1000)}${key}`;
  expect(JSON.parse(createLineWriter()({ ...ENTRY, path: other })).path).not.toContain("nekzus_c0");
});
