import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config, ConfigKey } from "@nekzus/contract/config";
import { crossCheck, deriveAppsAddress } from "./checks.ts";
import { defaultDataFolder } from "./data-folder.ts";
import { type Located, readDocument } from "./document.ts";
import { readEnvironment, suspectVariables } from "./environment.ts";
import { ConfigError, type ConfigFault, type ConfigWarning } from "./faults.ts";
import { readFileKeys } from "./file-keys.ts";
import { KEYS, nearestKey, toConfig } from "./keys.ts";
import { type Environment, fileProblem } from "./references.ts";
import { type Given, placeOf, type Source } from "./sources.ts";

export type LoadOptions = {
  /** The file of `--config`. Without it: nekzus.yaml, .yml or .json in the data folder, if there is one. */
  file?: string | undefined;
  env: Environment;
  /** The folder of `--data`; goes before the environment and the file. */
  dataFolder?: string | undefined;
  /** Values by dotted key that go before everything else. */
  overrides?: Readonly<Record<string, unknown>> | undefined;
};

/** A configuration that passed every check. */
export type Loaded = {
  config: Config;
  /** The same values by dotted key. */
  values: ReadonlyMap<string, unknown>;
  sources: ReadonlyMap<string, Source>;
  warnings: readonly ConfigWarning[];
  /** The file that was read; undefined when there is none. */
  file: string | undefined;
  /** Files whose change may change the configuration, also those that do not exist yet. */
  watched: readonly string[];
};

const FILE_NAMES = ["nekzus.yaml", "nekzus.yml", "nekzus.json"];

/** Largest configuration file, in bytes. */
const MAX_FILE = 1024 * 1024;

/**
 * Reads the whole configuration: defaults, then the file, then the environment, then options (20 §7.1).
 * @throws ConfigError with everything that is wrong, and nothing else.
 */
export function loadConfig(options: LoadOptions): Loaded {
  const faults: ConfigFault[] = [];
  const warnings: ConfigWarning[] = [];
  const bad = new Set<string>();
  const refuse = (fault: ConfigFault) => {
    faults.push(fault);
    bad.add(fault.key);
  };

  const environment = readEnvironment(options.env, refuse);
  const told = options.dataFolder || environment.given.get("storage.data_folder")?.value;
  const searched = resolve(String(told ?? defaultDataFolder(options.env)));
  const candidates = options.file ? [resolve(options.file)] : FILE_NAMES.map((name) => join(searched, name));
  const file = findFile(candidates, options.file !== undefined, faults, warnings);
  const root = file === undefined ? undefined : readFile(file, faults);
  const reading = faults.some((fault) => fault.file !== undefined);
  const fromFile = readFileKeys(root, file ?? "", options.env, refuse);
  const fromOptions = readOptions(options, refuse);

  const values = new Map<string, unknown>();
  const sources = new Map<string, Source>();
  for (const key of KEYS.values()) {
    const given =
      fromOptions.get(key.path) ??
      withFile(environment.given.get(key.path), fromFile.given.get(key.path), key) ??
      none(key);
    values.set(key.path, given.value);
    sources.set(key.path, given.source);
  }
  resolvePaths(values, sources, file, searched);
  deriveAppsAddress(values);
  if (!reading) crossCheck(values, sources, bad, refuse, warnings);

  if (faults.length) throw new ConfigError(inOrder(faults), reading ? "reading" : "checking");
  warnings.push(...laterWarnings(sources), ...suspectVariables(options.env));
  return {
    config: toConfig(values),
    values,
    sources,
    warnings: inOrder(warnings),
    file,
    watched: [...candidates, ...environment.files, ...fromFile.files],
  };
}

function none(key: ConfigKey): Given {
  return { value: key.default, source: { from: "default" } };
}

function withFile(env: Given | undefined, file: Given | undefined, key: ConfigKey): Given | undefined {
  if (!env || !file || !key.envAdds) return env ?? file;
  return { value: [...(file.value as unknown[]), ...(env.value as unknown[])], source: env.source };
}

function findFile(
  candidates: readonly string[],
  mustExist: boolean,
  faults: ConfigFault[],
  warnings: ConfigWarning[],
): string | undefined {
  const [found, ...others] = candidates.filter((file) => mustExist || existsSync(file));
  if (found === undefined) return undefined;
  for (const other of others)
    warnings.push({ file: other, key: "", message: `is not read, because ${found} is there` });
  if (mustExist && !existsSync(found)) {
    faults.push({
      file: found,
      key: "",
      message: "there is no such file; correct --config, or leave it out to use defaults",
    });
    return undefined;
  }
  return found;
}

function readFile(file: string, faults: ConfigFault[]): Located | undefined {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) {
      faults.push({ file, key: "", message: "this is not a file" });
    } else if (facts.size > MAX_FILE) {
      faults.push({ file, key: "", message: `the file is larger than ${MAX_FILE} bytes` });
    } else {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
      return readDocument(text, file, faults);
    }
  } catch (error) {
    const encoding = error instanceof TypeError;
    faults.push({ file, key: "", message: encoding ? "the file is not UTF-8 text" : fileProblem("the file", error) });
  }
  return undefined;
}

function readOptions(options: LoadOptions, refuse: (fault: ConfigFault) => void): Map<string, Given> {
  const given = new Map<string, Given>();
  const overrides = { ...options.overrides };
  if (options.dataFolder) overrides["storage.data_folder"] = options.dataFolder;
  for (const [path, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    const key = KEYS.get(path);
    if (!key) {
      refuse({ key: path, message: `unknown option; the nearest known key is "${nearestKey(path)}"` });
      continue;
    }
    const reading = key.type.read(value);
    if (reading.ok) given.set(path, { value: reading.value, source: { from: "option" } });
    else for (const { message } of reading.refusals) refuse({ key: path, message: `the option ${message}` });
  }
  return given;
}

/**
 * Makes paths absolute: those of the file are seen from its folder, those of environment and options from where
 * the program was started, and defaults from the data folder.
 */
function resolvePaths(
  values: Map<string, unknown>,
  sources: ReadonlyMap<string, Source>,
  file: string | undefined,
  searched: string,
): void {
  const own = String(values.get("storage.data_folder"));
  const fileFolder = file === undefined ? process.cwd() : dirname(file);
  const folders = { default: searched, file: fileFolder, environment: process.cwd(), option: process.cwd() };
  const from = (path: string) => folders[sources.get(path)?.from ?? "default"];
  folders.default = own ? resolve(from("storage.data_folder"), own) : searched;
  values.set("storage.data_folder", folders.default);
  for (const key of KEYS.values()) {
    const value = values.get(key.path);
    if (key.type.isPath && typeof value === "string" && value) values.set(key.path, resolve(from(key.path), value));
  }
}

function laterWarnings(sources: ReadonlyMap<string, Source>): ConfigWarning[] {
  return [...KEYS.values()].flatMap((key) => {
    const source = sources.get(key.path) as Source;
    if (key.since !== "later" || source.from === "default") return [];
    return [{ ...placeOf(source), key: key.path, message: "takes no effect in this version" }];
  });
}

function inOrder<F extends ConfigFault>(faults: readonly F[]): F[] {
  const place = (fault: ConfigFault) =>
    fault.file ? (fault.line ?? 0) * 10_000 + (fault.column ?? 0) : Number.MAX_SAFE_INTEGER;
  return [...faults].sort((a, b) => place(a) - place(b));
}
