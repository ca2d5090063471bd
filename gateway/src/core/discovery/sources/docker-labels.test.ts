import fc from "fast-check";
import { expect, test } from "vitest";
import {
  automaticTags,
  imageRepository,
  isMarkedSelf,
  LABEL_LIMITS,
  type LabelWishes,
  readLabels,
} from "./docker-labels.ts";

const fallback = { name: "my-grafana-1", image: "grafana/grafana:11.2" };

function verdictOn(labels: Record<string, string>) {
  return readLabels(new Map(Object.entries(labels)), fallback);
}

function wishesOf(labels: Record<string, string>): LabelWishes {
  const verdict = verdictOn({ "nekzus.enable": "true", ...labels });
  if (verdict.kind !== "propose") throw new Error(`not proposed: ${JSON.stringify(verdict)}`);
  return verdict.wishes;
}

test("only what is enabled is proposed; skip and enable=false exclude", () => {
  expect(verdictOn({}).kind).toBe("excluded");
  expect(verdictOn({ "nekzus.enable": "false" }).kind).toBe("excluded");
  expect(verdictOn({ "nekzus.enable": "true", "nekzus.skip": "true" }).kind).toBe("excluded");
  expect(verdictOn({ "nekzus.enable": "TRUE" }).kind).toBe("propose");
});

test("without further labels the container's name and the documented defaults hold", () => {
  expect(wishesOf({})).toEqual({
    appId: "my-grafana-1",
    appName: "my-grafana-1",
    icon: "📦",
    tags: undefined,
    extraScopes: [],
    stripPrefix: true,
    rewriteHTML: true,
    websocket: false,
    skipHealthCheck: false,
    scheme: undefined,
    primaryPort: undefined,
    allPorts: false,
    remarks: [],
  });
});

test("every label is read", () => {
  expect(
    wishesOf({
      "nekzus.app.id": "Grafana_1",
      "nekzus.app.name": "Grafana & friends",
      "nekzus.app.icon": "https://example.org/icon.png",
      "nekzus.app.tags": "web, monitoring ,web,",
      "nekzus.route.path": "/apps/Grafana_1/",
      "nekzus.route.scopes": "access:family, access:Grafana_1",
      "nekzus.route.strip_prefix": "false",
      "nekzus.route.rewrite_html": "no",
      "nekzus.route.websocket": "true",
      "nekzus.scheme": "HTTPS",
      "nekzus.primary_port": "3000",
      "nekzus.discover.all_ports": "true",
      "nekzus.health.skip": "1",
    }),
  ).toEqual({
    appId: "Grafana_1",
    appName: "Grafana & friends",
    icon: "https://example.org/icon.png",
    tags: ["web", "monitoring"],
    extraScopes: ["access:family"],
    stripPrefix: false,
    rewriteHTML: false,
    websocket: true,
    skipHealthCheck: true,
    scheme: "https",
    primaryPort: 3000,
    allPorts: true,
    remarks: [],
  });
});

test("an app id that is none, and scopes that are none, keep the container out instead of opening it wider", () => {
  for (const id of ["a b", "a.b", "a/b", "../x", "a:b", "a%b", "x".repeat(65)]) {
    const verdict = verdictOn({ "nekzus.enable": "true", "nekzus.app.id": id });
    expect(verdict).toMatchObject({ kind: "invalid", reason: expect.stringContaining("nekzus.app.id") });
  }
  for (const scopes of ["everyone", "access:a b", "public", "*"]) {
    const verdict = verdictOn({ "nekzus.enable": "true", "nekzus.route.scopes": scopes });
    expect(verdict).toMatchObject({ kind: "invalid", reason: expect.stringContaining("nekzus.route.scopes") });
  }
});

test("what labels may not ask for is ignored with a remark", () => {
  const { remarks, icon } = wishesOf({
    "nekzus.route.path": "/apps/nextcloud/",
    "nekzus.route.public_access": "true",
    "nekzus.app.icon": "javascript:alert(1)",
    "nekzus.primary_port": "99999",
    "nekzus.toolbox.name": "fine",
  });
  expect(icon).toBe("📦");
  expect(remarks.join("\n")).toContain("nekzus.route.path");
  expect(remarks.join("\n")).toContain("nekzus.route.public_access is not known");
  expect(remarks.join("\n")).toContain("nekzus.app.icon");
  expect(remarks.join("\n")).toContain("nekzus.primary_port");
  expect(remarks.join("\n")).not.toContain("toolbox");
});

test("hostile text stays text, without control characters and turned reading", () => {
  const name = "<script>alert('x')</script>\u0000\u001b[31m\u202Etxt.exe";
  expect(wishesOf({ "nekzus.app.id": "x", "nekzus.app.name": name }).appName).toBe(
    "<script>alert('x')</script> [31m txt.exe",
  );
  expect(wishesOf({ "nekzus.app.name": "👨‍👩‍👧 Family" }).appName).toBe("👨‍👩‍👧 Family");
});

test("no labels whatsoever throw or exceed the limits", () => {
  const key = fc.oneof(
    fc.constantFrom(
      "nekzus.skip",
      "nekzus.app.id",
      "nekzus.app.name",
      "nekzus.app.icon",
      "nekzus.app.tags",
      "nekzus.route.path",
      "nekzus.route.scopes",
      "nekzus.route.websocket",
      "nekzus.scheme",
      "nekzus.primary_port",
      "__proto__",
    ),
    fc.string().map((rest) => `nekzus.${rest}`),
    fc.string({ unit: "binary" }),
  );
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary", minLength: 2000, maxLength: 6000 }),
    fc.array(fc.string({ unit: "binary" }), { maxLength: 60 }).map((parts) => parts.join(",")),
    fc.constantFrom("true", "80", "access:x", "https", "a".repeat(5000)),
  );
  const labels = fc.array(fc.tuple(key, value), { maxLength: 40 });
  const control = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
  fc.assert(
    fc.property(labels, fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (pairs, name, image) => {
      const verdict = readLabels(new Map([...pairs, ["nekzus.enable", "true"]]), { name, image });
      if (verdict.kind === "excluded") return;
      if (verdict.kind === "invalid") {
        expect(verdict.reason.length).toBeLessThanOrEqual(LABEL_LIMITS.remark);
        expect(verdict.reason).not.toMatch(control);
        return;
      }
      const { wishes } = verdict;
      expect(wishes.appId).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(wishes.appName.length).toBeGreaterThan(0);
      expect(wishes.appName.length).toBeLessThanOrEqual(LABEL_LIMITS.name);
      expect(wishes.icon.length).toBeLessThanOrEqual(LABEL_LIMITS.icon);
      expect((wishes.tags ?? []).length).toBeLessThanOrEqual(LABEL_LIMITS.tags);
      expect(wishes.extraScopes.length).toBeLessThanOrEqual(LABEL_LIMITS.scopes);
      expect(wishes.remarks.length).toBeLessThanOrEqual(LABEL_LIMITS.remarks);
      for (const text of [wishes.appName, wishes.icon, ...(wishes.tags ?? []), ...wishes.remarks]) {
        expect(text).not.toMatch(control);
        expect(text.isWellFormed()).toBe(true);
      }
      for (const tag of wishes.tags ?? []) expect(tag.length).toBeLessThanOrEqual(LABEL_LIMITS.tag);
      for (const remark of wishes.remarks) expect(remark.length).toBeLessThanOrEqual(LABEL_LIMITS.remark);
    }),
    { numRuns: 500 },
  );
});

test("the gateway's own label", () => {
  expect(isMarkedSelf(new Map([["nekzus.self", "true"]]))).toBe(true);
  expect(isMarkedSelf(new Map([["nekzus.self", ""]]))).toBe(true);
  expect(isMarkedSelf(new Map([["nekzus.self", "false"]]))).toBe(false);
  expect(isMarkedSelf(new Map([["com.example", "nekzus"]]))).toBe(false);
});

test("an image has one repository in every spelling, and another registry is another repository", () => {
  const digest = `@sha256:${"a".repeat(64)}`;
  for (const image of ["nginx", "nginx:1.27", "docker.io/library/nginx:1", `nginx:1.27${digest}`, `nginx${digest}`]) {
    expect(imageRepository(image)).toBe("nginx");
  }
  expect(imageRepository("registry.local:5000/nginx:1")).toBe("registry.local:5000/nginx");
  expect(imageRepository("localhost/lab/http:1")).toBe("lab/http");
  expect(imageRepository("evil.example/library/nginx")).not.toBe("nginx");
});

test("tags are made from image and ports where a container names none", () => {
  expect(automaticTags("nginx", [80])).toEqual(["docker", "web", "http"]);
  expect(automaticTags("postgres", [5432])).toEqual(["docker", "database", "postgres"]);
});
