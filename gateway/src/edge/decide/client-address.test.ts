import fc from "fast-check";
import { expect, test } from "vitest";
import { createAddressReader } from "./client-address.ts";

const reader = createAddressReader(["10.0.0.0/8", "fd00::/8", "192.0.2.7"]);
const PROXY = "10.0.0.1";
const STRANGER = "203.0.113.9";

/** What a header may hold, and the client it names when a trusted proxy passes it on. */
const FORMS: [forwardedFor: string, client: string][] = [
  ["198.51.100.1", "198.51.100.1"],
  [" 198.51.100.1 ", "198.51.100.1"],
  ["\t198.51.100.1", "198.51.100.1"],
  ["198.51.100.1:1234", "198.51.100.1"],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:db8:0:0:0:0:0:1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:443", "2001:db8::1"],
  ["::ffff:198.51.100.1", "198.51.100.1"],
  ["::FFFF:c633:6401", "198.51.100.1"],
  ["[::ffff:198.51.100.1]:80", "198.51.100.1"],
  ["fe80::1%eth0", "fe80::1"],
  ["[FE80::1%eth0.1]:443", "fe80::1"],
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  // From the right, past our own proxies, to the first stranger.
  ["1.1.1.1, 198.51.100.1", "198.51.100.1"],
  ["127.0.0.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
  ["127.0.0.1,198.51.100.1,10.9.9.9,fd00::5,192.0.2.7", "198.51.100.1"],
  ["1.1.1.1, 198.51.100.1, ::ffff:10.9.9.9", "198.51.100.1"],
  ["127.0.0.1, [fd00::5]:9, 10.2.3.4:5", "127.0.0.1"],
  // Only proxies: the left-most of them.
  ["10.5.5.5", "10.5.5.5"],
  ["10.5.5.5, 10.6.6.6", "10.5.5.5"],
  // What is no address ends the chain at the last hop that was one.
  ["", PROXY],
  [",", PROXY],
  ["198.51.100.1,", PROXY],
  ["unknown", PROXY],
  ["_hidden", PROXY],
  ["localhost", PROXY],
  ["127.1", PROXY],
  ["127.0.1", PROXY],
  ["0x7f.0.0.1", PROXY],
  ["0177.0.0.1", PROXY],
  ["017700000001", PROXY],
  ["2130706433", PROXY],
  ["127.0.0.1.", PROXY],
  ["127.0.0.01", PROXY],
  ["256.1.1.1", PROXY],
  ["1.2.3", PROXY],
  ["1.2.3.4.5", PROXY],
  ["１２７.0.0.1", PROXY],
  ["198.51.100.1;", PROXY],
  ["198.51.100.1 127.0.0.1", PROXY],
  ['"198.51.100.1"', PROXY],
  ["for=198.51.100.1", PROXY],
  ["198.51.100.1/32", PROXY],
  ["http://198.51.100.1", PROXY],
  ["198.51.100.1:", PROXY],
  ["198.51.100.1:x", PROXY],
  ["::1%lo", PROXY],
  ["fe80::1%", PROXY],
  ["2001:db8::1%eth0", PROXY],
  ["[::1", PROXY],
  ["::1]", PROXY],
  ["[::1]x", PROXY],
  [":::1", PROXY],
  ["1:2:3:4:5:6:7:8:9", PROXY],
  ["gggg::1", PROXY],
  ["::ffff:999.1.1.1", PROXY],
  ["198.51.100.1, unknown", PROXY],
  ["198.51.100.1, unknown, 10.3.3.3", "10.3.3.3"],
  ["198.51.100.1, , 10.3.3.3", "10.3.3.3"],
];

test.each(FORMS)("a trusted proxy says %j", (forwardedFor, client) => {
  expect(reader.client(PROXY, forwardedFor)).toBe(client);
});

test.each(FORMS)("a stranger says %j and stays who he is", (forwardedFor) => {
  expect(reader.client(STRANGER, forwardedFor)).toBe(STRANGER);
});

test("an untrusted peer can never change the result", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(address, fc.string()), { maxLength: 6 }).map((list) => list.join(",")),
  );
  fc.assert(
    fc.property(address, text, (raw, forwardedFor) => {
      const peer = reader.peer(raw);
      if (reader.trusts(peer)) return;
      expect(reader.client(peer, forwardedFor)).toBe(peer);
      expect(createAddressReader([]).client(PROXY, forwardedFor)).toBe(PROXY);
    }),
    { numRuns: 1000 },
  );
});

test("what a client puts before the proxy's own word never wins", () => {
  fc.assert(
    fc.property(fc.string(), (forged) => {
      expect(reader.client(PROXY, `${forged}, 198.51.100.1, 10.0.0.2`)).toBe("198.51.100.1");
    }),
  );
});

test("a chain of our own proxies is followed for twenty hops", () => {
  const chain = ["198.51.100.1", ...Array.from({ length: 25 }, (_, hop) => `10.0.1.${hop}`)].join(", ");
  expect(reader.client(PROXY, chain)).toBe("10.0.1.5");
});

test("a direct peer has one spelling, also as a neighbour with a zone", () => {
  expect(reader.peer("::ffff:192.168.1.5")).toBe("192.168.1.5");
  expect(reader.peer("fe80::1%eth0")).toBe("fe80::1");
  expect(reader.peer(undefined)).toBe("0.0.0.0");
  expect(reader.trusts(reader.peer("::ffff:10.1.1.1"))).toBe(true);
  expect(reader.trusts("192.0.2.8")).toBe(false);
});
