import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AddressKind,
  addressKind,
  canonicalAddress,
  isLoopback,
  limitKey,
  parseNetwork,
  wideLimitKey,
} from "./addresses.ts";

const KINDS: Record<AddressKind, string[]> = {
  host: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  lan: ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "fd12:3456::1", "::ffff:10.0.0.1"],
  public: ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"],
  never: [
    // Unspecified, link-local, multicast, broadcast, reserved, for documentation.
    "0.0.0.0",
    "0.1.2.3",
    "169.254.1.1",
    "224.0.0.251",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "fe80::1",
    "ff02::fb",
    "fec0::1",
    "2001:db8::1",
    "100::1",
    "4000::1",
    "::7f00:1",
    "::ffff:0.0.0.0",
    "::ffff:169.254.169.254",
    // Metadata services.
    "169.254.169.254",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "::ffff:168.63.129.16",
    // IPv4 addresses that are not public, in 6to4, NAT64 and Teredo.
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "64:ff9b:1:7f00:0:100::",
    "2001:0:7f00:1::",
    "::ffff:0:127.0.0.1",
    // No addresses at all.
    "",
    "localhost",
    "127.1",
    "0x7f.1",
    "017700000001",
    "2130706433",
    "1.2.3.4:80",
    "[::1]",
    "::1%lo",
  ],
};

test.each(Object.entries(KINDS) as [AddressKind, string[]][])("addresses of kind %s", (kind, addresses) => {
  for (const address of addresses) expect([address, addressKind(address)]).toEqual([address, kind]);
});

test("every address has one spelling, and IPv4 inside IPv6 is IPv4", () => {
  expect(canonicalAddress("2001:DB8:0:0:0:0:0:1")).toBe("2001:db8::1");
  expect(canonicalAddress("::ffff:1.2.3.4")).toBe("1.2.3.4");
  expect(canonicalAddress("1.2.3.04")).toBeUndefined();
  expect(isLoopback("::ffff:127.9.9.9")).toBe(true);
  expect(isLoopback("128.0.0.1")).toBe(false);
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const once = canonicalAddress(text);
      if (once !== undefined) expect(canonicalAddress(once)).toBe(once);
    }),
  );
});

test("limits count IPv4 by address, IPv6 by /64 and /48", () => {
  expect(limitKey("1.2.3.4")).toBe("1.2.3.4");
  expect(limitKey("::ffff:1.2.3.4")).toBe("1.2.3.4");
  expect(limitKey("2001:db8:1:2:3:4:5:6")).toBe(limitKey("2001:db8:1:2:ffff::"));
  expect(limitKey("2001:db8:1:2::")).not.toBe(limitKey("2001:db8:1:3::"));
  expect(wideLimitKey("2001:db8:1:2::")).toBe(wideLimitKey("2001:db8:1:ffff::"));
  expect(wideLimitKey("2001:db8:1::")).not.toBe(wideLimitKey("2001:db8:2::"));
  expect(wideLimitKey("1.2.3.4")).toBeUndefined();
  expect(limitKey("nonsense")).toBe("unknown");
});

test("networks hold what lies in them, and nothing of the other family", () => {
  const ten = parseNetwork("10.0.0.0/8");
  expect(["10.0.0.0", "10.255.255.255", "::ffff:10.1.1.1"].map((address) => ten?.contains(address))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["11.0.0.0", "::a00:1", "fd00::1", "x"].map((address) => ten?.contains(address))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(parseNetwork("fd00::/8")?.contains("fdff::1")).toBe(true);
  expect(parseNetwork("192.168.1.5")?.contains("192.168.1.5")).toBe(true);
  expect(parseNetwork("192.168.1.5")?.contains("192.168.1.6")).toBe(false);
  expect(parseNetwork("0.0.0.0/0")?.contains("8.8.8.8")).toBe(true);
});

test.each([
  "",
  "/8",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "10.0.0.0/8 ",
  "10.0.0.0/1e1",
  "fd00::/129",
  "10/8",
  "home",
])("no network: %j", (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});
