/**
 * `npm run lock`, after a package was added or updated: completes package-lock.json. Libraries with native parts name
 * one optional package for each platform. npm leaves those out of the lock file that the registry in use does not
 * have at that moment, and from then on `npm ci` fails everywhere. They are entered here without a checksum, with the
 * platform that their name tells; npm fetches one only on that platform. npm also passes over an optional package that
 * names a newer Node than the one npm runs on, although the Node of this workspace will run it: so none names any here.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Entry = {
  version?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
};

const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

const file = join(import.meta.dirname, "../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };
const { "": root = {}, ...packages } = lock.packages;
const added: string[] = [];
let freed = 0;

for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platformOf(name);
    if (!platform || !/^\d[\w.-]*$/.test(version)) continue;
    const places = placesAbove(path).map((place) => `${place}node_modules/${name}`);
    if (places.some((place) => packages[place]?.version === version)) continue;
    const top = `node_modules/${name}`;
    const place = packages[top] ? `${path}/node_modules/${name}` : top;
    packages[place] = { version, ...(dev ? { dev } : {}), optional: true, ...platform };
    added.push(`${name} ${version}`);
  }
}

for (const entry of Object.values(packages)) {
  if (!entry.optional || !entry.engines) continue;
  delete entry.engines;
  freed++;
}

lock.packages = {
  "": root,
  ...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"))),
};
if (added.length > 0 || freed > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `added to the lock file:\n  ${added.join("\n  ")}` : "the lock file was complete");

/** Where Node looks for what the package at `path` requires: its own folder first, the root (empty) last. */
function placesAbove(path: string): string[] {
  const parts = path.split(/(?<=^|\/)node_modules\//);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("node_modules/")).map(withSlash);
}

function withSlash(path: string): string {
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}

/** The platform in a name such as `@scope/binding-linux-x64-musl`; undefined when it names none. */
function platformOf(name: string): { os?: string[]; cpu: string[]; libc?: string[] } | undefined {
  const words = name.split(/[/-]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (!cpu) return undefined;
  const end = words.at(-1) ?? "";
  const libc =
    os !== "linux" ? undefined : end.startsWith("musl") ? "musl" : end.startsWith("gnu") ? "glibc" : undefined;
  return { ...(os ? { os: [os] } : {}), cpu: [cpu], ...(libc ? { libc: [libc] } : {}) };
}
