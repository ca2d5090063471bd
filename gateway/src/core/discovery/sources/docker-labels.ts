import { Scope } from "@nekzus/contract";
import { plainText } from "./plain-text.ts";

/** What the labels of a container say (20 §4.4). Labels can tighten access, never loosen it (design, section 7). */
export type LabelWishes = {
  appId: string;
  appName: string;
  icon: string;
  /** Undefined: make them from the image and ports. */
  tags: string[] | undefined;
  extraScopes: string[];
  stripPrefix: boolean;
  rewriteHTML: boolean;
  websocket: boolean;
  skipHealthCheck: boolean;
  scheme: "http" | "https" | undefined;
  primaryPort: number | undefined;
  allPorts: boolean;
  /** Labels that were not honoured, for the person who decides. */
  remarks: string[];
};

/** The verdict on a container: propose it, leave it alone, or say why it cannot be proposed. */
export type LabelVerdict =
  | { kind: "propose"; wishes: LabelWishes }
  | { kind: "excluded" }
  | { kind: "invalid"; reason: string };

/** Limits on what labels can make us keep and show. */
export const LABEL_LIMITS = {
  value: 4096,
  name: 100,
  icon: 500,
  tags: 20,
  tag: 50,
  scopes: 10,
  remarks: 10,
  remark: 200,
};

const APP_ID = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_ICON = "📦";

const KNOWN = new Set([
  "nekzus.enable",
  "nekzus.skip",
  "nekzus.self",
  "nekzus.test",
  "nekzus.app.id",
  "nekzus.app.name",
  "nekzus.app.icon",
  "nekzus.app.tags",
  "nekzus.route.path",
  "nekzus.route.scopes",
  "nekzus.route.strip_prefix",
  "nekzus.route.rewrite_html",
  "nekzus.route.websocket",
  "nekzus.scheme",
  "nekzus.primary_port",
  "nekzus.discover.all_ports",
  "nekzus.health.skip",
]);

/** Reads the labels of one container. `fallback` names it where they do not. Never throws. */
export function readLabels(
  labels: ReadonlyMap<string, string>,
  fallback: { name: string; image: string },
): LabelVerdict {
  const remarks: string[] = [];
  const remark = (text: string) => {
    if (remarks.length < LABEL_LIMITS.remarks) remarks.push(plainText(text, LABEL_LIMITS.remark));
  };

  function value(name: string): string | undefined {
    const found = labels.get(name);
    if (found === undefined) return undefined;
    if (found.length > LABEL_LIMITS.value) {
      remark(`The label ${name} is longer than ${LABEL_LIMITS.value} characters and was ignored.`);
      return undefined;
    }
    return found.trim() || undefined;
  }

  function flag(name: string, otherwise: boolean): boolean {
    const text = value(name);
    if (text === undefined) return otherwise;
    const meaning = booleanOf(text);
    if (meaning === undefined) remark(`The label ${name} must be true or false; "${text}" was ignored.`);
    return meaning ?? otherwise;
  }

  if (booleanOf(labels.get("nekzus.enable") ?? "") !== true) return { kind: "excluded" };
  if (isTrue(labels.get("nekzus.skip"))) return { kind: "excluded" };

  const scopes = list(value("nekzus.route.scopes"));
  const wrongScope = scopes.find((scope) => !Scope.safeParse(scope).success);
  if (wrongScope !== undefined) {
    // Leaving a wrong scope out would open the app wider than the label asks for.
    return invalid(`nekzus.route.scopes: "${wrongScope}" is no scope; write for example access:family`);
  }
  if (scopes.length > LABEL_LIMITS.scopes)
    return invalid(`nekzus.route.scopes holds more than ${LABEL_LIMITS.scopes} scopes`);

  const labelName = plainText(value("nekzus.app.name") ?? "", LABEL_LIMITS.name);
  const serviceName =
    labelName || plainText(fallback.name, LABEL_LIMITS.name) || plainText(imageName(fallback.image), LABEL_LIMITS.name);
  const labelId = labels.get("nekzus.app.id")?.trim();
  if (labelId && !APP_ID.test(labelId)) {
    return invalid(`nekzus.app.id: "${labelId}" must be 1 to 64 letters, digits, hyphens or underscores`);
  }
  const appId = labelId || appIdFrom(serviceName);
  if (!appId) return invalid("it has no name to make an app id from; set nekzus.app.id");

  const path = value("nekzus.route.path");
  if (path !== undefined && path !== `/apps/${appId}/` && path !== `/apps/${appId}`) {
    remark(`The label nekzus.route.path asks for "${path}"; only a person may set another path, so it was ignored.`);
  }

  const wishes: LabelWishes = {
    appId,
    appName: labelName || plainText(fallback.name, LABEL_LIMITS.name) || appId,
    icon: iconOf(value("nekzus.app.icon"), remark),
    tags: labels.has("nekzus.app.tags") ? tagsOf(value("nekzus.app.tags")) : undefined,
    extraScopes: [...new Set(scopes)].filter((scope) => scope !== `access:${appId}`),
    stripPrefix: flag("nekzus.route.strip_prefix", true),
    rewriteHTML: flag("nekzus.route.rewrite_html", true),
    websocket: flag("nekzus.route.websocket", false),
    skipHealthCheck: flag("nekzus.health.skip", false),
    scheme: schemeOf(value("nekzus.scheme"), remark),
    primaryPort: portOf(value("nekzus.primary_port"), remark),
    allPorts: flag("nekzus.discover.all_ports", false),
    remarks,
  };
  for (const name of labels.keys()) {
    if (name.startsWith("nekzus.") && !name.startsWith("nekzus.toolbox.") && !KNOWN.has(name)) {
      remark(`The label ${name} is not known and was ignored.`);
    }
  }
  return { kind: "propose", wishes };
}

/** Does the container say that it is the gateway itself? */
export function isMarkedSelf(labels: ReadonlyMap<string, string>): boolean {
  const mark = labels.get("nekzus.self");
  return mark !== undefined && booleanOf(mark) !== false;
}

function invalid(reason: string): LabelVerdict {
  return { kind: "invalid", reason: plainText(reason, LABEL_LIMITS.remark) };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && booleanOf(text) === true;
}

function booleanOf(text: string): boolean | undefined {
  const word = text.slice(0, 10).trim().toLowerCase();
  if (["true", "1", "yes", "on"].includes(word)) return true;
  if (["false", "0", "no", "off"].includes(word)) return false;
  return undefined;
}

function list(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((part) => part.trim() || []);
}

function tagsOf(text: string | undefined): string[] {
  const tags = list(text).map((tag) => plainText(tag, LABEL_LIMITS.tag));
  return [...new Set(tags)].filter(Boolean).slice(0, LABEL_LIMITS.tags);
}

/** An icon is a name, an emoji or an address of the web; `javascript:` and `data:` are none of these. */
function iconOf(text: string | undefined, remark: (text: string) => void): string {
  if (text === undefined) return DEFAULT_ICON;
  const icon = plainText(text, LABEL_LIMITS.icon);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(icon)?.[1]?.toLowerCase();
  if (!icon || text.length > LABEL_LIMITS.icon || (scheme && scheme !== "http" && scheme !== "https")) {
    remark("The label nekzus.app.icon is neither a name, an emoji nor a web address, and was ignored.");
    return DEFAULT_ICON;
  }
  return icon;
}

function schemeOf(text: string | undefined, remark: (text: string) => void): "http" | "https" | undefined {
  const scheme = text?.toLowerCase();
  if (scheme === undefined || scheme === "http" || scheme === "https") return scheme;
  remark(`The label nekzus.scheme must be http or https; "${text}" was ignored.`);
  return undefined;
}

function portOf(text: string | undefined, remark: (text: string) => void): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  remark(`The label nekzus.primary_port must be a number from 1 to 65535; "${text}" was ignored.`);
  return undefined;
}

function appIdFrom(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}

function imageName(image: string): string {
  return imageRepository(image).split("/").pop() ?? "";
}

/**
 * The image without tag and digest, in one spelling: `docker.io/library/nginx:1.27` and `nginx` are the same, and
 * podman's `localhost/` prefix goes.
 */
export function imageRepository(image: string): string {
  const named = image.slice(0, 500).replace(/@sha256:[0-9a-f]+$/, "");
  // A colon before a slash is the port of a registry, not a tag.
  const repository = /^sha256:/.test(named) ? named : named.replace(/:[^/:]*$/, "");
  return repository.replace(/^(?:docker\.io\/library\/|docker\.io\/|localhost\/)/, "");
}

const IMAGE_TAGS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/postgres|mysql|mongo/, ["database"]],
  [/nginx|apache|httpd/, ["web", "http"]],
  [/redis|memcached/, ["cache"]],
  [/grafana|prometheus/, ["monitoring"]],
];
const PORT_TAGS: Readonly<Record<number, string>> = {
  80: "http",
  8080: "http",
  8000: "http",
  3000: "http",
  443: "https",
  8443: "https",
  5432: "postgres",
  3306: "mysql",
  6379: "redis",
  27017: "mongodb",
};

/** Tags for a container that names none (20 §4.4). */
export function automaticTags(image: string, ports: readonly number[]): string[] {
  const fromImage = IMAGE_TAGS.flatMap(([pattern, tags]) => (pattern.test(image) ? tags : []));
  const fromPorts = ports.flatMap((port) => PORT_TAGS[port] ?? []);
  return [...new Set(["docker", ...fromImage, ...fromPorts])];
}
