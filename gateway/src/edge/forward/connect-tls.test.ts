import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { makeAuthority } from "../../kit/test-authority.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { createConnector } from "./connect.ts";
import type { UpstreamFault } from "./fault.ts";

const [home, stranger] = await Promise.all([makeAuthority("Home"), makeAuthority("Stranger")]);
const forApp = await home.issue("app.example", "127.0.0.1");

/** An app on TLS; `seen` are its ends of the connections. */
async function listen(certificate: { cert: string; key: string }, maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3") {
  const seen: { resumed: boolean; servername: string | false | null }[] = [];
  const server = createServer({ ...certificate, maxVersion }, (socket) => {
    seen.push({ resumed: socket.isSessionReused(), servername: socket.servername });
    socket.on("error", () => {});
    socket.write("hello");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, seen };
}

function setUp(port: number) {
  const connect = createConnector([], systemClock, async () => ["127.0.0.1"]);
  /** "connected", or the kind of fault. The first bytes are waited for: sessions come with them. */
  return async (changes: Partial<Upstream> = {}): Promise<string> => {
    const upstream = { secure: true, host: "app.example", port, path: "", insecureSkipVerify: false };
    try {
      const socket = (await connect({ ...upstream, addressClass: "host", ...changes })) as TLSSocket;
      await once(socket, "data");
      socket.destroy();
      return "connected";
    } catch (error) {
      return (error as UpstreamFault).kind;
    }
  };
}

test("a certificate counts when the authority of the route issued it for the name of the route", async () => {
  const { port, seen } = await listen(forApp);
  const reach = setUp(port);
  expect(await reach()).toBe("tls_error");
  expect(await reach({ caPem: home.caPem })).toBe("connected");
  expect(await reach({ caPem: stranger.caPem })).toBe("tls_error");
  expect(await reach({ caPem: `${stranger.caPem}\n${home.caPem}` })).toBe("connected");
  expect(await reach({ caPem: home.caPem, host: "other.example" })).toBe("tls_error");
  expect(await reach({ caPem: home.caPem, host: "other.example", serverName: "app.example" })).toBe("connected");
  expect(await reach({ caPem: home.caPem, serverName: "other.example" })).toBe("tls_error");
  // By its address, which is no server name.
  expect(await reach({ caPem: home.caPem, host: "127.0.0.1" })).toBe("connected");
  expect(await reach({ insecureSkipVerify: true })).toBe("connected");
  // A file that could not be read trusts nobody, least of all everybody.
  expect(await reach({ caPem: "" })).toBe("tls_error");
  expect(await reach({ caPem: "not a certificate" })).toBe("tls_error");
  expect(seen.map(({ servername }) => servername)).toContain("app.example");
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "sessions of %s are resumed, and never for other options",
  async (version) => {
    const { port, seen } = await listen(forApp, version);
    const reach = setUp(port);
    const resumed = async (changes: Partial<Upstream>) => {
      const outcome = await reach(changes);
      return outcome === "connected" ? seen.at(-1)?.resumed : outcome;
    };
    expect(await resumed({ caPem: home.caPem })).toBe(false);
    expect(await resumed({ caPem: home.caPem })).toBe(true);
    expect(await resumed({ caPem: home.caPem })).toBe(true);
    expect(await resumed({ insecureSkipVerify: true })).toBe(false);
    expect(await resumed({ insecureSkipVerify: true })).toBe(true);
    expect(await resumed({})).toBe("tls_error");
    expect(await resumed({ caPem: stranger.caPem })).toBe("tls_error");
    expect(await resumed({ caPem: home.caPem, serverName: "other.example" })).toBe("tls_error");
  },
);
