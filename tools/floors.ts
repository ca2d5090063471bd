/**
 * Guards the shape of the source: every room stands on a floor and imports only from floors below; of another
 * feature a room sees only the public face; no file imports itself by way of others. Type imports count as well.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { parseSync } from "rolldown/utils";

const CORE = "gateway/src/core/";
const DASHBOARD = "dashboard/src/";
const SCREEN = `${DASHBOARD}screens/`;
const FEATURES = [
  "access",
  "automation",
  "backups",
  "catalog",
  "certificates",
  "discovery",
  "federation",
  "notifications",
  "runtimes",
  "system",
  "toolbox",
];

/** Public faces beside the main file: discovery asks engines through the same restricted clients as the runtimes. */
const MORE_FACES: Readonly<Record<string, readonly string[]>> = { runtimes: ["docker/engine.ts"] };

type Floor = {
  name: string;
  /** Beginnings of the paths that stand on it. */
  rooms: string[];
  /** Floors whose rooms it may import. Rooms of one floor may import one another. */
  below: string[];
};

const KIT = ["error codes", "contract"];
const WIRE = [...KIT, "kit", "prefix rule"];
const CORE_BASE = [...WIRE, "wire"];
const FEATURE = [...CORE_BASE, "base of the core"];
const API = [...FEATURE, "features"];
const MAIN = [...API, "top of the core"];
const SUPERVISOR = [...MAIN, "core/main", "edge"];
const DESIGN = ["contract", "data and texts"];
const PARTS = [...DESIGN, "design"];
const SHELL = [...PARTS, "parts for apps"];
const SCREENS = [...SHELL, "shell"];

/** Lowest first; where two match a path, the first counts. */
const FLOORS: readonly Floor[] = [
  { name: "error codes", rooms: ["contract/src/errors.ts"], below: [] },
  { name: "contract", rooms: ["contract/src/"], below: ["error codes"] },
  { name: "kit", rooms: ["gateway/src/kit/"], below: KIT },
  // Runs in the pages of apps: it has nothing of the gateway but the one rule.
  { name: "prefix rule", rooms: ["gateway/src/wire/prefix-rule.ts"], below: [] },
  { name: "script for pages", rooms: ["gateway/src/shim/"], below: ["prefix rule"] },
  { name: "wire", rooms: ["gateway/src/wire/"], below: WIRE },
  // The edge reads no schema: of the contract it may see the table of error codes only.
  { name: "edge", rooms: ["gateway/src/edge/"], below: ["error codes", "kit", "prefix rule", "wire"] },
  { name: "base of the core", rooms: coreRooms("config", "storage", "jobs", "events", "http"), below: CORE_BASE },
  { name: "features", rooms: coreRooms(...FEATURES), below: FEATURE },
  { name: "top of the core", rooms: coreRooms("api", "control", "pages", "snapshot"), below: API },
  { name: "core/main", rooms: ["main.ts", "core.ts", "private-socket.ts"].map((file) => CORE + file), below: MAIN },
  { name: "supervisor", rooms: ["gateway/src/supervisor.ts", "gateway/src/supervisor/"], below: SUPERVISOR },
  { name: "cli", rooms: ["gateway/src/cli/", "gateway/src/main.ts"], below: [...SUPERVISOR, "supervisor"] },
  { name: "data and texts", rooms: dashboardRooms("api/", "text/"), below: ["contract"] },
  { name: "design", rooms: dashboardRooms("design/"), below: DESIGN },
  { name: "parts for apps", rooms: dashboardRooms("catalog/", "reach/"), below: PARTS },
  { name: "shell", rooms: dashboardRooms("shell/"), below: SHELL },
  { name: "screens", rooms: dashboardRooms("screens/"), below: SCREENS },
  { name: "app", rooms: dashboardRooms("app/", "main.tsx"), below: [...SCREENS, "screens"] },
];

function dashboardRooms(...names: string[]): string[] {
  return names.map((name) => DASHBOARD + name);
}

function coreRooms(...names: string[]): string[] {
  return names.map((name) => `${CORE}${name}/`);
}

/** The fixtures are named after these. */
type FaultKind = "upwards" | "foreign-room" | "other-screen" | "schema-code" | "cycle" | "no-floor" | "outside";

/** What is wrong with an import. */
export type Fault = { kind: FaultKind; text: string };

/** Looks through `contract/src`, `gateway/src` and `dashboard/src` below `root`. Tests and their helpers (`test-*.ts`) may import
 * from anywhere. */
export function checkFloors(root: string): Fault[] {
  const files = ["contract/src", "gateway/src", "dashboard/src"].flatMap((folder) => sources(root, folder));
  const known = new Set(files);
  const graph = new Map<string, string[]>();
  const faults: Fault[] = [];
  for (const file of files) {
    const from = floorOf(file);
    if (!from) {
      faults.push({ kind: "no-floor", text: `${file} stands on no floor: give its room one in tools/floors.ts` });
      continue;
    }
    const { targets, values } = importsOf(root, file);
    graph.set(file, targets);
    if (file.startsWith(DASHBOARD)) faults.push(...schemaCode(file, values));
    for (const target of targets) {
      if (!known.has(target))
        faults.push({ kind: "outside", text: `${file} imports ${target}, which is no room's file` });
      else faults.push(...judge(file, from, target));
    }
  }
  return [...faults, ...cycles(graph)];
}

function judge(file: string, from: Floor, target: string): Fault[] {
  const to = floorOf(target);
  if (!to) return [];
  if (to !== from && !from.below.includes(to.name)) {
    const text = `${file} (${from.name}) imports ${target} (${to.name}): only ${from.below.join(", ")} are below it`;
    return [{ kind: "upwards", text }];
  }
  if (screenOf(target) && screenOf(file) && screenOf(target) !== screenOf(file)) {
    const text = `${file} imports ${target} of another screen: what two screens need moves to design or shell`;
    return [{ kind: "other-screen", text }];
  }
  const feature = featureOf(target);
  if (!feature || feature === featureOf(file) || from.name === "core/main") return [];
  const store = target.endsWith("store.ts");
  const faces = [`${feature}.ts`, ...(MORE_FACES[feature] ?? [])];
  const face = faces.some((name) => target === `${CORE}${feature}/${name}`);
  if (store || (from.name === "features" && !face)) {
    const text = `${file} reaches into ${target}: of ${feature} only ${faces.join(", ")} is meant for others`;
    return [{ kind: "foreign-room", text }];
  }
  return [];
}

/** The dashboard reads the contract's types only: its schemas would weigh more than all of a screen. */
function schemaCode(file: string, values: readonly string[]): Fault[] {
  return values
    .filter((target) => target.startsWith("contract/"))
    .map((target) => ({
      kind: "schema-code",
      text: `${file} imports values of ${target}: of the contract the dashboard may import types only (import type)`,
    }));
}

/** The screen that a file is of: its folder. */
function screenOf(file: string): string | undefined {
  return file.startsWith(SCREEN) ? file.slice(SCREEN.length).split("/")[0] : undefined;
}

function floorOf(file: string): Floor | undefined {
  return FLOORS.find(({ rooms }) => rooms.some((room) => file.startsWith(room)));
}

function featureOf(file: string): string | undefined {
  const [name = ""] = file.startsWith(CORE) ? file.slice(CORE.length).split("/") : [];
  return FEATURES.includes(name) ? name : undefined;
}

function sources(root: string, folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return entries
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => isSource(name) && !/(?:\.test|\.d|\/test-[^/]+)\.tsx?$/.test(name))
    .sort();
}

/** The files of the repository that a file imports, as paths from its root; of `values` not only types. */
function importsOf(root: string, file: string): { targets: string[]; values: string[] } {
  const text = readFileSync(join(root, file), "utf8");
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${relative(root, file)}: ${errors[0]?.message}`);
  const imports = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      onlyTypes: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.map(({ moduleRequest, isType }) => ({ specifier: moduleRequest?.value, onlyTypes: isType })),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) => ({
      specifier: literal(text.slice(moduleRequest.start, moduleRequest.end)),
      onlyTypes: false,
    })),
  ];
  const found = imports.flatMap(({ specifier, onlyTypes }) => {
    const target = specifier ? resolve(file, specifier) : undefined;
    return target && isSource(target) ? [{ target, onlyTypes }] : [];
  });
  return {
    targets: [...new Set(found.map(({ target }) => target))],
    values: [...new Set(found.filter(({ onlyTypes }) => !onlyTypes).map(({ target }) => target))],
  };
}

function isSource(name: string): boolean {
  return name.endsWith(".ts") || name.endsWith(".tsx");
}

function literal(text: string): string | undefined {
  return /^(["'])(.*)\1$/.exec(text)?.[2];
}

function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  const inner = /^@nekzus\/contract(?:\/(.+))?$/.exec(specifier);
  if (!inner) return undefined;
  return inner[1]?.includes(".") ? undefined : `contract/src/${inner[1] ?? "index"}.ts`;
}

/** One fault for each group of files that reach themselves, with one way round as its text. */
function cycles(graph: Map<string, string[]>): Fault[] {
  const faults: Fault[] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) visit(start, []);
  return faults;

  function visit(file: string, path: string[]): void {
    const at = path.indexOf(file);
    if (at >= 0) {
      faults.push({ kind: "cycle", text: `import cycle: ${[...path.slice(at), file].join(" → ")}` });
      return;
    }
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  }
}
