import { expect, test } from "vitest";
import { followMove } from "./follow.ts";
import { makePort, makeService } from "./sources/fake-source.ts";

const at = (host: string, ...ports: number[]) =>
  makeService("web", { ports: ports.map((port) => makePort(port, host)) });
const published = (hostPort: number) =>
  makeService("web", { ports: [{ port: 80, scheme: "http", to: `http://127.0.0.1:${hostPort}`, others: [] }] });

test("a new address is followed; scheme, port and path stay as they are", () => {
  const before = at("172.17.0.2", 8080);
  const now = at("172.17.0.9", 8080);
  expect(followMove("http://172.17.0.2:8080", before, now)).toEqual({ kind: "move", to: "http://172.17.0.9:8080" });
  expect(followMove("https://172.17.0.2:8080/base", before, now)).toEqual({
    kind: "move",
    to: "https://172.17.0.9:8080/base",
  });
  // The port was changed by a person.
  expect(followMove("http://172.17.0.2:9999", before, now)).toEqual({ kind: "move", to: "http://172.17.0.9:9999" });
});

test("the default port is the same with and without being written", () => {
  expect(followMove("http://172.17.0.2", at("172.17.0.2", 80), at("172.17.0.2", 80))).toEqual({ kind: "stay" });
  expect(followMove("http://172.17.0.2", at("172.17.0.2", 80), at("172.17.0.9", 80))).toEqual({
    kind: "move",
    to: "http://172.17.0.9",
  });
});

test("a port that is published anew is followed", () => {
  expect(followMove("http://127.0.0.1:32768/", published(32768), published(32769))).toEqual({
    kind: "move",
    to: "http://127.0.0.1:32769/",
  });
});

test("an address of one's own, and one that still works, stay", () => {
  const before = at("172.17.0.2", 8080);
  expect(followMove("http://grafana.lan:3000", before, at("172.17.0.9", 8080))).toEqual({ kind: "stay" });
  expect(followMove("http://172.17.0.2:8080", before, at("172.17.0.2", 3000, 8080))).toEqual({ kind: "stay" });
  const other = makeService("web", { ports: [{ ...makePort(8080, "10.0.0.5"), others: ["http://172.17.0.2:8080"] }] });
  expect(followMove("http://172.17.0.2:8080", before, other)).toEqual({ kind: "stay" });
});

test("a move from the LAN to this host or to the internet needs a person", () => {
  const before = at("172.17.0.2", 8080);
  expect(followMove("http://172.17.0.2:8080", before, at("127.0.0.1", 8080)).kind).toBe("refused");
  expect(followMove("http://172.17.0.2:8080", before, at("203.0.113.9", 8080)).kind).toBe("refused");
});
