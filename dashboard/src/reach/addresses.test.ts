import { expect, test } from "vitest";
import { originForOthers } from "./addresses.ts";

const names = [{ name: "nas.local", kind: "mdns" as const, covered: true, url: "https://nas.local:8443" }];

test.each([
  ["https://127.0.0.1:8443", "https://nas.local:8443"],
  ["https://localhost:8443", "https://nas.local:8443"],
  ["https://[::1]:8443", "https://nas.local:8443"],
  ["https://192.168.1.5:8443", "https://192.168.1.5:8443"],
  ["https://localhost.example.org", "https://localhost.example.org"],
])("who is at %s sends others to %s", (here, there) => {
  expect(originForOthers({ names }, here)).toBe(there);
});

test("a machine without a name of its own keeps the page's", () => {
  expect(originForOthers({ names: [] }, "https://localhost:8443")).toBe("https://localhost:8443");
});
