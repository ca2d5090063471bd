import { intoPrefix, type PrefixRule } from "../../../wire/prefix-rule.ts";
import { type PolicyScript, policyInPrefix } from "./content-security-policy.ts";
import { baseAt, intoApp, type PrefixedApp } from "./prefixed-app.ts";
import { refreshAddress } from "./refresh.ts";

/** An answer of an app that does not know its prefix. */
export type PrefixedAnswer = {
  app: PrefixedApp;
  /** 0 when it is not known. */
  status: number;
  /** What was asked for, as the client knows it; undefined when it is not known. */
  target?: string | undefined;
  /** Set when our script is put into the body, so that the answer's policies let it run. */
  script?: PolicyScript | undefined;
};

/** How the value of a header names addresses. */
export type AddressHeader = "location" | "address" | "refresh" | "link" | "policy" | "quoted";

const ADDRESS_HEADERS: Readonly<Record<string, AddressHeader>> = {
  location: "location",
  "content-location": "address",
  sourcemap: "address",
  "x-sourcemap": "address",
  refresh: "refresh",
  link: "link",
  "content-security-policy": "policy",
  "content-security-policy-report-only": "policy",
  "reporting-endpoints": "quoted",
  "speculation-rules": "quoted",
  // htmx goes there by the address alone, so the script in the page has no hand in it.
  "hx-redirect": "address",
  "hx-location": "address",
  "hx-push-url": "address",
  "hx-replace-url": "address",
};

/** How a header, given in lower case, names addresses; undefined when it names none. */
export function addressHeader(lower: string): AddressHeader | undefined {
  return Object.hasOwn(ADDRESS_HEADERS, lower) ? ADDRESS_HEADERS[lower] : undefined;
}

/** The value of a header that names addresses, as they lead into the prefix. */
export function headerInPrefix(kind: AddressHeader, value: string, answer: PrefixedAnswer): string {
  const { app, status, target } = answer;
  // Dots mean nothing without it; most values have none.
  const base = target !== undefined && value.includes("..") ? baseAt(app, target) : undefined;
  const inside = (address: string) => intoApp(app, address, base);
  switch (kind) {
    case "location":
      // Of what was made (201) or where to go on; elsewhere it means nothing (RFC 9110, section 10.2.2).
      return status === 0 || status === 201 || (status >= 300 && status < 400) ? inside(value) : value;
    case "address":
      return inside(value);
    case "refresh": {
      const place = refreshAddress(value);
      if (!place) return value;
      return value.slice(0, place.from) + inside(value.slice(place.from, place.to)) + value.slice(place.to);
    }
    case "link":
      return linkInPrefix(value, inside);
    case "policy":
      return policyInPrefix(app, value, answer.script);
    case "quoted":
      return value.replace(/"([^"\\]*)"/g, (_, address: string) => `"${inside(address)}"`);
  }
}

/** Each `<target>` of a Link header. Commas and angle brackets in quoted parameters are no boundaries (RFC 8288). */
function linkInPrefix(value: string, inside: (address: string) => string): string {
  let out = "";
  let done = 0;
  let quoted = false;
  let expected = true;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") expected = true;
    else if (char === "<" && expected) {
      const end = value.indexOf(">", i);
      if (end < 0) break;
      out += value.slice(done, i + 1) + inside(value.slice(i + 1, end));
      done = end;
      i = end;
      expected = false;
    }
  }
  return out + value.slice(done);
}

/**
 * A Set-Cookie whose Path lies in the prefix. Not for names that begin with `__Host-`: browsers take those with
 * `Path=/` only, so all apps on the origin share them (weaknesses of one origin; docs/prefix-mode.md says so).
 */
export function cookiePathInPrefix(rule: PrefixRule, cookie: string): string {
  if (/^[\t ]*__host-/i.test(cookie)) return cookie;
  return cookie.replace(/;[\t ]*path[\t ]*=[\t ]*([^;]*)/gi, (whole, given: string) => {
    const path = given.trimEnd();
    const moved = intoPrefix(rule, path);
    return moved === path ? whole : `; Path=${moved}`;
  });
}

/**
 * A Set-Cookie without its Domain, which would carry it to other hosts, and be refused by browsers where it names the
 * upstream. It stays when it is one of `hosts`: those at which the app has the whole path.
 */
export function cookieOfHost(cookie: string, hosts: readonly string[]): string {
  return cookie.replace(/;[\t ]*domain[\t ]*=([^;]*)/gi, (whole, domain: string) =>
    hosts.includes(domain.trim().replace(/^\./, "").toLowerCase()) ? whole : "",
  );
}
