import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { classifyUpstream, parseUpstream } from "./upstream.ts";

test.each([
  ["http://grafana:3000", "http://grafana:3000", ["grafana", 3000, ""]],
  ["HTTP://Grafana:80/", "http://grafana", ["grafana", 80, ""]],
  ["https://nas.local/base/x/", "https://nas.local/base/x", ["nas.local", 443, "/base/x"]],
  ["http://[FD00::1]:8080", "http://[fd00::1]:8080", ["fd00::1", 8080, ""]],
  ["http://my_app-1:5000/a%20b", "http://my_app-1:5000/a%20b", ["my_app-1", 5000, "/a%20b"]],
  ["unix:/run/apps/app.sock", "unix:/run/apps/app.sock", ["localhost", 80, ""]],
  ["UNIX:///run/apps/app.sock:/", "unix:/run/apps/app.sock", ["localhost", 80, ""]],
  ["unix:/run/apps/app.sock:/base/x/", "unix:/run/apps/app.sock:/base/x", ["localhost", 80, "/base/x"]],
])("reads %s", (text, shown, [host, port, path]) => {
  expect(parseUpstream(text)).toMatchObject({ text: shown, host, port, path });
});

test.each([
  ["ftp://nas/", /http:\/\/grafana/],
  ["grafana:3000", /http:\/\/grafana/],
  ["http://", /name a host/],
  ["http://:3000", /name a host/],
  ["unix:app.sock", /unix:\/run/],
  ["unix://host/app.sock", /unix:\/run/],
  ["unix:////run/app.sock", /unix:\/run/],
  ["unix:/run/app.sock:3000", /unix:\/run/],
  ["unix:/run/app.sock:/a/../b", /plainly/],
  ["unix:/run/app.sock?a=b", /must not contain/],
  ["unix:/run/my app.sock", /must not contain/],
  ["http://admin:pw@nas/", /user name/],
  ["http://nas/?a=b", /query/],
  ["http://nas/#a", /fragment/],
  ["http://nas:0", /port/],
  ["http://nas:99999", /name a host|port/],
  ["http://nas:", /port/],
  ["http://nas/a/../b", /plainly/],
  ["http://nas/%2e%2e/b", /plainly/],
  ["http://nas\\@evil/", /user name/],
  ["http://nas\\evil/", /backslash/],
  ["http://na\ts/", /control/],
  ["http://2130706433/", /four decimal/],
  ["http://0x7f.1/", /four decimal/],
  ["http://127.1/", /four decimal/],
  ["http://0177.0.0.1/", /four decimal/],
  ["http://１２７.0.0.1/", /four decimal/],
  ["http://[::ffff:127.0.0.1]/", /four decimal/],
  ["http://[fe80::1%25eth0]/", /name a host|zone/],
  ["http://a..b/", /not a name/],
])("refuses %s", (text, reason) => {
  expect(() => parseUpstream(text)).toThrow(expect.objectContaining({ code: "VALIDATION_FAILED" }));
  expect(() => parseUpstream(text)).toThrow(reason);
});

test("tells where an upstream lies", async () => {
  const names: Record<string, string[]> = {
    "mixed.test": ["8.8.8.8", "fe80::1", "192.168.1.7"],
    "metadata.test": ["169.254.169.254"],
  };
  const classify = (to: string) =>
    classifyUpstream(parseUpstream(to), {
      resolve: async (host) => names[host] ?? Promise.reject(new Error("not found")),
      clock: createVirtualClock(),
      isOwnListener: (address, port) => address === "127.0.0.1" && port === 8443,
      sockets: () => ({ folder: "/run/apps", never: [] }),
    });
  expect(await classify("http://127.0.0.1:3000")).toEqual({ addressClass: "host", assumed: false });
  expect(await classify("http://[fd00::1]:3000")).toEqual({ addressClass: "lan", assumed: false });
  expect(await classify("https://8.8.8.8")).toEqual({ addressClass: "public", assumed: false });
  expect(await classify("http://mixed.test")).toEqual({ addressClass: "lan", assumed: false });
  expect(await classify("http://stopped-container:80")).toEqual({ addressClass: "lan", assumed: true });
  await expect(classify("http://127.0.0.1:8443")).rejects.toThrow(/gateway itself/);
  // The app need not run.
  expect(await classify("unix:/run/apps/missing.sock")).toEqual({ addressClass: "host", assumed: false });
  await expect(classify("unix:/run/other/app.sock")).rejects.toThrow(/must lie in \/run\/apps/);
  await expect(classify("unix:/run/apps/../app.sock")).rejects.toThrow(/plain path/);
  await expect(classify("unix:/run/apps/docker.sock")).rejects.toThrow(/container engine/);
  await expect(classify(`unix:/run/apps/${"x".repeat(100)}`)).rejects.toThrow(/107 bytes/);
  for (const never of ["http://metadata.test", "http://169.254.169.254", "http://0.0.0.0:80", "http://224.0.0.1"]) {
    await expect(classify(never)).rejects.toThrow(/never allowed/);
  }
});

test("a name server that never answers does not hold up saving", async () => {
  const clock = createVirtualClock();
  const sockets = () => ({ folder: "", never: [] });
  const options = { resolve: () => new Promise<never>(() => {}), clock, isOwnListener: () => false, sockets };
  const waiting = classifyUpstream(parseUpstream("http://nas"), options);
  await clock.advance(6000);
  expect(await waiting).toEqual({ addressClass: "lan", assumed: true });
});
