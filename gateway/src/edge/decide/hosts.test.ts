import { expect, test } from "vitest";
import { createHostCheck, hostName } from "./hosts.ts";

const allowed = createHostCheck(["localhost", "Nekzus.local", "home.example"]);

test.each([
  "localhost",
  "LOCALHOST:8443",
  "nekzus.local",
  "nekzus.local:1",
  "home.example:443",
  "192.168.1.5",
  "192.168.1.5:8443",
  "127.0.0.1",
  "[::1]",
  "[fe80::1]:8443",
  "[2001:DB8::1]:443",
])("ours: %s", (host) => {
  expect(allowed(host)).toBe(true);
});

test.each([
  "",
  "evil.example",
  "evil.example:8443",
  "localhost.evil.example",
  "xlocalhost",
  "sub.home.example",
  "localhost.",
  "localhost:",
  "localhost:8443:8443",
  "localhost:port",
  "localhost:123456",
  "localhost, evil.example",
  "localhost evil.example",
  "localhost/",
  "user@localhost",
  "localhost#",
  "localhost\t",
  "ｌocalhost",
  "127.1",
  "2130706433",
  "0x7f000001",
  "127.0.0.1.nip.io",
  "::1",
  "[::1",
  "[::1]x",
  "[fe80::1%25eth0]",
  "[localhost]",
  "a".repeat(300),
])("foreign: %j", (host) => {
  expect(allowed(host)).toBe(false);
});

test("the name of a Host header comes without port, brackets and case", () => {
  expect(hostName("Home.Example:8443")).toBe("home.example");
  expect(hostName("[2001:DB8::1]:1")).toBe("2001:db8::1");
});
