import { describe, expect, test } from "vitest";
import type { App, RouteListed } from "../../catalog/app.ts";
import { withScheme } from "../../catalog/connection-fixes.ts";
import {
  bodyOf,
  draftOf,
  fieldOf,
  isChanged,
  isCorrected,
  labelScopes,
  takenIn,
  targetOf,
  upstreamOf,
} from "./approve-draft.ts";
import { makeProposal } from "./test-proposal.ts";

const proposal = makeProposal();
const draft = draftOf(proposal);

describe("what approving is told", () => {
  test("is nothing where nothing was changed", () => {
    expect(bodyOf(proposal, draft)).toEqual({});
    expect(isChanged(proposal, { ...draft })).toBe(false);
  });

  test("is what was changed, and only that", () => {
    const changed = { ...draft, name: " Charts ", group: "Home", websocket: true, tags: ["a"], stripPrefix: false };
    expect(isChanged(proposal, changed)).toBe(true);
    expect(bodyOf(proposal, changed)).toEqual({
      app: { name: "Charts", group: "Home", tags: ["a"] },
      route: { websocket: true, stripPrefix: false },
    });
  });

  test("leaves the path to the gateway while it follows the id", () => {
    expect(bodyOf(proposal, { ...draft, id: "wiki" })).toEqual({ app: { id: "wiki" } });
    expect(bodyOf(proposal, { ...draft, pathBase: "/apps/know" })).toEqual({ route: { pathBase: "/apps/know/" } });
  });

  test("names scopes or public access only where they were chosen", () => {
    const scopes = ["access:family"];
    expect(bodyOf(proposal, { ...draft, scopes })).toEqual({});
    expect(bodyOf(proposal, { ...draft, access: "scopes", scopes })).toEqual({ route: { scopes } });
    expect(bodyOf(proposal, { ...draft, access: "everybody", scopes })).toEqual({ route: { publicAccess: true } });
  });

  test("keeps the path working beside a host name", () => {
    expect(bodyOf(proposal, { ...draft, subdomain: "wiki" })).toEqual({
      route: { subdomain: "wiki", routingMode: "both" },
    });
  });

  test("never sends back the sign that stands for no icon", () => {
    expect(draft.icon).toBe("");
    const film = makeProposal({ suggestedApp: { ...proposal.suggestedApp, icon: "🎬" } });
    expect(bodyOf(film, { ...draftOf(film), icon: "" })).toEqual({ app: { icon: "" } });
  });
});

describe("the address of a port", () => {
  const two = makeProposal({
    availablePorts: [
      { port: 3000, scheme: "http" },
      { port: 3443, scheme: "https" },
    ],
  });

  test("is the proposed one, or the same host on the other port", () => {
    expect(upstreamOf(two, draft)).toBe("http://172.17.0.2:3000");
    expect(upstreamOf(two, { port: 3443, scheme: undefined })).toBe("https://172.17.0.2:3443");
    expect(upstreamOf(two, { port: 3443, scheme: "http" })).toBe("http://172.17.0.2:3443");
  });

  test("is not known for another port where ports are published under other numbers", () => {
    const published = { ...two, suggestedRoute: { ...two.suggestedRoute, to: "http://192.168.1.5:8080" } };
    expect(upstreamOf(published, draft)).toBe("http://192.168.1.5:8080");
    expect(targetOf(published, { ...draft, port: 3443 })).toBeUndefined();
  });

  test("keeps the port when only the scheme is changed", () => {
    expect(withScheme("http://nas/ui/", "https")).toBe("https://nas:80/ui");
    expect(withScheme("http://[fd00::2]:81", "https")).toBe("https://[fd00::2]:81");
    expect(withScheme("http://nas", undefined)).toBe("http://nas");
  });
});

test("refusals stand at their fields", () => {
  expect(["app.id", "app.tags.3", "route.pathBase", "route.routingMode", "port", "route.timeout"].map(fieldOf)).toEqual(
    ["id", "tags", "path", "host", "port", undefined],
  );
});

test("a refused path counts as corrected when the id that it follows is changed", () => {
  expect(isCorrected("path", draft, { ...draft, name: "x" })).toBe(false);
  expect(isCorrected("path", draft, { ...draft, id: "x" })).toBe(true);
});

test("what labels ask for besides the app's own scope", () => {
  const scopes = ["access:grafana", "access:family"];
  expect(labelScopes({ ...proposal, suggestedRoute: { ...proposal.suggestedRoute, scopes } })).toEqual([
    "access:family",
  ]);
});

test("an id, a path or a host name that others have is named with its route", () => {
  const route = { routeId: "r", appId: "wiki", pathBase: "/apps/wiki/", subdomain: "know" } as RouteListed;
  const taken = (change: object, apps: object[] = []) => takenIn({ ...draft, ...change }, apps as App[], [route]);
  expect(taken({})).toBeUndefined();
  expect(taken({ id: "wiki" })).toEqual({ field: "id", route });
  expect(taken({ id: "bare" }, [{ id: "bare" }])).toEqual({ field: "id", route: undefined });
  expect(taken({ pathBase: "/apps/wiki/deep" })).toEqual({ field: "path", route });
  expect(taken({ subdomain: "know" })).toEqual({ field: "host", route });
});
