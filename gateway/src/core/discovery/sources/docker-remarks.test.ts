import { expect, test } from "vitest";
import type { Container } from "../../runtimes/docker/engine.ts";
import type { Vantage } from "./docker-address.ts";
import { remarksOn } from "./docker-remarks.ts";
import { makeContainer } from "./fake-engine.ts";
import { makePort } from "./fake-source.ts";

const HERE: Vantage = { kind: "host", bridges: true };

function remarks(
  changes: Partial<Container>,
  given: { vantage?: Vantage; ports?: number[]; network?: Container } = {},
) {
  const container = makeContainer("web", changes);
  return remarksOn({
    container,
    network: given.network ?? container,
    ports: (given.ports ?? [8080]).map((port) => makePort(port)),
    vantage: given.vantage ?? HERE,
    engineSocket: "unix:///home/anna/engine",
    labels: [],
  });
}

/** The code and severity of everything that deserves a look. */
const serious = (...args: Parameters<typeof remarks>) =>
  remarks(...args)
    .filter(({ severity }) => severity !== "info")
    .map(({ code, severity }) => `${severity} ${code}`);
const published = (hostAddress: string, hostPort = 8080) => ({ published: [{ port: 80, hostAddress, hostPort }] });

test("an ordinary container gives no reason to worry, and neither does a port on 127.0.0.1", () => {
  expect(serious({})).toEqual([]);
  expect(serious(published("127.0.0.1"))).toEqual([]);
  expect(serious(published("::1"))).toEqual([]);
});

test("ports that are open beside the gateway's sign-in are named as the network sees them", () => {
  for (const address of ["", "0.0.0.0", "::"]) {
    expect(serious(published(address))).toEqual(["warning published_everywhere"]);
  }
  expect(serious(published("192.168.1.5"))).toEqual(["warning published_on_address"]);
  expect(serious(published("8.8.8.8"))).toEqual(["danger published_on_address"]);
  expect(serious(published("fe80::1%eth0"))).toEqual(["warning published_on_address"]);
  expect(serious(published("nonsense"))).toEqual(["warning published_on_address"]);
  const both = { published: ["0.0.0.0", "::"].map((hostAddress) => ({ port: 80, hostAddress, hostPort: 32768 })) };
  expect(remarks(both)[0]).toMatchObject({
    message: "Port 32768 is published on every address of the machine",
    advice: expect.stringContaining("127.0.0.1"),
  });
});

test("the advice keeps the gateway's own way: published is the only way from another machine", () => {
  const advice = (vantage: Vantage) =>
    remarks(published("0.0.0.0"), { vantage }).find(({ code }) => code === "published_everywhere")?.advice;
  expect(advice({ kind: "remote", hostAddress: "192.168.1.9" })).not.toContain("127.0.0.1");
  expect(advice({ kind: "container", networks: ["home"], hostAddress: undefined })).toContain("a network together");
});

test("the ports of a borrowed network count, the machine's own network is one warning", () => {
  const network = makeContainer("vpn", published("0.0.0.0"));
  expect(serious({ networkMode: `container:${network.id}` }, { network })).toEqual(["warning published_everywhere"]);
  expect(serious({ networkMode: "host" })).toEqual(["warning host_network"]);
});

test("power over the machine is a danger", () => {
  const mounted = (source: string, readOnly = true) => serious({ mounts: [{ source, readOnly }] });
  expect(serious({ privileged: true })).toEqual(["danger privileged"]);
  // Read-only does not keep anybody from speaking to a socket.
  for (const source of ["/var/run/docker.sock", "/run/user/1000/podman/podman.sock", "/run/", "/home/anna/engine"]) {
    expect(mounted(source)).toEqual(["danger engine_socket"]);
  }
  expect(mounted("/")).toEqual(["warning host_files"]);
  expect(mounted("/", false)).toEqual(["danger host_files"]);
  for (const source of ["/srv/music", "/etc/localtime", "/srv/docker.sock.d"]) expect(mounted(source)).toEqual([]);
});

test("ports that are no web app are told, those of engines are a danger", () => {
  expect(serious({}, { ports: [8080, 5432, 6379] })).toEqual(["warning not_a_web_app", "warning not_a_web_app"]);
  expect(serious({}, { ports: [2375] })).toEqual(["danger engine_port"]);
});

test("plain http deserves a look only where it leaves this machine", () => {
  const vantage = { kind: "remote", hostAddress: "192.168.1.9" } as const;
  expect(serious({}, { vantage })).toEqual(["warning unencrypted_upstream"]);
});

test("the most serious comes first", () => {
  const all = remarks({ ...published("0.0.0.0"), privileged: true });
  expect(all.map(({ severity }) => severity).slice(0, 3)).toEqual(["danger", "warning", "info"]);
});
