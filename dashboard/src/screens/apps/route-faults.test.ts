import { expect, test } from "vitest";
import { faultsFrom, faultsOf, idFault } from "./route-faults.ts";
import { NEW_VALUES, type RouteValues } from "./route-values.ts";

const GOOD: RouteValues = { ...NEW_VALUES, name: "Films", to: "http://nas:8096" };
const wrong = (change: Partial<RouteValues>) => Object.keys(faultsOf({ ...GOOD, ...change }));

test("every entry that cannot be right is named, and a good form has none", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ name: " ", to: "" })).toEqual(["name", "to"]);
  expect(wrong({ to: "nas:8096" })).toEqual(["to"]);
  expect(wrong({ to: "unix:app.sock", caFile: "ca.pem" })).toEqual(["to", "caFile"]);
  expect(wrong({ to: "unix:/run/apps/app.sock", caFile: "/etc/ca.pem" })).toEqual([]);
  expect(wrong({ pathBase: "/films/" })).toEqual(["pathBase"]);
  expect(wrong({ timeout: "30", idleTimeout: "1h30m", healthCheckInterval: "soon" })).toEqual([
    "healthCheckInterval",
    "timeout",
  ]);
  expect(wrong({ expectedStatusCodes: ["200", "2xx"], scopes: ["films"] })).toEqual(["scopes", "expectedStatusCodes"]);
  expect(wrong({ connectTimeout: "2 s", cacheTtl: "x", maxBodyBytes: "many", cacheMaxBytes: "1 MiB" })).toEqual([
    "connectTimeout",
    "cacheTtl",
    "maxBodyBytes",
  ]);
  expect(wrong({ ratePerMinute: "a few", rateBurst: "10" })).toEqual(["ratePerMinute"]);
  expect(wrong({ ratePerMinute: "", rateBurst: "10" })).toEqual(["ratePerMinute"]);
  expect(wrong({ allowNetworks: ["10.0.0.0/8", "fd00::/8", "192.168.1.5"], denyNetworks: ["home"] })).toEqual([
    "denyNetworks",
  ]);
  expect(
    wrong({
      setRequestHeaders: ["Authorization: Basic a b"],
      setResponseHeaders: ["no value"],
      removeRequestHeaders: ["a b"],
    }),
  ).toEqual(["removeRequestHeaders", "setResponseHeaders"]);
  expect(wrong({ routingMode: "both", subdomain: "" })).toEqual([]);
  expect(wrong({ subdomain: "Two words" })).toEqual(["subdomain"]);
});

test("an id that another app has, or that nobody may have, is refused", () => {
  expect(idFault("films", ["radio"])).toBeUndefined();
  for (const id of ["radio", "Admin", "two words", ""])
    expect([id, idFault(id, ["radio"])]).toEqual([id, expect.anything()]);
});

test("the gateway's reasons go to their entries, and what has none stays with the form", () => {
  const details = [
    { path: "scopes.1", reason: "no scope" },
    { path: "appName", reason: "too long" },
    { path: "If-Match", reason: "odd" },
    { path: "cache.ttl", reason: "too short" },
    { path: "setRequestHeaders.Host", reason: "is chosen elsewhere" },
  ];
  expect(faultsFrom(details)).toEqual({
    faults: {
      scopes: { said: "no scope" },
      name: { said: "too long" },
      cacheTtl: { said: "too short" },
      setRequestHeaders: { said: "is chosen elsewhere" },
    },
    rest: ["If-Match: odd"],
  });
});
