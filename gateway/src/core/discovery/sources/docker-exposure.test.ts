import { expect, test } from "vitest";
import { exposureOf } from "./docker-exposure.ts";

const HERE = { kind: "host", bridges: true } as const;
const on = (hostAddress: string, hostPort = 8080) => ({ port: 80, hostAddress, hostPort });
const riskOf = (hostAddress: string) => exposureOf([on(hostAddress)], HERE)?.riskLevel;

test("the risk of a port is that of the address on which it is published", () => {
  for (const address of ["127.0.0.1", "127.8.0.1", "::1", "localhost", "::ffff:127.0.0.1"])
    expect([address, riskOf(address)]).toEqual([address, undefined]);
  for (const address of [
    "10.1.2.3",
    "172.16.0.1",
    "172.31.9.9",
    "192.168.1.5",
    "fd00::1",
    "fe80::1%eth0",
    "169.254.3.4",
  ])
    expect([address, riskOf(address)]).toEqual([address, "warning"]);
  for (const address of ["", "0.0.0.0", "::", "8.8.8.8", "172.32.0.1", "2001:4860:4860::8888", "nonsense", "224.0.0.1"])
    expect([address, riskOf(address)]).toEqual([address, "critical"]);
  expect(exposureOf([], HERE)).toBeUndefined();
});

test("the worst counts and comes first; what only the machine reaches is left out", () => {
  const exposure = exposureOf([on("127.0.0.1", 1), on("192.168.1.5", 2), on("0.0.0.0", 3), on("::", 3)], HERE);
  expect(exposure).toMatchObject({
    riskLevel: "critical",
    summary: "Port 3 is open to everybody who reaches the machine, without the gateway's sign-in",
    bindings: [
      { port: "80/tcp", hostPort: "3", binding: "0.0.0.0", riskLevel: "critical" },
      { hostPort: "3", binding: "::" },
      { hostPort: "2", riskLevel: "warning", message: "Port 2 is open to the local network" },
    ],
  });
  expect(exposure?.recommendations).toHaveLength(5);
  expect(exposureOf([on("192.168.1.5")], HERE)?.recommendations).toHaveLength(3);
});

test("a container that publishes thousands of ports makes no message of thousands", () => {
  const exposure = exposureOf(
    Array.from({ length: 5000 }, (_, index) => on("0.0.0.0", index + 1)),
    HERE,
  );
  expect(exposure?.bindings).toHaveLength(50);
  expect(exposure?.summary).toContain("and 4990 more");
});

test("on another machine the advice leaves the gateway its way", () => {
  const { recommendations } = exposureOf([on("0.0.0.0")], { kind: "remote", hostAddress: "192.168.1.9" }) ?? {};
  expect(recommendations?.[0]).toBe("Let that machine's firewall admit only the gateway.");
});
